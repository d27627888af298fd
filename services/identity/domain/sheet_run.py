"""A print of activation sheets: stream `sheets-<id>`, private. It records who printed codes of which accounts.

And how accounts are divided by unit: those of a file into prints, those of a print into PDFs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.identity.domain.issuing_rules import BUREAU, kind_of
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.language.path import above, child, codes

# Whose accounts a role prints: those of the levels below. A leader's slip is handed over one by one.
SHEETS_OF: Mapping[str, frozenset[str]] = {
    "ministry": frozenset({"province", "city", "county"}),
    "province": frozenset({"city", "county", "school"}),
    "city": frozenset({"county", "school"}),
    "county": frozenset({"school"}),
    "school": frozenset({"teacher"}),
}
MOST = 500  # accounts on the sheets of one print
MOST_FILES = 50  # PDFs of one print: each costs a start of the typesetter


@dataclass(frozen=True, slots=True)
class SheetRun:
    """by: the account that printed, "" before. path: of the unit. accounts: all that are listed. at: time in ms."""

    by: str = ""
    path: str = ""
    accounts: tuple[str, ...] = ()
    at: int = 0


@dataclass(frozen=True, slots=True)
class PrintSheets:
    by: str
    path: str
    accounts: tuple[str, ...]
    at: int


def decide(command: PrintSheets, run: SheetRun) -> Sequence[NewEvent]:
    data = {"by": command.by, "path": command.path, "accounts": list(command.accounts), "at": command.at}
    return [] if run.by else [NewEvent("sheets.printed", data)]


def evolve(run: SheetRun, event: Fact) -> SheetRun:
    if event.type != "sheets.printed":
        return run
    data = event.data
    return SheetRun(data["by"], data["path"], tuple(data["accounts"]), data["at"])


sheet_run_decider: Decider[PrintSheets, SheetRun] = Decider(SheetRun(), decide, evolve)


def division_of(home: str) -> str:
    """The unit that hands the sheet out: a bureau its own, the bureau above a school, the school of a class."""
    return home if kind_of(home) == BUREAU else above(home)


def prints_of(path: str, divisions: Mapping[str, int]) -> list[tuple[str, int]]:
    """The accounts at and below a path in prints of at most MOST, as few as the tree allows: paths with their accounts.

    divisions: path -> accounts. A unit that has more than MOST itself stays one print.
    """
    below = {each: accounts for each, accounts in divisions.items() if each.startswith(path)}
    total = sum(below.values())
    if not below or total <= MOST or set(below) == {path}:
        return [(path, total)] if below else []
    depth = len(codes(path))
    own = [(path, below.pop(path))] if path in below else []
    children = sorted({child(path, codes(each)[depth]) for each in below})
    return own + [each for further in children for each in prints_of(further, below)]


def units_of_files(path: str, homes: Iterable[str]) -> dict[str, str]:
    """home -> unit of its PDF in a print of `path`: its own division, or a unit above where these are too many."""
    divisions = {home: found if (found := division_of(home)).startswith(path) else path for home in homes}
    units = divisions
    for depth in range(max((len(codes(each)) for each in divisions.values()), default=0), len(codes(path)) - 1, -1):
        units = {home: _up_to(each, depth) for home, each in divisions.items()}
        if len(set(units.values())) <= MOST_FILES:
            break
    return units


def _up_to(path: str, depth: int) -> str:
    return "".join(["/", *(f"{code}/" for code in codes(path)[:depth])])
