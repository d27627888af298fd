"""A school that reaches for other schools' children, a file that renames one, twenty prints at once, poisoned names."""

from __future__ import annotations

import csv
import io
import re
import threading
from typing import Any

import httpx
import pytest

from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, CLASS, COUNTY, PASSWORD, PATH_OF, SCHOOL, SmallCounty
from tests.unit.roster.county import name_of, row

pytestmark = [pytest.mark.system]
THIEF = "2199130103"  # a school of the same county
FORMULA = "=cmd|' /C calc'!A0"
COUNTS = (
    "rows",
    "added",
    "moved",
    "changed",
    "unchanged",
    "waiting",
    "proposed",
    "asked",
    "errors",
    "warnings",
    "missing",
)
VICTIM, NOBODY_HAS = 2, 77  # numbers of rows: a pupil of the county's school, and a number that nobody has
PRINTS, OTHERS = 20, 20


def grade(number: int, **changed: str) -> list[str]:
    return row(number, 班级="2024级1班", **changed)


@pytest.fixture(scope="module")
def thief(attacked: SmallCounty) -> SmallCounty:
    """The county with a second school, whose registry admin is hostile and has imported its own pupil."""
    school = {"code": THIEF, "name": FORMULA, "level": "school", "parent": COUNTY}
    attacked.post("roster", "/v1/units", "county", school)
    attacked.issue("county", "school", f"{PATH_OF['county']}{THIEF}/", "thief")
    attacked.post(
        "roster", f"/v1/units/{THIEF}/classes", "thief", {"stage": "p", "entry_year": 2024, "number": 1, "name": ""}
    )
    attacked.import_rows(grade(50), who="thief", school=THIEF)
    return attacked


def lists_of(county: SmallCounty) -> list[int]:
    """The lengths of all lists that the hostile school can see."""
    paths = (f"/v1/classes/{THIEF}p202401/pupils", f"/v1/units/{THIEF}/arrivals", f"/v1/units/{THIEF}/proposals")
    return [len(county.ask("GET", "roster", path, "thief")["items"]) for path in paths]


@pytest.mark.parametrize("query", ["?dry_run=1", ""])
def test_a_number_of_another_school_is_told_from_none_by_nothing(thief: SmallCounty, query: str) -> None:
    seen, before = [], lists_of(thief)
    for number in (VICTIM, NOBODY_HAS):
        report = thief.import_rows(grade(number), who="thief", school=THIEF, query=query)
        after = lists_of(thief)
        seen.append(([report[name] for name in COUNTS], [new - old for new, old in zip(after, before, strict=True)]))
        before = after
        record = thief.ask("GET", "roster", f"/v1/imports/{report['import']}", "thief")
        assert record["dry_run"] is bool(query)  # the probe is on record
    assert seen[0] == seen[1]
    assert seen[0][0][COUNTS.index("waiting")] == 1


def test_a_child_is_not_taken_by_its_number_and_the_other_side_sees_who_asks(thief: SmallCounty) -> None:
    thief.import_rows(grade(VICTIM), who="thief", school=THIEF)
    waiting = thief.ask("GET", "roster", f"/v1/units/{SCHOOL}/waiting-arrivals", "school")["items"]
    asked = [item for item in waiting if item["school"] == THIEF]
    assert [item["kind"] for item in asked] == ["transfer"]
    pupil = asked[0]["pupil"]
    assert _status(thief, "GET", f"/v1/pupils/{pupil}", "thief") == 403
    answer = f"/v1/arrivals/{asked[0]['arrival']}/answers"
    assert _status(thief, "POST", answer, "thief", json={"accept": True}) == 403
    move = {"kind": "transferred", "school": THIEF, "class": f"{THIEF}p202401"}
    assert _status(thief, "POST", f"/v1/pupils/{pupil}/changes", "thief", json=move) == 403
    here = thief.ask("GET", "roster", f"/v1/classes/{CLASS}/pupils", "teacher")["items"]
    assert [item["expected"] for item in here if item["pupil"] == pupil] == [True]
    assert PATH_OF["county"] and pupil not in str(thief.ask("GET", "roster", f"/v1/units/{THIEF}/arrivals", "thief"))


def _status(county: SmallCounty, method: str, path: str, who: str, **options: Any) -> int:
    headers = {**county.headers("roster", who), "Idempotency-Key": f"attack-{county.number():06}"}
    address = county.addresses["roster"] + path
    return httpx.request(method, address, headers=headers, timeout=60, **options).status_code


