"""Agreement of the control totals of a store and of the projection, and the end of a day."""

from __future__ import annotations

from collections import Counter

import pytest

from services.stats.domain.reconciliation import Closing, reconcile

DAY, NEXT = "2026-11-05", "2026-11-06"


def rows(*groups):
    """(slot, day, count, hash_total) as control totals."""
    out = Counter()
    for slot, day, count, total in groups:
        out.update({(slot, day, "count"): count, (slot, day, "hash_total"): total})
    return out


@pytest.mark.parametrize(
    "projection",
    [
        pytest.param(rows((1, DAY, 2, 50), (2, DAY, 3, 70)), id="another slot"),
        pytest.param(rows((1, DAY, 3, 70), (2, NEXT, 2, 50)), id="another day"),
        pytest.param(rows((1, DAY, 3, 71), (2, DAY, 2, 50)), id="another event"),
        pytest.param(rows((1, DAY, 4, 70), (2, DAY, 2, 50)), id="one more"),
        pytest.param(rows((1, DAY, 3, 70)), id="nothing of a slot"),
        pytest.param(
            rows((1, DAY, 3, 70), (2, DAY, 2, 50), (3, DAY, 1, 9)), id="a slot of which the store knows nothing"
        ),
    ],
)
def test_control_totals_agree_only_slot_by_slot_and_day_by_day_in_number_and_identity(projection):
    store = rows((1, DAY, 3, 70), (2, DAY, 2, 50))
    assert reconcile("upload", store, store) == []
    assert reconcile("upload", store, projection) != []


@pytest.mark.parametrize(
    ("through", "pending", "final"),
    [(DAY, 0, True), (NEXT, 0, True), (DAY, 1, False), ("2026-11-04", 0, False), ("", 0, False)],
)
def test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way(through, pending, final):
    assert Closing("upload", through, pending).final(DAY) is final
