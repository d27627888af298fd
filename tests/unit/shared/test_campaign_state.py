"""The state of a campaign on a day, and the order in which campaigns are listed."""

from __future__ import annotations

import pytest

from shared.language.campaign_state import CAMPAIGN_STATES, STATE_NAMES, campaign_state, in_order

CUTOFF, LAST_DAY = "2026-11-30", "2026-12-31"


@pytest.mark.parametrize(
    ("opened", "day", "state"),
    [
        (False, "2026-11-01", "planned"),
        (True, "2026-10-30", "open"),
        (True, "2026-11-30", "open"),
        (True, "2026-12-01", "past-cutoff"),
        (True, "2026-12-31", "past-cutoff"),
        (True, "2027-01-01", "ended"),
        (False, "2026-12-31", "planned"),
        (False, "2027-01-01", "ended"),
    ],
)
def test_a_campaign_is_planned_open_past_its_cutoff_or_ended(opened, day, state):
    assert campaign_state(opened, CUTOFF, LAST_DAY, day) == state


def test_running_campaigns_come_first_and_of_each_kind_the_newest():
    campaigns = [
        ("ended", "2026-03-01", "2026a"),
        ("past-cutoff", "2026-09-01", "2026b"),
        ("planned", "2027-03-01", "2027a"),
        ("ended", "2026-11-01", "short"),
        ("open", "2026-09-01", "2026c"),
        ("planned", "2028-03-01", "2028a"),
        ("open", "2026-08-01", "2026z"),
    ]
    ordered = [id for _, _, id in in_order(campaigns, lambda campaign: campaign)]
    assert ordered == ["2026c", "2026b", "2026z", "2028a", "2027a", "short", "2026a"]


def test_every_state_has_one_name_and_only_running_ones_are_called_so():
    assert set(STATE_NAMES) == set(CAMPAIGN_STATES)
    assert {state for state, (zh, _) in STATE_NAMES.items() if "进行中" in zh} == {"open", "past-cutoff"}
