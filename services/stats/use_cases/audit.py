"""The audit of statistics.

I1  control totals = the stores' count and hash total per slot and day. A live difference is lag, at a closed day drift.
I2  flows and control totals = the fold of the histories. A repair makes them so; histories are repaired by a rebuild.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.stats.dependencies import Dependencies
from services.stats.domain.reconciliation import lag_of
from services.stats.projection.consistency_mongo import Consistency
from services.stats.use_cases.reconciliation import reconcile_with_stores


def audit(deps: Dependencies, fold_histories: bool = True) -> dict[str, Any]:
    """{closed_through, control_totals: drift, flows: discrepancies, parked, lag}: empty and 0 when all is well.

    fold_histories: whether to look for discrepancies, in time proportional to the histories; without, `flows` is left
    out.
    """
    closed, differences = deps.register.closed_through(), reconcile_with_stores(deps, deps.today())
    return {
        "closed_through": closed,
        "control_totals": [difference for difference in differences if difference.day <= closed],
        **({"flows": list(Consistency(deps.projection).discrepancies())} if fold_histories else {}),
        "parked": deps.queries.parked_count(),
        "lag": lag_of(differences),
    }


def passes(found: Mapping[str, Any]) -> bool:
    """True if an audit found neither drift nor discrepancies, and nothing is parked. Lag is allowed."""
    return not (found["control_totals"] or found["flows"] or found["parked"])


def repair(deps: Dependencies) -> int:
    """Repair flows and control totals from the histories; the number of documents that differed."""
    return Consistency(deps.projection).repair()
