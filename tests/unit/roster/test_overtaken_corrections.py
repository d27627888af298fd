"""Corrections whose pupil changes while they are entered, or whose field counts as a key field no longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.unit.roster.correcting import PDF, decide, enter, history, record, waiting
from tests.unit.roster.county import COUNTY, HERE, OTHER, SCHOOL, THERE, County, name_of, row
from tests.unit.roster.files import HEADINGS

RENAMED = {"name": "王改名"}
MOVED = {"kind": "transferred", "school": OTHER, "class": f"{OTHER}p202401"}


@pytest.fixture
def pupil(campaign: County) -> str:
    campaign.enrol(row(1), row(2))
    return str(campaign.pupils()[0]["pupil"])


def meanwhile(monkeypatch: pytest.MonkeyPatch, county: County, act: Callable[[], object]) -> None:
    """Act between the decision of the next correction and its recording."""
    append, left = county.store.append, [act]

    def after_the_act(appends, context, also=None):
        if left and any(each.stream.startswith("correction-") for each in appends):
            left.pop()()
        return append(appends, context, also)

    monkeypatch.setattr(county.store, "append", after_the_act)


def number_of(county: County, pupil: str) -> int:
    return next(number for number in (1, 2) if name_of(number) == record(county, pupil)["name"])


def test_a_pupil_who_moves_while_one_is_entered_does_not_take_it_along(campaign, pupil, monkeypatch):
    meanwhile(monkeypatch, campaign, lambda: campaign.post(f"/v1/pupils/{pupil}/changes", MOVED, "county", COUNTY))
    id = enter(campaign, pupil, RENAMED, PDF)["waiting"]
    assert waiting(campaign, SCHOOL, "leader", HERE)["items"] == []
    assert decide(campaign, pupil, id, "leader", path=THERE).json.get("title") == "correction-over"
    assert (history(campaign, pupil)[0]["status"], history(campaign, pupil)[0]["why"]) == ("lapsed", "moved")
    assert enter(campaign, pupil, RENAMED, PDF, path=THERE)["waiting"]


def test_what_changes_while_one_is_entered_is_not_overwritten(campaign, pupil, monkeypatch):
    def from_a_file() -> None:
        campaign.enrol(row(number_of(campaign, pupil), 姓名="王从文件"))
        yes = {"accept": True, "reason": ""}
        campaign.post(f"/v1/pupils/{pupil}/proposal/decisions", yes, "leader", HERE)

    meanwhile(monkeypatch, campaign, from_a_file)
    id = enter(campaign, pupil, RENAMED, PDF)["waiting"]
    assert decide(campaign, pupil, id, "leader").json.get("title") == "correction-over"
    assert (record(campaign, pupil)["name"], history(campaign, pupil)[0]["why"]) == ("王从文件", "overtaken")


def test_a_pupil_whom_an_undone_import_takes_back_meanwhile_keeps_no_list_from_showing(campaign, monkeypatch):
    run = campaign.enrol(row(1), row(2))
    pupil = str(campaign.pupils()[0]["pupil"])
    undo = f"/v1/imports/{run['import']}/undo"
    yes = {"confirm": campaign.get(undo, "school", HERE)["confirm"]}
    meanwhile(monkeypatch, campaign, lambda: campaign.post(undo, yes, "school", HERE))
    assert enter(campaign, pupil, RENAMED, PDF)["waiting"]
    assert waiting(campaign, SCHOOL, "leader", HERE)["items"] == []


def test_a_field_that_counts_as_a_key_field_no_longer_keeps_no_other_one_from_its_end(campaign, pupil):
    deps, headings = campaign.deps, (*HEADINGS, "联系电话")
    campaign.with_deps(replace(deps, more_key_fields=frozenset({("13", "phone")})))
    phone = enter(campaign, pupil, {"phone": "13800138000"}, PDF)["waiting"]
    name = enter(campaign, pupil, RENAMED, PDF)["waiting"]
    decide(campaign, pupil, name, "leader")
    campaign.with_deps(deps)
    campaign.enrol([*row(number_of(campaign, pupil)), "13700000000"], headings=headings)
    assert decide(campaign, pupil, name, "county").json["status"] == "applied"
    assert decide(campaign, pupil, phone, "leader").json.get("title") == "correction-over"
    assert (record(campaign, pupil)["name"], record(campaign, pupil)["phone"]) == ("王改名", "13700000000")
