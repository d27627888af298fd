"""Attempts to become somebody else through the level above: by issuing, by resetting, by what was left lying about.

Every attacker here signs in for real, with the rights of their own role and no others.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from services.identity.domain.validity import DAY_MS, IDLE_MS
from shared.language.consent import CONSENT_VERSION
from tests.support.made_up import NOBODY
from tests.system.county import BORN, CAMPAIGN, CLASS, HERE, PASSWORD, PATH_OF, SmallCounty
from tests.unit.roster.county import name_of, row
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

pytestmark = [pytest.mark.system]
NEW, OTHER_COUNTY, OTHER_SCHOOL, OTHER_BORN = "fifty quiet rivers", "130104", "2199130104", "2014-09-30"


class Attacker:
    """A person with a session of their own."""

    def __init__(self, county: SmallCounty, login: str, password: str) -> None:
        self._county = county
        self.tokens = county.post("identity", "/v1/sessions", NOBODY, {"login": login, "password": password})

    def send(self, method: str, service: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return send(self._county, method, service, path, body, headers)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self.send("POST", "identity", path, body or {})
        assert response.is_success, response.text
        return response.json() if response.content else {}


def send(
    county: SmallCounty,
    method: str,
    service: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    key = {"Idempotency-Key": f"attack-{county.number():06}"}
    return httpx.request(
        method, county.addresses[service] + path, json=body, headers={**key, **(headers or {})}, timeout=60
    )


def refused(response: httpx.Response) -> str:
    assert response.status_code in (401, 403, 409, 410, 422, 429), response.text
    return str(response.json()["title"])


def sign_in(county: SmallCounty, login: str, password: str) -> httpx.Response:
    return send(county, "POST", "identity", "/v1/sessions", {"login": login, "password": password})


def use_code(county: SmallCounty, login: str, code: str, born: str = "", new: str = NEW) -> httpx.Response:
    body = {"login": login, "reset_code": code, "birth_date": born, "new": new}
    return send(county, "POST", "identity", "/v1/reset-codes/use", body)


def activate(county: SmallCounty, login: str, code: str, new: str = NEW) -> httpx.Response:
    body = {"login": login, "activation_code": code, "new": new}
    return send(county, "POST", "identity", "/v1/activation-codes/use", body)


def settled(county: SmallCounty, by: str, role: str, path: str) -> tuple[str, Attacker]:
    """A new account whose owner has chosen PASSWORD: its name in `people`, signed in."""
    name = county.issue(by, role, path)
    person = county.people[name]
    assert activate(county, person.login, person.activation_code, PASSWORD).is_success
    return name, Attacker(county, person.login, PASSWORD)


@pytest.fixture(scope="module")
def bureau(attacked: SmallCounty) -> Attacker:
    """An admin of the county, with the rights of the county."""
    return settled(attacked, "province", "county", PATH_OF["county"])[1]


def test_a_county_that_issues_itself_a_school_account_prints_nothing_and_sees_nobody(attacked, bureau):
    login = f"attack.school.{attacked.number()}"
    asked = {"role": "school", "path": HERE, "login": login, "display_name": "县里的人"}
    made = bureau.post("/v1/accounts", asked)
    assert made["waiting"]
    assert activate(attacked, login, made["activation_code"]).is_success
    assert refused(sign_in(attacked, login, NEW)) == "account-waiting"
    account = f"/v1/accounts/{made['id']}"
    assert refused(bureau.send("POST", "identity", f"{account}/acceptance", {"accept": True})) == "outside-scope"
    code = bureau.post(f"{account}/password-reset")["reset_code"]
    assert use_code(attacked, login, code).is_success
    assert refused(sign_in(attacked, login, NEW)) == "account-waiting"
    for method, service, path, body in (
        ("POST", "roster", f"/v1/campaigns/{CAMPAIGN}/prints", {"class": CLASS}),
        ("GET", "roster", f"/v1/classes/{CLASS}/pupils", None),
        ("GET", "upload", f"/v1/classes/{CLASS}/forms?campaign={CAMPAIGN}", None),
    ):
        assert refused(bureau.send(method, service, path, body)) == "outside-scope"


def test_a_county_that_closes_a_school_account_or_resets_it_does_not_get_in_either(attacked, bureau):
    """The school has a leader who could say yes; the county asks nobody and is refused."""
    settled(attacked, "school", "leader", HERE)
    name, _ = settled(attacked, "school", "school", HERE)
    victim = attacked.people[name]
    slip = bureau.post(f"/v1/accounts/{victim.account}/password-reset")
    assert slip["waiting"] and use_code(attacked, victim.login, slip["reset_code"]).is_success
    assert refused(sign_in(attacked, victim.login, NEW)) == "account-waiting"
    bureau.post(f"/v1/accounts/{victim.account}/closure")
    login = f"attack.next.{attacked.number()}"
    made = bureau.post("/v1/accounts", {"role": "school", "path": HERE, "login": login, "display_name": "县里的人"})
    assert activate(attacked, login, made["activation_code"]).is_success
    assert refused(sign_in(attacked, login, NEW)) == "account-waiting"
    told = attacked.ask("GET", "identity", f"/v1/accounts/{victim.account}/history", "school")["items"]
    assert [(entry["event"], entry["by_role"]) for entry in told[:3]] == [
        ("closed", "county"),
        ("reset-code-used", ""),
        ("password-reset", "county"),
    ]


@pytest.fixture(scope="module")
def mother(attacked: SmallCounty) -> tuple[str, str, str]:
    """(account, login, pupil elsewhere) of a mother with a child in the attacked class and one in another county."""
    name = attacked.register(attacked.pupils[2], f"two-counties-{attacked.number()}")
    elsewhere = f"{PATH_OF['city']}{OTHER_COUNTY}/"
    attacked.issue("province", "county", elsewhere, "other-county")
    unit = {"code": OTHER_SCHOOL, "name": "桥西区小学", "level": "school", "parent": OTHER_COUNTY}
    attacked.post("roster", "/v1/units", "other-county", unit)
    attacked.issue("other-county", "school", f"{elsewhere}{OTHER_SCHOOL}/", "other-school")
    made = attacked.post(
        "roster",
        f"/v1/units/{OTHER_SCHOOL}/classes",
        "other-school",
        {"stage": "p", "entry_year": 2021, "number": 1, "name": "六年级1班"},
    )["id"]
    attacked.issue("other-school", "teacher", f"{elsewhere}{OTHER_SCHOOL}/{made}/", "other-teacher")
    pupil = row(
        77,
        学籍号=pupil_number(OTHER_BORN, 77, "130104"),
        姓名=name_of(77),
        出生日期=OTHER_BORN,
        年级="六年级",
        班级="2021级1班",
        身份证件号=id_number(OTHER_BORN, 77, "130104"),
    )
    report = attacked.ask(
        "POST",
        "roster",
        f"/v1/units/{OTHER_SCHOOL}/imports",
        "other-school",
        files={"file": ("roster.csv", csv([pupil], HEADINGS))},
    )
    assert report["added"] == 1, report
    [child] = attacked.ask("GET", "roster", f"/v1/classes/{made}/pupils", "other-teacher")["items"]
    code = attacked.post("roster", f"/v1/pupils/{child['pupil']}/registration-code", "other-teacher")
    asked = {**code, "birth_date": OTHER_BORN, "relation": "mother", "consent": CONSENT_VERSION}
    attacked.post("identity", "/v1/me/children", name, asked)
    for who, known in (("teacher", attacked.pupils[2]), ("other-teacher", child["pupil"])):
        yes = {"account": attacked.people[name].account, "accept": True}
        attacked.post("identity", f"/v1/bindings/{known}/decisions", who, yes)
    return attacked.people[name].account, attacked.people[name].login, child["pupil"]


def test_a_teacher_who_resets_a_mother_does_not_become_her(attacked, mother):
    account, login, _ = mother
    teacher = settled(attacked, "school", "teacher", f"{HERE}{CLASS}/")[1]
    slip = teacher.post(f"/v1/accounts/{account}/password-reset")
    assert "password" not in slip
    assert refused(sign_in(attacked, login, slip["reset_code"])) == "wrong-credentials"
    assert refused(use_code(attacked, login, slip["reset_code"])) == "birth-date-wrong"
    assert refused(use_code(attacked, login, slip["reset_code"], "2016-01-01")) == "birth-date-wrong"
    assert refused(sign_in(attacked, login, NEW)) == "wrong-credentials"
    assert refused(sign_in(attacked, login, PASSWORD)) == "reset-code-needed", "the mother learns of it"


def test_a_teacher_who_knows_the_birth_date_still_sees_no_child_of_another_county(attacked, mother):
    account, login, elsewhere = mother
    teacher = settled(attacked, "school", "teacher", f"{HERE}{CLASS}/")[1]
    code = teacher.post(f"/v1/accounts/{account}/password-reset")["reset_code"]
    assert use_code(attacked, login, code, BORN).is_success
    thief = Attacker(attacked, login, NEW)
    assert thief.tokens["account"]["pupils"] == [attacked.pupils[2]]
    for method, service, path, body in (
        ("GET", "roster", f"/v1/pupils/{elsewhere}", None),
        ("GET", "upload", f"/v1/pupils/{elsewhere}/forms", None),
        ("POST", "identity", f"/v1/bindings/{elsewhere}/decisions", {"account": account, "accept": False}),
        ("POST", "identity", "/v1/me/children/regain", {"birth_date": BORN}),
    ):
        assert refused(thief.send(method, service, path, body)) in ("outside-scope", "birth-date-wrong")
    history = thief.send("GET", "identity", "/v1/me/history").json()["items"]
    assert [entry["event"] for entry in history[:2]] == ["reset-code-used", "password-reset"]
    assert thief.send("POST", "identity", "/v1/me/children/regain", {"birth_date": OTHER_BORN}).json() == {
        "pupils": [elsewhere]
    }
    owner = Attacker(attacked, login, NEW)
    assert owner.send("GET", "roster", f"/v1/pupils/{elsewhere}").status_code == 200


def test_a_slip_that_was_used_or_replaced_is_worth_nothing(attacked):
    name, _ = settled(attacked, "school", "teacher", f"{HERE}{CLASS}/")
    login, first = attacked.reset("school", name)
    _, second = attacked.reset("school", name)
    assert refused(use_code(attacked, login, first)) == "reset-code-wrong"
    assert use_code(attacked, login, second).is_success
    assert refused(use_code(attacked, login, second, new="another 17 horses")) == "reset-code-wrong"


def test_an_activation_code_opens_its_own_account_once_and_no_other(attacked):
    one, other = (attacked.people[attacked.issue("school", "teacher", f"{HERE}{CLASS}/")] for _ in range(2))
    assert refused(activate(attacked, one.login, other.activation_code)) == "activation-code-wrong"
    assert refused(activate(attacked, "nobody-at-all", other.activation_code)) == "activation-code-wrong"
    assert activate(attacked, one.login, one.activation_code).is_success
    assert refused(activate(attacked, one.login, one.activation_code, "another 17 horses")) == "activation-code-wrong"
    for guess in (other.activation_code, ""):
        assert refused(sign_in(attacked, other.login, guess or " ")) == "wrong-credentials"


def test_a_closed_account_is_closed_everywhere_and_its_name_stays_its_own(attacked):
    name, teacher = settled(attacked, "school", "teacher", f"{HERE}{CLASS}/")
    gone = attacked.people[name]
    attacked.post("identity", f"/v1/accounts/{gone.account}/closure", "school")
    assert refused(sign_in(attacked, gone.login, PASSWORD)) == "account-closed"
    refresh = {"refresh_token": teacher.tokens["refresh_token"]}
    assert refused(send(attacked, "POST", "identity", "/v1/sessions/refresh", refresh)) == "session-ended"
    asked = {"role": "teacher", "path": f"{HERE}{CLASS}/", "login": gone.login.upper(), "display_name": "后来的人"}
    again = send(attacked, "POST", "identity", "/v1/accounts", asked, dict(attacked.headers("identity", "school")))
    assert refused(again) == "login-taken"


def test_an_activation_code_found_two_weeks_later_and_an_idle_account_open_nothing(attacked):
    """The record is aged instead of the clock, which all attacks share."""
    found = attacked.issue("school", "teacher", f"{HERE}{CLASS}/")
    idle, _ = settled(attacked, "school", "teacher", f"{HERE}{CLASS}/")
    opened = {"stream": f"account-{attacked.people[found].account}", "type": "account.opened"}
    age(attacked, "events", opened, {"data.ends_at": -14 * DAY_MS})
    age(attacked, "people", {"_id": attacked.people[idle].account}, {"used_at": -IDLE_MS})
    person = attacked.people[found]
    assert refused(activate(attacked, person.login, person.activation_code)) == "activation-code-ended"
    assert refused(sign_in(attacked, attacked.people[idle].login, PASSWORD)) == "account-sealed"
    login, code = attacked.reset("school", idle)
    assert use_code(attacked, login, code).is_success and sign_in(attacked, login, NEW).is_success


def age(county: SmallCounty, where: str, which: dict[str, str], older: dict[str, int]) -> None:
    """Move times of one document of identity's store by some ms."""
    with MongoClient(county.copy.local.store_url()) as client:
        changed = client["rollcall_identity"][where].update_one(which, {"$inc": older})
        assert changed.modified_count == 1
