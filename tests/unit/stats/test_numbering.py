"""Numbers of reports: consecutive in the order of publication, one for all editions of a day."""

from __future__ import annotations

import pytest

from services.stats.domain.numbering import GiveNumber, number_of, numbering_decider
from shared.infrastructure.errors import Refused

DAYS = ("2026-11-10", "2026-10-31")


def test_a_new_day_gets_the_next_number_and_another_edition_keeps_its_own():
    assert [number_of(DAYS, day) for day in (*DAYS, "2026-09-30", "2026-12-10")] == [1, 2, 3, 3]
    events, days = numbering_decider.run(GiveNumber("2026-09-30", 3), DAYS)
    assert ([event.data for event in events], days) == ([{"day": "2026-09-30"}], (*DAYS, "2026-09-30"))
    assert numbering_decider.run(GiveNumber("2026-10-31", 2), DAYS) == ([], DAYS)


@pytest.mark.parametrize(("day", "number"), [("2026-09-30", 2), ("2026-09-30", 4), ("2026-10-31", 3)])
def test_a_number_that_is_taken_or_leaves_a_gap_is_refused(day, number):
    with pytest.raises(Refused) as refused:
        numbering_decider.run(GiveNumber(day, number), DAYS)
    assert refused.value.code == "conflict"
