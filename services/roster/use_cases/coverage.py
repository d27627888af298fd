"""The count of the schools and pupils whom a campaign would cover: taken by the worker, read before an opening.

A nation is counted for hours. The worker counts a slice of each second, beside its other work, and begins again at the
end; so the ministry reads a finished count with its time, and never waits for one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.coverage import Count, Coverage
from services.roster.tables.rows import CoverageRow
from shared.language.class_names import STAGES

SLICE_SECONDS = 0.05  # of each poll


def read_coverage(deps: Dependencies, stages: Collection[str]) -> dict[str, Any]:
    """The latest count: of all these stages together, and of each stage there is."""
    row = deps.tables.coverage.get(CoverageRow.ID)
    found = row.state if row else Coverage()
    return {
        "counted_at": found.counted_at,
        **_numbers(found, stages),
        "stages": [{"stage": stage, **_numbers(found, (stage,))} for stage in STAGES],
    }


def _numbers(coverage: Coverage, stages: Collection[str]) -> dict[str, int]:
    schools, pupils = coverage.of(stages)
    return {"schools": schools, "pupils": pupils}


@dataclass(slots=True)
class Counting:
    """monotonic: seconds, by which a slice ends."""

    deps: Dependencies
    monotonic: Callable[[], float] = time.monotonic
    _schools: list[str] | None = None  # still to be counted
    _count: Count = field(default_factory=Count)

    def go_on(self) -> None:
        """Count for a slice, at least one school. Raises Refused("unavailable"); the next slice goes on there."""
        until = self.monotonic() + SLICE_SECONDS
        if self._schools is None:
            self._schools = [row.id for row in self.deps.tables.units.find("level", ["school"])]
            self._count = Count()
        while self._schools:
            found = self.deps.tables.pupils.find("school", self._schools[-1:])
            self._count.add(row.state for row in found)
            self._schools.pop()
            if self.monotonic() >= until:
                return
        self.deps.tables.coverage.put([CoverageRow(self._count.finished(self.deps.clock.now()))])
        self._schools = None
