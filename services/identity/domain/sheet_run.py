"""A print of activation sheets: stream `sheets-<id>`, private. It records who printed codes of which accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent


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
