"""The record of one print, in a private stream: by whom, where, how many sheets of which classes, how many sheets it
voided, and every fetch of its pages. The first print of a run is unlocked by a download code, and leads the others.

| given                                   | when                                            | then      |
|-----------------------------------------|-------------------------------------------------|-----------|
| nothing                                 | a print is made, of the first of some classes   | made      |
| a print that leads a run                | its person prints another class of the school   | continued |
|                                         | a class that the run has printed, after RUN_MS  | refused   |
|                                         | another person, school or campaign              | refused   |
| a print that continues a run            | it shall be continued                           | refused   |
| any print                               | its pages are fetched                           | fetched   |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known

RUN_MS = 2 * 3_600_000  # a whole school, class by class


@dataclass(frozen=True, slots=True)
class PrintRun:
    """forms: sheets of two pages. source: the network address of the request. fetched: how often.

    by: the account that printed at `at` (ms). void: how many earlier sheets it voided. run: id of the print that leads
    its run, its own if that is this one. code_by, origin: who made the download code, and how.

    planned: all classes that the run was begun for, in sequence. yes_at: ms of its person's last yes to making sheets
    of all of them void, else 0.
    printed: all classes of the run so far, those without an expected pupil, too. prints: the ids of its prints.
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
    planned: tuple[str, ...] = ()
    yes_at: int = 0
    printed: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[str, ...]:
        """The planned classes that are not printed yet, in sequence."""
        return tuple(class_ for class_ in self.planned if class_ not in self.printed)


@dataclass(frozen=True, slots=True)
class Make:
    """skipped: planned classes before these of whose pupils nobody is expected."""

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
    planned: tuple[str, ...] = ()
    yes_at: int = 0
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Continue:
    """Another print of the run that this one leads. by, campaign, school, classes: of that print.

    skipped: planned classes before these in which nobody is expected; print: "" if nothing but these is left.
    """

    print: str
    by: str
    campaign: str
    school: str
    classes: tuple[str, ...]
    at: int
    skipped: tuple[str, ...] = ()
    yes_at: int = 0


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
        told = {
            "print": command.print,
            "classes": command.classes,
            "skipped": command.skipped,
            "yes_at": command.yes_at,
        }
        return [NewEvent("print.continued", told)]
    if not run.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    return [NewEvent("print.fetched", asdict(command))]


def _require_of_run(command: Continue, run: PrintRun) -> None:
    require_leader(run, command.by, command.campaign, command.school)
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


def require_leader(run: PrintRun, by: str, campaign: str, school: str) -> None:
    """Raises Refused("not-found") unless the account leads this run, of this campaign and school."""
    if (by, campaign, school, run.id) != (run.by, run.campaign, run.school, run.run):
        raise Refused("not-found", "You lead no print run with this id.", where="run")


def evolve(run: PrintRun, event: Fact) -> PrintRun:
    if event.type == "print.made":
        lists = {name: tuple(event.data.get(name, ())) for name in ("classes", "planned")}
        made = {**known(PrintRun, event.data), **lists}
        return PrintRun(run.id, **made, printed=_done(event.data), prints=(run.id,))
    if event.type == "print.continued":
        prints = (*run.prints, event.data["print"]) if event.data["print"] else run.prints
        yes_at = max(run.yes_at, event.data.get("yes_at", 0))
        return replace(run, printed=(*run.printed, *_done(event.data)), prints=prints, yes_at=yes_at)
    if event.type == "print.fetched":
        return replace(run, fetched=run.fetched + 1)
    return run


def _done(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The classes that a print has taken from its run; releases before this one skipped none."""
    return (*data.get("skipped", ()), *data.get("classes", ()))


def print_run_decider(id: str) -> Decider[Command, PrintRun]:
    return Decider(PrintRun(id), decide, evolve)
