"""Names behind the numbers of an audit trail: for its auditors alone, of staff of their region alone."""

from __future__ import annotations

import pytest

from tests.unit.identity.test_hand_over import hand_over
from tests.unit.identity.world import CLASS, COUNTY, SCHOOL, problem

BY_SCHOOL = ("school", SCHOOL)


@pytest.fixture
def teacher(world):
    return world.staff("teacher", CLASS, "li.teacher", BY_SCHOOL)[0]


def names(world, *accounts, role="auditor", path=COUNTY):
    response = world.ask("POST", "/v1/account-names", {"accounts": accounts}, world.token(role, path))
    assert response.status_code == 200, response.json
    return {item["id"]: item["display_name"] for item in response.json["items"]}


def test_staff_of_the_region_are_named_and_nobody_else_is(world, teacher):
    county, _ = world.staff("county", COUNTY, "county.admin", ("province", "/000000/110000/"))
    mother = world.register().json["account"]
    assert names(world, teacher, county, mother, "operator", "unheard-of") == {teacher: "李老师", county: "李老师"}
    assert names(world, teacher, county, path=SCHOOL) == {teacher: "李老师"}
    assert names(world, teacher, path=f"{COUNTY}2111000009/") == {}


def test_a_teacher_of_classes_in_two_places_is_named_to_the_region_of_both(world, teacher):
    other = f"{COUNTY}2111000009/2111000009p202301/"
    world.deps.records.people.add_path(teacher, other, None)
    assert names(world, teacher, path=SCHOOL) == {} and teacher in names(world, teacher)


def test_after_a_hand_over_what_was_done_keeps_the_name_of_who_did_it(world, teacher):
    new = hand_over(world, teacher, *BY_SCHOOL).json["id"]
    assert names(world, teacher, new) == {teacher: "李老师", new: "孙老师"}


@pytest.mark.parametrize("role", ["ministry", "county", "school", "teacher", "support"])
def test_nobody_but_an_auditor_asks(world, teacher, role):
    asked = {"accounts": [teacher]}
    problem(world.ask("POST", "/v1/account-names", asked, world.token(role, COUNTY)), 403, "outside-scope")
    problem(world.ask("POST", "/v1/account-names", {"accounts": []}, world.token("auditor", COUNTY)), 422, "bad-fields")
