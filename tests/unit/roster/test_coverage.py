"""Whom a campaign would cover: counted beside other work, by the rule that decides who is expected."""

from __future__ import annotations

import pytest

from services.roster.domain.coverage import Count, Coverage
from services.roster.domain.enrolment import Enrolment
from services.roster.use_cases.coverage import SLICE_SECONDS, Counting
from shared.infrastructure.errors import Refused
from tests.unit.roster.county import COUNTY, HERE, OTHER, PROVINCE, row

NATION = "/000000/"


def enrolled(stage: str, state: str = "in-school", business: bool = False) -> Enrolment:
    return Enrolment("p", "s", f"2113000017{stage}202401", state, business)


def test_a_school_of_several_stages_is_one_school_and_only_who_is_expected_is_counted():
    count = Count()
    count.add([enrolled("p"), enrolled("p"), enrolled("j")])
    count.add([enrolled("p"), enrolled("p", "suspended"), enrolled("p", business=True)])
    count.add([enrolled("s", "left")])
    count.add([])
    coverage = count.finished(7)
    assert {stages: coverage.of(stages) for stages in ("p", "j", "pj", "s", "pjsx", "")} == {
        "p": (2, 3),
        "j": (1, 1),
        "pj": (2, 4),
        "s": (0, 0),
        "pjsx": (2, 4),
        "": (0, 0),
    }
    assert Coverage().of("pjsx") == (0, 0)


def asked(county, stages: str = "p"):
    return county.get(f"/v1/campaign-coverage?stages={stages}", "ministry", NATION)


def test_the_ministry_reads_the_latest_count_and_its_time(county):
    assert asked(county) | {"stages": []} == {"counted_at": 0, "schools": 0, "pupils": 0, "stages": []}
    county.enrol(row(1), row(2))
    county.enrol(row(201), school=OTHER)
    counting = Counting(county.deps)
    counting.go_on()
    assert asked(county) == {
        "counted_at": county.clock.now(),
        "schools": 2,
        "pupils": 3,
        "stages": [{"stage": stage, "schools": 2 * (stage == "p"), "pupils": 3 * (stage == "p")} for stage in "pjsx"],
    }
    assert (asked(county, "js")["schools"], asked(county, "js")["pupils"]) == (0, 0)
    pupil = county.pupils()[0]["pupil"]
    county.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended"}, "school", HERE)
    counting.go_on()
    assert asked(county)["pupils"] == 2


def test_a_large_count_goes_on_from_slice_to_slice_and_after_a_failure_of_the_store(county, monkeypatch):
    county.enrol(row(1))
    county.enrol(row(201), school=OTHER)
    seconds = iter(number * SLICE_SECONDS for number in range(100))
    counting = Counting(county.deps, lambda: next(seconds))
    counting.go_on()
    assert asked(county)["counted_at"] == 0  # one of two schools
    find = county.tables.pupils.find

    def unavailable(*given):
        raise Refused("unavailable", "The store is unavailable.")

    monkeypatch.setattr(county.tables.pupils, "find", unavailable)
    with pytest.raises(Refused, match="unavailable"):
        counting.go_on()
    monkeypatch.setattr(county.tables.pupils, "find", find)
    counting.go_on()
    counting.go_on()
    assert asked(county)["pupils"] == 2


@pytest.mark.parametrize(("role", "path"), [("province", PROVINCE), ("county", COUNTY), ("ministry", PROVINCE)])
def test_nobody_else_reads_it(county, role, path):
    assert county.ask("GET", "/v1/campaign-coverage", role, [path]).status_code == 403


@pytest.mark.parametrize("stages", ["", "q", "pjsxp"])
def test_unknown_stages_are_refused(county, stages):
    assert county.ask("GET", f"/v1/campaign-coverage?stages={stages}", "ministry", [NATION]).status_code == 422
