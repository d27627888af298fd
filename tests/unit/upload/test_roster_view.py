"""Upload's view of the roster, also while it lags behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.upload.authorization import require_running
from services.upload.roster_view.memory import MemoryRosterStates
from services.upload.roster_view.view import HANDLES, IGNORES, Entry, RosterView
from shared.infrastructure.errors import Refused
from shared.language.contracts import PUBLISHER_OF

SCHOOL, CLASS = "2113000017", "2113000017p202403"
TODAY = "2026-11-02"
DAYS = ("2026-12-20", "2027-01-15", "2027-01-16")
PUPIL, SISTER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"


def entry(pupil: str = PUPIL, **changes: Any) -> dict[str, Any]:
    return {
        "campaign": "2026a",
        "pupil": pupil,
        "school": SCHOOL,
        "class": CLASS,
        "expected": True,
        "sheet": "",
        "void_sheets": [],
        "upload_code": pupil[-1] * 32,
        "cutoff": "2026-11-30",
        "last_day": "2026-12-31",
        **changes,
    }


@pytest.fixture
def states() -> MemoryRosterStates:
    return MemoryRosterStates()


@pytest.fixture
def view(states: MemoryRosterStates) -> RosterView:
    for code, parent in (("000000", ""), ("130000", "000000"), (SCHOOL, "130000")):
        states.put(f"unit-{code}", 1, f"unit {code}", {"code": code, "parent": parent})
    states.put(f"class-{CLASS}", 1, "class", {"id": CLASS, "school": SCHOOL})
    states.put(f"entry-2026a-{PUPIL}", 1, "entry 1", entry())
    states.put("campaign-2026a", 1, "campaign", {"id": "2026a", "open": True, "last_day": "2026-12-31"})
    return RosterView(states)


def test_every_category_of_the_roster_is_handled_or_ignored_by_name() -> None:
    assert {*HANDLES, *IGNORES} == {category for category, publisher in PUBLISHER_OF.items() if publisher == "roster"}


def test_an_entry_is_found_by_pupil_by_code_and_by_class(view: RosterView, states: MemoryRosterStates) -> None:
    states.put(f"entry-2026a-{SISTER}", 1, "entry 2", entry(SISTER))
    states.put(f"entry-2025a-{PUPIL}", 1, "entry 3", entry(campaign="2025a", upload_code="e" * 32))
    assert view.entry("2026a", PUPIL) == view.entry_of_code("7" * 32)
    assert view.entry("2026b", PUPIL) is None
    assert view.entry_of_code("0" * 32) is None
    assert [e.pupil for e in view.entries_of_class(CLASS, "2026a")] == [PUPIL, SISTER]
    assert [e.campaign for e in view.entries_of_pupil(PUPIL)] == ["2025a", "2026a"]


def test_a_pupil_who_moves_is_found_at_the_new_class_only(view: RosterView, states: MemoryRosterStates) -> None:
    states.put(f"entry-2026a-{PUPIL}", 2, "moved", entry(**{"class": "2113000017p202404"}))
    assert view.entries_of_class(CLASS, "2026a") == []
    assert [e.pupil for e in view.entries_of_class("2113000017p202404", "2026a")] == [PUPIL]


def is_refused(view: RosterView, entry: Entry, day: str) -> bool:
    try:
        require_running(view, entry, int(datetime.fromisoformat(f"{day}T12:00:00+08:00").timestamp() * 1000))
    except Refused as refused:
        return refused.code == "campaign-over"
    return False


def test_the_last_day_is_the_campaigns_though_the_entry_has_not_followed_yet(view: RosterView, states: Any) -> None:
    found = view.entry("2026a", PUPIL)
    assert found is not None and view.last_day(found) == "2026-12-31"
    for version, (last_day, ended) in enumerate({"2027-01-15": DAYS[2:], "2026-12-20": DAYS[1:]}.items(), 2):
        states.put(
            "campaign-2026a", version, f"campaign {version}", {"id": "2026a", "open": True, "last_day": last_day}
        )
        assert [day for day in DAYS if is_refused(view, found, day)] == list(ended)
    assert view.last_day(replace(found, campaign="2027a")) == found.last_day  # the campaign is not in the view yet


def test_a_path_goes_from_the_nation_down_whatever_the_depth(view: RosterView, states: MemoryRosterStates) -> None:
    assert view.path_of_class(CLASS) == f"/000000/130000/{SCHOOL}/{CLASS}/"
    states.put("unit-130100", 1, "city", {"code": "130100", "parent": "130000"})
    states.put(f"unit-{SCHOOL}", 2, "moved", {"code": SCHOOL, "parent": "130100"})
    assert view.path_of_class(CLASS) == f"/000000/130000/130100/{SCHOOL}/{CLASS}/"
    found = view.entry("2026a", PUPIL)
    assert found
    assert view.path_of(found) == view.path_of_class(CLASS)


@pytest.mark.parametrize("parent", ["999999", SCHOOL])
def test_a_path_that_does_not_reach_the_nation_opens_nothing(
    view: RosterView, states: MemoryRosterStates, parent: str
) -> None:
    states.put(f"unit-{SCHOOL}", 2, "moved", {"code": SCHOOL, "parent": parent})
    with pytest.raises(Refused) as refused:
        view.path_of_class(CLASS)
    assert refused.value.code == "unavailable"


def test_the_one_open_campaign_needs_no_name(view: RosterView, states: MemoryRosterStates) -> None:
    states.put("campaign-2025a", 1, "old", {"id": "2025a", "open": False, "last_day": "2025-06-30"})
    assert view.campaign("", TODAY) == "2026a"
    assert view.campaign("2025a", TODAY) == "2025a"
    with pytest.raises(Refused) as refused:
        view.campaign("2030a", TODAY)
    assert refused.value.code == "not-found"
    states.put("campaign-2026b", 1, "second", {"id": "2026b", "open": True, "last_day": "2026-12-31"})
    with pytest.raises(Refused) as refused:
        view.campaign("", TODAY)
    assert (refused.value.code, refused.value.extra) == ("campaign-needed", {"campaigns": ["2026a", "2026b"]})


def test_a_campaign_that_has_ended_is_not_chosen_by_default(view: RosterView, states: MemoryRosterStates) -> None:
    states.put("campaign-2027a", 1, "next", {"id": "2027a", "open": True, "last_day": "2027-12-31"})
    assert view.campaign("", "2027-11-02") == "2027a"


def test_after_its_last_day_a_campaign_can_still_be_viewed(view: RosterView) -> None:
    assert view.campaign("", "2027-01-15") == "2026a"
