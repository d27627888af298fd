"""An import that changes something, in a private stream: started, finished, and perhaps undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

STARTED, FINISHED, UNDOING, UNDONE = "started", "finished", "undoing", "undone"
STATUSES = (STARTED, FINISHED, UNDOING, UNDONE)
# The outcomes of rows: each row has one of them, the first that fits whatever else changes. Who rejoins had left;
# a change is left out in a part of the file that is not taken.
LEFT_OUT = "left_out"
OUTCOMES = ("added", "rejoined", "moved", "changed", "unchanged", "waiting", "proposed", "asked", "refused", LEFT_OUT)
COUNTED = ("rows", *OUTCOMES)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """at: ms since 1970. by, undone_by: accounts. counts: COUNTED of the report.

    undone: what was taken back, by kind; "stayed": pupils whom somebody changed while the undo was under way.
    """

    id: str
    school: str = ""
    at: int = 0
    by: str = ""
    status: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    undone_by: str = ""
    undone: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_taken_back(self) -> bool:
        return self.status in (UNDOING, UNDONE)


@dataclass(frozen=True, slots=True)
class Start:
    school: str
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Finish:
    """report: kept whole, ids and numbers only."""

    report: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BeginUndo:
    by: str


@dataclass(frozen=True, slots=True)
class EndUndo:
    undone: Mapping[str, int]


Command = Start | Finish | BeginUndo | EndUndo


def decide(command: Command, run: ImportRun) -> Sequence[NewEvent]:
    if isinstance(command, Start):
        data = {"school": command.school, "at": command.at, "by": command.by}
        return [] if run.status else [NewEvent("import.started", data)]
    if isinstance(command, BeginUndo):
        return [] if run.is_taken_back else [NewEvent("import.undo-begun", {"by": command.by})]
    if isinstance(command, EndUndo):
        return [NewEvent("import.undone", {"undone": dict(command.undone)})] if run.status == UNDOING else []
    if run.is_taken_back:
        raise undone_meanwhile()
    return [NewEvent("import.finished", command.report)]


def undone_meanwhile() -> Refused:
    return Refused(
        "import-undone",
        "This import has been undone; send the file again as a new import.",
        kind="conflict",
        where="import",
        extra={"message_zh": "这次导入已经撤销；要再导入，请重新选择文件。"},
    )


def evolve(run: ImportRun, event: Fact) -> ImportRun:
    data = event.data
    if event.type == "import.started":
        return replace(run, school=data["school"], at=data["at"], by=data["by"], status=STARTED)
    if event.type == "import.finished":
        counts = {name: data.get(name, 0) for name in COUNTED}
        return replace(run, school=data["school"], status=FINISHED, counts=counts)
    if event.type == "import.undo-begun":
        return replace(run, status=UNDOING, undone_by=data["by"])
    if event.type == "import.undone":
        return replace(run, status=UNDONE, undone=data["undone"])
    return run


def import_run_decider(id: str) -> Decider[Command, ImportRun]:
    return Decider(ImportRun(id), decide, evolve)


def import_stream(id: str) -> str:
    return f"import-{id}"
