"""The record of one print, in a private stream: by whom, where, how many sheets of which classes, how many sheets it
voided, and every fetch of its pages. The first print of a run is unlocked by a download code, and leads the others.

| given                                   | when                                            | then      |
|-----------------------------------------|-------------------------------------------------|-----------|
| nothing                                 | a print is made                                 | made      |
| a print that leads a run                | its person prints another class of the school   | continued |
|                                         | a class that the run has printed, after RUN_MS  | refused   |
|                                         | another person, school or campaign              | refused   |
| a print that continues a run            | it shall be continued                           | refused   |
| any print                               | its pages are fetched                           | fetched   |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known

RUN_MS = 2 * 3_600_000  # a whole school, class by class


@dataclass(frozen=True, slots=True)
class PrintRun:
    """forms: sheets of two pages. source: the network address of the request. fetched: how often.

    by: the account that printed at `at` (ms). void: how many earlier sheets it voided. run: id of the print that leads
    its run, its own if that is this one. code_by, origin: who made the download code, and how. printed: all classes of
    the run so far.
    """

    id: str
    campaign: str = ""
    school: str = ""
    forms: int = 0
    source: str = ""
    fetched: int = 0
    by: str = ""
    at: int = 0
    classes: tuple[str, ...] = ()
    void: int = 0
    run: str = ""
    code_by: str = ""
    origin: str = ""
    printed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Make:
    campaign: str
    school: str
    forms: int
    source: str
    by: str
    at: int
    classes: tuple[str, ...]
    void: int
    run: str
    code_by: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Continue:
    """Another print of the run that this one leads. by, campaign, school, classes: of that print."""

    print: str
    by: str
    campaign: str
    school: str
    classes: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """The pages were made and handed over. forms: how many of the sheets were still valid."""

    forms: int
    source: str


Command = Make | Continue | Fetch


def decide(command: Command, run: PrintRun) -> Sequence[NewEvent]:
    if isinstance(command, Make):
        return [NewEvent("print.made", asdict(command))]
    if isinstance(command, Continue):
        _require_of_run(command, run)
        return [NewEvent("print.continued", {"print": command.print, "classes": command.classes})]
    if not run.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    return [NewEvent("print.fetched", asdict(command))]


def _require_of_run(command: Continue, run: PrintRun) -> None:
    if (command.by, command.campaign, command.school, run.id) != (run.by, run.campaign, run.school, run.run):
        raise Refused("not-found", "You lead no print run with this id.", where="run")
    if command.at >= run.at + RUN_MS:
        raise Refused("run-over", "This print run is over; begin another with a new code.", kind="gone", where="run")
    if again := set(command.classes) & set(run.printed):
        raise Refused(
            "printed-in-run",
            "This run has printed that class; printing it again takes a run of its own.",
            kind="conflict",
            where="class",
            extra={"classes": sorted(again)},
        )


def evolve(run: PrintRun, event: Fact) -> PrintRun:
    if event.type == "print.made":
        made = {**known(PrintRun, event.data), "classes": tuple(event.data.get("classes", ()))}
        return PrintRun(run.id, **made, printed=made["classes"])
    if event.type == "print.continued":
        return replace(run, printed=(*run.printed, *event.data["classes"]))
    if event.type == "print.fetched":
        return replace(run, fetched=run.fetched + 1)
    return run


def print_run_decider(id: str) -> Decider[Command, PrintRun]:
    return Decider(PrintRun(id), decide, evolve)
