"""Loading the regions of the country: every unit from the nation down to the counties."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from services.roster.dependencies import Dependencies
from services.roster.domain.unit import SCHOOL, OpenUnit, unit_decider
from services.roster.tables.rows import UnitRow
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.chunks import chunks
from shared.infrastructure.errors import Conflict
from shared.language.contracts.roster import LEVELS
from shared.language.path import NATION

REGIONS = Path(__file__).parents[1] / "data" / "regions.csv"
LISTED_ON = "2026-09-11"  # the day of the list; see data/README.md
LOADER = "service:roster-tree"
PER_TRANSACTION = 500  # units
# Not in the list of regions, but reported as a province of its own.
CORPS = ("660000", "新疆生产建设兵团", "province", NATION)
# Listed, and outside of the registry. The other 31 and the corps are its 32 reporting units.
OUTSIDE = ("710000", "810000", "820000")


def regions(path: Path = REGIONS) -> Iterator[tuple[str, OpenUnit]]:
    """(code, command) of the nation, of every listed region and of the corps, parents before children."""
    with path.open(encoding="utf-8", newline="") as file:
        listed = [(row["code"], row["name"], row["level"], row["parent"]) for row in csv.DictReader(file)]
    all_ = [(NATION, "全国", LEVELS[0], ""), *listed, CORPS]
    level_of = {code: level for code, _, level, _ in all_} | {"": ""}
    for code, name, level, parent in sorted(all_, key=lambda unit: (LEVELS.index(unit[2]), unit[0])):
        yield code, OpenUnit(name, level, parent, level_of[parent], "", LISTED_ON)


def load_regions(
    deps: Dependencies,
    path: Path = REGIONS,
    *,
    provinces: Collection[str] = (),
    is_stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Open the registry's regions that do not exist yet; how many. The next run continues after an interruption.

    provinces  first two digits of those whose cities and counties are opened, empty for all of them; the provinces
               themselves are always opened
    is_stopped looked at before every transaction: the heartbeat of a load that takes minutes
    """
    existing = {row.id for row in deps.tables.units.find("level", [level for level in LEVELS if level != SCHOOL])}
    wanted = [
        (code, command)
        for code, command in regions(path)
        if (not provinces or code[:2] in provinces or command.level in LEVELS[:2]) and code not in OUTSIDE
    ]
    missing = [(code, command) for code, command in wanted if code not in existing]
    opened = 0
    for batch in chunks(missing, PER_TRANSACTION):
        if is_stopped():
            break
        try:
            _open(deps, batch)
        except Conflict:  # one of them was opened meanwhile: open the others one by one
            for one in batch:
                with suppress(Conflict):
                    _open(deps, [one])
        opened += len(batch)
    return opened


def _open(deps: Dependencies, batch: Sequence[tuple[str, OpenUnit]]) -> None:
    work = UnitOfWork(deps.store, CommandContext(f"{LOADER}:{LISTED_ON}", LOADER))
    for code, command in batch:
        decider = unit_decider(code)
        version, unit = work.decide(decider, f"unit-{code}", 0, decider.initial, command)
        work.put(deps.tables.units, UnitRow(version, unit))
    work.record()