def test_a_file_renames_no_pupil(thief: SmallCounty) -> None:
    def names() -> list[str]:
        items = thief.ask("GET", "roster", f"/v1/classes/{CLASS}/pupils", "teacher")["items"]
        return sorted(item["name"] for item in items)

    def outcome(**changed: str) -> tuple[int, ...]:
        report = thief.import_rows(grade(3, **changed))
        return tuple(report[count] for count in ("asked", "proposed", "changed", "added"))

    before = names()
    assert outcome(姓名="王假名", 出生日期="2017-06-02") == (1, 0, 0, 0)  # a number alone means no child
    assert outcome(姓名="王假名") == (0, 1, 0, 0)
    assert names() == before and name_of(3) in before
    (line,) = [
        item
        for item in thief.ask("GET", "roster", f"/v1/units/{SCHOOL}/proposals", "leader")["items"]
        if item["name"] == name_of(3)
    ]
    decision = f"/v1/pupils/{line['pupil']}/proposal/decisions"
    for who in ("school", "county", "teacher", "thief"):
        assert _status(thief, "POST", decision, who, json={"accept": True}) == 403
    thief.post("roster", decision, "leader", {"accept": False, "reason": "没有证明材料"})
    assert names() == before


def test_twenty_prints_at_once_all_come_and_keep_nobody_else_waiting(thief: SmallCounty) -> None:
    url = thief.addresses["roster"] + f"/v1/prints/{_print(thief)}/forms.pdf"
    done, places, sizes = threading.Event(), [], []
    headers = thief.headers("roster", "school")

    def fetch(client: httpx.Client) -> bool:
        response = client.get(url, headers=headers)
        if response.status_code == 503:
            places.append(response.json()["ahead"])
            assert response.json()["title"] == "busy" and int(response.headers["Retry-After"]) > 0
            return False
        assert response.status_code == 200, response.text
        sizes.append(len(response.content))
        return True

    def person() -> None:
        with httpx.Client(timeout=110) as client:
            await_until(lambda: fetch(client), 240, "a print")

    people = [threading.Thread(target=person) for _ in range(PRINTS)]
    for each in people:
        each.start()
    answered_meanwhile = 0
    with httpx.Client(timeout=30) as other:
        for _ in range(OTHERS):
            response = other.get(thief.addresses["roster"] + "/v1/campaigns", headers=headers)
            assert response.status_code == 200
            answered_meanwhile += len(sizes) < PRINTS
    for each in people:
        each.join()
    done.set()
    assert len(sizes) == PRINTS and min(sizes) > 1000  # nothing is lost
    assert places and all(0 < place <= PRINTS for place in places)
    assert answered_meanwhile == OTHERS


def _print(county: SmallCounty) -> str:
    return str(county.print(**{"class": CLASS})["print"])


@pytest.mark.parametrize("spoof", ["王\u202e二", "王\u2066二", "王\u200b二", "王\x1b[2J"])
def test_a_name_that_shows_as_another_one_is_refused_or_cleaned(thief: SmallCounty, spoof: str) -> None:
    school = {"code": f"21991{thief.number():05}", "name": spoof, "level": "school", "parent": COUNTY}
    assert _status(thief, "POST", "/v1/units", "county", json=school) == 422
    report = thief.import_rows(grade(61, 姓名=spoof), query="?dry_run=1")
    told = {finding["code"] for finding in (*report["warnings"], *report["errors"])}
    assert told & {"hidden-characters", "name-characters"}


def test_a_school_named_like_a_formula_is_a_text_in_the_table_that_its_county_downloads(thief: SmallCounty) -> None:
    with httpx.Client(base_url=thief.copy.local.environment()["PORTAL_URL"], timeout=30) as office:
        _sign_in(thief, office, thief.issue("province", "county", PATH_OF["county"]))

        def lines() -> list[list[str]]:
            answer = office.get(f"/figures/{COUNTY}.csv?campaign={CAMPAIGN}")
            assert answer.status_code == 200, answer.text
            return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

        await_until(lambda: THIEF in [line[0] for line in lines()], 60, "the school is in the figures")
        table = lines()
    assert [line[1] for line in table if line[0] == THIEF] == [f"'{FORMULA}"]
    assert not [cell for line in table for cell in line if cell.startswith(("=", "+", "-", "@"))]


def _sign_in(county: SmallCounty, portal: httpx.Client, who: str) -> None:
    """Activate the account and sign in at the portal."""
    one = county.people[who]
    county.activate(who)
    form_token = re.findall(r'name="form_token" value="([^"]+)"', portal.get("/sign-in").text)[-1]
    form = {"form_token": form_token, "next": "/", "login": one.login, "password": PASSWORD}
    assert portal.post("/sign-in", data=form).status_code == 303
