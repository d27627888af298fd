"""The audit of statistics.

I1  control totals = the stores' count and hash total per slot and day. A live difference is lag, at a closed day drift.
I2  flows and control totals = the fold of the histories. A repair makes them so; histories are repaired by a rebuild.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.stats.projection.consistency_mongo import Consistency
from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from services.stats.use_cases.reconciliation import Difference, PublisherClients, lag_of, reconcile
from shared.infrastructure.clock import Clock, day_of


class Audit:
    def __init__(
        self,
        consistency: Consistency,
        queries: ProjectionQueries,
        publishers: PublisherClients,
        register: Register,
        clock: Clock,
    ) -> None:
        self._consistency, self._queries, self._publishers = consistency, queries, publishers
        self._register, self._clock = register, clock

    def __call__(self, fold_histories: bool = True) -> dict[str, Any]:
        """{closed_through, control_totals: drift, flows: discrepancies, parked, lag}: empty and 0 when all is well.

        fold_histories: whether to look for discrepancies, in time proportional to the histories; without, `flows` is
        left out.
        """
        closed, differences = self._register.closed_through(), self._differences(day_of(self._clock.now()))
        return {
            "closed_through": closed,
            "control_totals": [difference for difference in differences if difference.day <= closed],
            **({"flows": list(self._consistency.discrepancies())} if fold_histories else {}),
            "parked": self._queries.parked_count(),
            "lag": lag_of(differences),
        }

    @staticmethod
    def passes(found: Mapping[str, Any]) -> bool:
        """Whether an audit found neither drift nor discrepancies, and nothing is parked. Lag is allowed."""
        return not (found["control_totals"] or found["flows"] or found["parked"])

    def repair(self) -> int:
        """Repair flows and control totals from the histories; the number of documents that differed."""
        return self._consistency.repair()

    def _differences(self, today: str) -> list[Difference]:
        return [
            difference
            for theirs in self._publishers.control_totals(today)
            for name in [theirs.closing.name]
            for difference in reconcile(name, theirs.totals, self._queries.control_totals(name, today))
        ]
