"""A nation in the memory of statistics: 3,214 regions, 204,000 schools, 60 days, straight into the reader.

Bound: the same sums by numpy over a matrix that lies ready in the order of the tree. Durations are processor time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache as remembered
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.engines import Bench
from benchmarks.events import slot_of_school
from benchmarks.harness import Figure, Measurement, percentile
from services.stats.domain.columns import Flow
from services.stats.domain.fold import RecordedState
from services.stats.domain.measures import NAMES
from services.stats.domain.snapshot import Snapshot, Units
from services.stats.domain.totals import break_down_unit
from services.stats.domain.tree import versions_of
from services.stats.domain.watermark import Watermark
from services.stats.projection.cache import Cache
from shared.eventsourcing.event import SLOTS
from shared.infrastructure.clock import SystemClock
from shared.language.path import NATION

CAMPAIGN, PROVINCES, CITIES, COUNTIES, SCHOOLS = "2026a", 31, 333, 2849, 204_000
DAYS = [(date(2026, 9, 1) + timedelta(days=day)).isoformat() for day in range(60)]
ACTIVE = 20  # days on which a school has flows, or 21
EVENTS = 100  # between two refreshes
KINDS = ("nation", "another day", "province", "county", "refreshed")
FIGURES = (
    *(Figure(f"{kind}: {share}", "ms", False) for kind in KINDS for share in ("p50", "p99")),
    Figure("a curve of the nation", "ms", False),
    Figure("a county moves", "ms", False),
    Figure("from nothing", "s", False),
    Figure("memory", "MB", False),
)


def measurements(bench: Bench) -> Iterator[Measurement]:
    schools = bench.size(SCHOOLS, 2 * COUNTIES)
    yield Measurement(
        "nation",
        f"A nation of {schools:,} schools in memory, {ACTIVE} days with flows each",
        "a unit's figures with those below it, asked for the first time; without the store",
        "numpy's sums over one matrix in the order of the tree",
        FIGURES,
        lambda number: asked(Nation(schools)),
        lambda number: summed(schools),
        repetitions=1,
        budget=120,
    )


class Nation:
    """A source of the cache that makes up the flows of a slot when they are read. seconds: spent on that."""

    def __init__(self, schools: int) -> None:
        self.seconds, self._schools = 0.0, schools
        self._new: dict[str, dict[str, int]] = {}  # school -> changes of the last day since
        self._tags: dict[str, dict[int, str]] = {"flows": dict.fromkeys(range(SLOTS), "first"), "units": {0: "first"}}
        self._by_slot: dict[int, list[int]] = {}
        for number in range(schools):
            for slot in _slots(number):
                self._by_slot.setdefault(slot, []).append(number)
        self.parents = dict(_regions())

    @contextmanager
    def snapshot_session(self) -> Iterator[None]:
        yield

    def tags(self, kind: str, session: Any = None) -> Mapping[int, str]:
        return dict(self._tags.get(kind, {}))

    def flows(self, slot: int, session: Any = None) -> list[Flow]:
        began = process_time()
        found = [flow for number in self._by_slot.get(slot, ()) for flow in self._of_school(number, slot)]
        self.seconds += process_time() - began
        return found

    def units(self, slots: Iterable[int], session: Any = None) -> Units:
        began = process_time()
        schools = ((school_code(number), county_of(number)) for number in range(self._schools))
        units = [versions_of(_history(*unit)) for unit in (*self.parents.items(), *schools)]
        self.seconds += process_time() - began
        return dict.fromkeys(slots, units)

    def happen(self, rnd: random.Random, events: int) -> None:
        """One more photo each at this many schools, on the last day."""
        for _ in range(events):
            number = rnd.randrange(self._schools)
            self._new.setdefault(school_code(number), {"uploaded": 1})["uploaded"] += 1
            self._tags["flows"][_slots(number)[-1]] = str(rnd.random())

    def move(self, county: str, city: str) -> None:
        self.parents[county] = city
        self._tags["units"][0] = city

    def _of_school(self, number: int, slot: int) -> Iterator[Flow]:
        code, slots, pupils = school_code(number), _slots(number), 40 + number * 7919 % 1760
        if slot == slots[0]:
            yield Flow(CAMPAIGN, code, DAYS[0], {"expected": pupils, "printed": pupils})
        for day in range(2 + number % 3, len(DAYS) - 1, 3):
            n = number * day % (1 + pupils // ACTIVE)
            if slots[day % len(slots)] == slot:
                photos = {"registered": n, "received": n, "uploaded": n, "by_guardian": n // 2, "by_code": n - n // 2}
                yield Flow(CAMPAIGN, code, DAYS[day], photos | {"how_single": n, "accepted": n // 3})
        if slot == slots[-1]:
            yield Flow(CAMPAIGN, code, DAYS[-1], {"uploaded": 1} | self._new.get(code, {}))


def school_code(number: int) -> str:
    return f"21{number:08d}"


def county_of(number: int) -> str:
    return f"9{number % COUNTIES:05d}"


@remembered
def _slots(number: int) -> list[int]:
    """All pupils of a primary school share a slot; those of every fourth school come from four of them."""
    return [slot_of_school(school_code(number + n)) for n in range(1 if number % 4 else 4)]


def _regions() -> Iterator[tuple[str, str]]:
    yield NATION, ""
    yield from ((f"1{n:05d}", NATION) for n in range(PROVINCES))
    yield from ((f"2{n:05d}", f"1{n % PROVINCES:05d}") for n in range(CITIES))
    yield from ((f"9{n:05d}", f"2{n % CITIES:05d}") for n in range(COUNTIES))


def _history(code: str, parent: str) -> Mapping[int, RecordedState]:
    level = "school" if len(code) > 6 else "county"
    state = {"code": code, "name": f"单位{code}", "level": level, "parent": parent, "open": True}
    return {1: RecordedState(code, DAYS[0], state | {"effective_from": DAYS[0]})}


def asked(nation: Nation) -> dict[str, float]:
    rnd, out = random.Random(7), {}
    cache = Cache(nation, SystemClock().now, lambda session: Watermark())
    before = memory()

    def first(kind: str, codes: Sequence[str], days: Sequence[str], prepare: Callable[[], object] = int) -> None:
        took = []
        for number, code in enumerate(codes):
            prepare()
            took.append(milliseconds(cache, nation, partial(figures, code, days[number % len(days)])))
        out.update({f"{kind}: p50": percentile(took, 0.5), f"{kind}: p99": percentile(took, 0.99)})

    out["from nothing"] = milliseconds(cache, nation, partial(figures, NATION, DAYS[-1])) / 1000
    first("nation", [NATION] * 40, DAYS[-1:])
    first("province", [code for code in nation.parents if code[0] == "1"], DAYS[-1:])
    first("county", [county_of(rnd.randrange(COUNTIES)) for _ in range(500)], DAYS[-1:])
    first("another day", [NATION] * 30, DAYS[5:35])
    first("refreshed", [NATION] * 20, DAYS[-1:], lambda: nation.happen(rnd, EVENTS))
    out["a curve of the nation"] = milliseconds(cache, nation, lambda s: s.changes(CAMPAIGN, NATION, DAYS[-1]))
    nation.move(county_of(5), "200007")
    out["a county moves"] = milliseconds(cache, nation, partial(figures, NATION, DAYS[-1]))
    return out | {"memory": memory() - before}


def figures(code: str, day: str, snapshot: Snapshot) -> None:
    tree = snapshot.tree(day)
    unit = tree.unit(code)
    assert unit
    assert break_down_unit(snapshot.roll_up(CAMPAIGN, day, day), tree, unit).measures["expected"]


def milliseconds(cache: Cache, nation: Nation, ask: Callable[[Snapshot], object]) -> float:
    """The refresh and the question, without the time in which the source made up flows."""
    began = process_time() - nation.seconds
    with cache.snapshot() as snapshot:
        ask(snapshot)
    return (process_time() - nation.seconds - began) * 1000


def memory() -> float:
    """Of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def summed(schools: int) -> dict[str, float]:
    matrix, out = np.ones((len(NAMES), schools), np.int32), {}
    for kind, parts in (("nation", 1), ("province", PROVINCES), ("county", COUNTIES)):
        span = matrix[:, : schools // parts]
        cuts = np.linspace(0, span.shape[1], min(PROVINCES, span.shape[1]), endpoint=False, dtype=np.intp)
        took = []
        for _ in range(40):
            began = process_time()
            np.add.reduceat(span, cuts, axis=1, dtype=np.int64)
            took.append((process_time() - began) * 1000)
        out.update({f"{kind}: p50": percentile(took, 0.5), f"{kind}: p99": percentile(took, 0.99)})
    return out
