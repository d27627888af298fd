"""Accounts found by name, login, role and state, page by page; names and logins lie sealed."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from services.identity.personal_data import Details, PersonalData
from services.identity.use_cases.staff.account_pages import complete
from tests.unit.identity.world import CLASS, COUNTY, KEY, SCHOOL, problem

COUNTY_B = "/000000/110000/110102/"
PEOPLE = (
    ("school", SCHOOL, "zhao.2111000001", "赵学籍"),
    ("school", "/000000/110000/110101/2111000003/", "ouyang.feng", "欧阳锋"),
    ("school", "/000000/110000/110101/2111000004/", "aygul", "阿依古丽·买买提"),
)


@pytest.fixture
def county(world):
    by = world.token("county", COUNTY)
    for role, path, login, name in PEOPLE:
        assert world.issue(role, path, login, by, name).status_code == 201
    return by


def search(world, by, text, **more):
    response = world.ask("POST", "/v1/accounts/searches", {"text": text, **more}, by)
    assert response.status_code == 200, response.json
    return [item["login"] for item in response.json["items"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("赵学籍", ["zhao.2111000001"]),
        ("赵学", ["zhao.2111000001"]),
        ("赵", []),
        ("学籍", []),
        ("欧阳", ["ouyang.feng"]),
        (" 阿依古丽·买买提 ", ["aygul"]),
        ("OUYANG", ["ouyang.feng"]),
        ("ｚｈａｏ.2111000001", ["zhao.2111000001"]),
        ("zh", []),
        ("feng", []),
        ("nobody", []),
    ],
)
def test_an_account_is_found_by_the_beginning_of_its_name_or_login(world, county, text, found):
    assert search(world, county, text) == found


@pytest.mark.parametrize("separator", "·•・‧･")
def test_a_name_is_found_however_its_separator_is_written(world, separator):
    bureau = world.token("county", COUNTY)
    world.issue("school", SCHOOL, "admin-2016", bureau, name=f"买买提{separator}艾力")
    for written in "·•・‧･":
        asked = {"text": f"买买提{written}艾"}
        found = world.ask("POST", "/v1/accounts/searches", asked, token=bureau).json["items"]
        assert [each["login"] for each in found] == ["admin-2016"], written


def test_a_search_finds_nobody_outside_the_callers_scope(world, county):
    assert search(world, world.token("county", COUNTY_B), "欧阳锋") == []
    assert search(world, world.token("ministry", "/000000/"), "欧阳锋") == ["ouyang.feng"]
    assert search(world, county, "欧阳锋", under=SCHOOL) == []
    elsewhere = {"text": "欧阳锋", "under": COUNTY_B}
    problem(world.ask("POST", "/v1/accounts/searches", elsewhere, county), 403, "outside-scope")


def test_pages_follow_one_another_by_path_and_end(world, county):
    logins, after = [], ""
    for _ in PEOPLE:
        page = world.ask("GET", f"/v1/accounts?limit=1&after={after}", token=county).json
        logins += [item["login"] for item in page["items"]]
        after = page["after"]
    assert logins == [login for _, _, login, _ in PEOPLE] and after == ""
    problem(world.ask("GET", "/v1/accounts?after=anything", token=county), 422, "bad-fields")


def test_a_list_shows_one_role_or_one_state(world, county):
    _, _, login, _ = PEOPLE[0]
    account = world.ask("GET", "/v1/accounts?limit=1", token=county).json["items"][0]["id"]
    world.ask("POST", f"/v1/accounts/{account}/closure", token=county)

    def shown(query):
        return [item["login"] for item in world.ask("GET", f"/v1/accounts?{query}", token=county).json["items"]]

    assert shown("state=closed") == [login] and shown("role=county") == []
    assert shown("state=not-activated") == [each for _, _, each, _ in PEOPLE[1:]]
    problem(world.ask("GET", "/v1/accounts?state=lost", token=county), 422, "bad-fields")


def test_a_list_tells_the_day_of_the_last_use_and_who_is_sealed(world):
    world.staff("school", SCHOOL, "zhao", ("county", COUNTY))
    by = world.token("county", COUNTY)
    [item] = world.ask("GET", "/v1/accounts?state=active", token=by).json["items"]
    assert item["used_on"] == "2026-09-21"
    world.clock.advance(days=180)
    by = world.token("county", COUNTY)
    assert [each["state"] for each in world.ask("GET", "/v1/accounts?state=sealed", token=by).json["items"]] == [
        "sealed"
    ]
    assert world.ask("GET", "/v1/accounts?state=active", token=by).json["items"] == []


def test_terms_tell_nothing_without_the_key_and_one_character_has_none():
    one, other = PersonalData(KEY), PersonalData(bytes(32))
    details = Details("zhao.li", "赵丽")
    assert not set(one.search_terms(details)) & set(other.search_terms(details))
    assert len(one.search_terms(details)) == 1 + 5  # 赵丽; zha, zhao, ... zhao.li
    assert one.search_term("赵") not in one.search_terms(details)
    assert len(one.search_terms(Details("x" * 64, "名" * 100))) == 15 + 8


def test_accounts_of_the_release_before_are_found_once_they_are_completed(world, county):
    people = world.records.people
    for account, person in list(people._people.items()):
        people._people[account] = replace(person, terms=())
    assert search(world, county, "欧阳锋") == []
    assert complete(world.deps, threading.Event()) == len(PEOPLE)
    assert search(world, county, "欧阳锋") == ["ouyang.feng"]


def test_a_teacher_is_found_by_the_school_and_a_guardian_by_nobody(world):
    world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    world.register("mum-2016")
    by = world.token("school", SCHOOL)
    assert search(world, by, "李老师") == ["li.teacher"] and search(world, by, "mum-2016") == []


def test_a_list_that_goes_out_is_recorded_page_by_page_with_its_place_and_number(world):
    county = world.token("county", COUNTY)
    world.issue("school", SCHOOL, "school.one", county, name="=HYPERLINK(1)")
    found = world.ask("POST", "/v1/account-exports", {"under": SCHOOL, "role": "school"}, county)
    assert [item["login"] for item in found.json["items"]] == ["school.one"] and found.json["after"] == ""
    *_, entry = world.deps.trail.chains.chain("110101")
    assert (entry.act, entry.target, dict(entry.facts)) == ("export", SCHOOL, {"accounts": 1})
    elsewhere = world.ask("POST", "/v1/account-exports", {"under": "/000000/110000/110102/"}, county)
    assert elsewhere.status_code == 403
    *_, last = world.deps.trail.chains.chain("110101")
    assert last.number == entry.number, "what is refused does not go out"
