"""The way by the upload code alone: off by default, decided by each region for itself and for those below it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.roster.domain.unit import REGIONS, CloseUnit, DecideCodeAlone, OpenUnit, unit_decider
from shared.language.code_alone import DECISIONS, OFF, ON, UNDECIDED, is_on
from shared.language.contracts.roster import LEVELS
from tests.support.given import given, happened
from tests.unit.roster.county import CITY, COUNTY, HERE, PROVINCE, SCHOOL, County

UNIT = unit_decider("130102")
ON_NOW = happened("unit.code-alone-decided", code_alone=ON)
OF_ROLE = {"province": ("130000", PROVINCE), "city": ("130100", CITY), "county": ("130102", COUNTY)}


def opened(level: str = "county") -> Any:
    return happened("unit.opened", name="长安区", level=level, parent="1", kind="", effective_from="2026-11-01")


# ---- the rule
def test_a_region_decides_changes_its_mind_and_takes_the_decision_back():
    given(UNIT, opened()).when(DecideCodeAlone(ON)).then(ON_NOW).public(code_alone=ON)
    given(UNIT, opened(), ON_NOW).when(DecideCodeAlone(ON)).then_nothing()
    given(UNIT, opened(), ON_NOW).when(DecideCodeAlone(OFF)).then(happened("unit.code-alone-decided", code_alone=OFF))
    given(UNIT, opened(), ON_NOW).when(DecideCodeAlone(UNDECIDED)).then(
        happened("unit.code-alone-decided", code_alone=UNDECIDED)
    ).public(code_alone=UNDECIDED)
    given(UNIT, opened()).when(DecideCodeAlone(UNDECIDED)).then_nothing()


def test_a_unit_that_nobody_has_opened_or_that_is_closed_decides_nothing():
    given(UNIT).when(DecideCodeAlone(ON)).then_refused("unit-closed")
    given(UNIT, opened(), happened("unit.closed")).when(DecideCodeAlone(ON)).then_refused("unit-closed")
    given(UNIT, opened(), ON_NOW).when(CloseUnit()).then(happened("unit.closed"))


@pytest.mark.parametrize("level", sorted(set(LEVELS) - set(REGIONS)))
def test_neither_the_nation_nor_a_school_decides(level: str):
    given(UNIT, opened(level)).when(DecideCodeAlone(ON)).then_refused("not-a-region")


def test_a_decision_survives_another_name_and_place():
    renamed = happened("unit.renamed", name="新区", effective_from="2026-11-02")
    moved = happened("unit.moved", parent="2", effective_from="2026-11-03")
    given(UNIT, opened(), ON_NOW, renamed, moved).when(DecideCodeAlone(ON)).then_nothing()
    assert unit_decider("1").run(OpenUnit("x", "county", "2", "city", "", "2026-11-01"), unit_decider("1").initial)[
        1
    ].code_alone == (UNDECIDED)


@for_all(st.lists(st.sampled_from(DECISIONS), max_size=6))
def test_the_lowest_decision_holds_and_without_any_the_way_is_off(decisions: list[str]):
    decided = [decision for decision in decisions if decision]
    assert is_on(decisions) == (decided[:1] == [ON])


# ---- over HTTP
def decide(county: County, role: str, code_alone: str, **options: Any) -> Any:
    unit, path = OF_ROLE[role]
    return county.post(f"/v1/units/{unit}/code-alone", {"code_alone": code_alone}, role, path, **options)


def holds(county: County, role: str = "county") -> tuple[bool, str]:
    """What holds in the unit of this role, and the unit that has decided it."""
    unit, path = OF_ROLE[role]
    found = county.get(f"/v1/units/{unit}/code-alone", role, path)
    return found["applies"], found["decided_in"]


def test_it_is_off_until_somebody_decides(county: County):
    for role in REGIONS:
        assert holds(county, role) == (False, "")


def test_a_province_decides_for_all_its_counties_and_a_county_for_itself(county: County):
    decide(county, "province", ON)
    assert [holds(county, role) for role in REGIONS] == [(True, "130000")] * 3
    decide(county, "county", OFF)
    assert [holds(county, role) for role in REGIONS] == [(True, "130000"), (True, "130000"), (False, "130102")]
    decide(county, "county", UNDECIDED)
    decide(county, "city", OFF)
    assert [holds(county, role) for role in REGIONS] == [(True, "130000"), (False, "130100"), (False, "130100")]


def test_a_region_sees_who_decided_when_and_what_holds_below(county: County):
    decide(county, "county", ON)
    city = county.get("/v1/units/130100/code-alone", "city", CITY)
    assert city == {
        "code": "130100",
        "name": "石家庄市",
        "level": "city",
        "code_alone": "",
        "applies": False,
        "decided_in": "",
        "decided_in_name": "",
        "decided_at": "",
        "decided_by": "",
        "below": [{"code": "130102", "name": "长安区", "level": "county", "code_alone": "on", "applies": True}],
    }
    found = county.get("/v1/units/130102/code-alone", "county", COUNTY)
    decision = county.store.load("unit-130102")[-1]
    assert (found["decided_in_name"], found["decided_by"], found["below"]) == ("长安区", decision.actor, [])
    assert found["decided_at"].startswith("2026-") and decision.state["code_alone"] == "on"


def test_the_account_that_decided_above_is_not_told_below(county: County):
    decide(county, "province", ON)
    found = county.get("/v1/units/130102/code-alone", "county", COUNTY)
    assert (found["decided_in_name"], found["decided_by"]) == ("河北省", "") and found["decided_at"]


@pytest.mark.parametrize(
    ("role", "path", "unit", "code"),
    [
        ("county", COUNTY, "130100", "outside-scope"),  # of the unit above
        ("city", CITY, "130102", "outside-scope"),  # of a unit below: that one decides itself
        ("province", PROVINCE, "130102", "outside-scope"),
        ("ministry", "/000000/", "000000", "outside-scope"),
        ("school", HERE, SCHOOL, "outside-scope"),
        ("support", COUNTY, "130102", "outside-scope"),
        ("auditor", COUNTY, "130102", "outside-scope"),
        ("county", COUNTY, "999999", "not-found"),
    ],
)
def test_only_the_unit_itself_decides(county: County, role: str, path: str, unit: str, code: str):
    refused = county.ask("POST", f"/v1/units/{unit}/code-alone", role, [path], json={"code_alone": ON})
    assert (refused.json or {}).get("title", "") == code
    assert not holds(county)[0]


def test_nobody_outside_sees_the_decision(county: County):
    for role, path, unit in (("school", HERE, "130102"), ("county", COUNTY, "130100"), ("guardian", "", "130102")):
        assert county.ask("GET", f"/v1/units/{unit}/code-alone", role, [path]).status_code == 403


def test_a_repeated_decision_changes_nothing_afterwards(county: County):
    decide(county, "county", ON, key="decision-1")
    decide(county, "county", OFF)
    decide(county, "county", ON, key="decision-1")  # a retry whose first response was lost
    assert holds(county) == (False, "130102")


@pytest.mark.parametrize("body", [{}, {"code_alone": "yes"}, {"code_alone": None}, {"code_alone": "on", "extra": 1}])
def test_anything_else_is_no_decision(county: County, body: dict[str, Any]):
    assert county.ask("POST", "/v1/units/130102/code-alone", "county", [COUNTY], json=body).status_code == 422


def test_the_security_log_tells_of_the_decision(county: County, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "security")
    decide(county, "county", ON)
    told = [vars(line) for line in caplog.records if vars(line).get("event") == "code-alone"]
    assert [(line["role"], line["target"], line["decision"]) for line in told] == [("county", "130102", "on")]
