"""Paper taken for proof: a stranger with page 2 and a birth date, a guardian who was unbound, a withdrawn consent.

A code after its campaign's end: tests/unit/roster/test_registration_codes.py, because it takes months of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.identity.use_cases.guardians.guardian_registration import UNLISTED_NAMES
from shared.language.consent import CONSENT_VERSION
from tests.support.wait import await_until
from tests.system.county import BORN, CAMPAIGN, JPEG, MOTHER, PASSWORD, SmallCounty

pytestmark = pytest.mark.system
UNBOUND_SECONDS = 15  # sessions end everywhere within 10


@dataclass
class Attacker:
    """Somebody with a browser: requests go out once, as they are, with the token that identity gave."""

    county: SmallCounty
    token: str = ""
    account: str = ""

    def ask(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Idempotency-Key": f"attack-{self.county.number():06}"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return httpx.request(method, self.county.addresses[service] + path, headers=headers, timeout=60, **options)

    def register(self, code: str, name: str, relation: str = "mother") -> httpx.Response:
        asked = {
            "registration_code": code,
            "birth_date": BORN,
            "login": f"attack.{self.county.number()}",
            "password": PASSWORD,
            "display_name": name,
            "relation": relation,
            "consent": CONSENT_VERSION,
        }
        made = self.ask("POST", "identity", "/v1/registrations", json=asked)
        if made.is_success:
            self.token, self.account = made.json()["access_token"], made.json()["account"]
        return made


def decide(county: SmallCounty, who: str, pupil: str, **asked: Any) -> Any:
    return county.post("identity", f"/v1/bindings/{pupil}/decisions", who, asked)


def sights(county: SmallCounty, stranger: Attacker, number: int, photo: str) -> dict[str, int]:
    """What the stranger tries about a pupil -> status."""
    pupil = county.pupils[number]
    tries = {
        "pupil": ("GET", "roster", f"/v1/pupils/{pupil}", {}),
        "registry": ("GET", "roster", f"/v1/pupils/{pupil}/registry", {}),
        "copy": ("GET", "roster", f"/v1/pupils/{pupil}/registry/copy", {}),
        "forms": ("GET", "upload", f"/v1/pupils/{pupil}/forms", {}),
        "status": ("GET", "upload", f"/v1/photos/{photo}", {}),
        "image": ("GET", "upload", f"/v1/photos/{photo}/image", {}),
        "thumbnail": ("GET", "upload", f"/v1/photos/{photo}/thumbnail", {}),
        "withdrawal": ("POST", "upload", f"/v1/forms/{CAMPAIGN}/{pupil}/withdrawal", {"json": {}}),
        "upload": (
            "POST",
            "upload",
            "/v1/photos",
            {"data": {"campaign": CAMPAIGN, "pupil": pupil}, "files": {"photo": ("x.jpg", JPEG, "image/jpeg")}},
        ),
        "yes to oneself": (
            "POST",
            "identity",
            f"/v1/bindings/{pupil}/decisions",
            {"json": {"account": stranger.account, "accept": True}},
        ),
    }
    return {
        what: stranger.ask(m, service, path, **more).status_code for what, (m, service, path, more) in tries.items()
    }


def test_a_stranger_with_page_two_and_the_birth_date_waits_and_sees_nothing(attacked: SmallCounty) -> None:
    county, stranger = attacked, Attacker(attacked)
    pupil, photo = county.pupils[3], county.photos["archived 3"]
    made = stranger.register(county.code_of(pupil), "不认识的人", "other")
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert set(sights(county, stranger, 3, photo).values()) == {403}
    [child] = stranger.ask("GET", "identity", "/v1/me/children").json()["items"]
    assert (child["state"], child["teacher_decides"]) == ("waiting", True)
    assert county.ask("GET", "upload", f"/v1/photos/{photo}", "teacher")["state"] == "archived"
    ticket = {"upload_code": county.upload_codes[3], "content_type": "image/jpeg", "size": len(JPEG)}
    assert Attacker(county).ask("POST", "upload", "/v1/tickets", json=ticket).status_code == 201  # the way without yes
    assert decide(county, "teacher", pupil, account=stranger.account, accept=False)["state"] == "none"


def test_the_first_guardians_yes_does_not_serve_for_a_name_that_the_roster_does_not_list(attacked: SmallCounty) -> None:
    county, stranger = attacked, Attacker(attacked)
    pupil = county.pupils[0]
    stranger.register(county.code_of(pupil), "又一个人", "other")
    body = {"account": stranger.account, "accept": True}
    token = county.headers("identity", "guardian")["Authorization"].removeprefix("Bearer ")
    refused = Attacker(county, token).ask("POST", "identity", f"/v1/bindings/{pupil}/decisions", json=body)
    assert (refused.status_code, refused.json()["title"]) == (403, "teacher-decides")
    assert decide(county, "teacher", pupil, account=stranger.account, accept=False)["state"] == "none"


def test_the_name_of_a_guardian_is_not_guessed_by_registering(attacked: SmallCounty) -> None:
    county, pupil = attacked, attacked.pupils[7]
    code = county.code_of(pupil)
    guesses = [Attacker(county) for _ in range(UNLISTED_NAMES.most)]
    assert [one.register(code, f"王猜{n}").json()["state"] for n, one in enumerate(guesses)] == ["waiting"] * len(
        guesses
    )
    right, wrong = (Attacker(county).register(code, name) for name in (MOTHER, "王猜猜"))
    assert [(r.status_code, r.json()["title"]) for r in (right, wrong)] == [(429, "too-many-waiting")] * 2
    for one in guesses:
        decide(county, "teacher", pupil, account=one.account, accept=False)


def test_an_unbound_guardian_loses_the_child_at_once_and_does_not_come_back_by_the_same_code(
    attacked: SmallCounty,
) -> None:
    county, unbound = attacked, Attacker(attacked)
    pupil, code = county.pupils[8], county.code_of(attacked.pupils[8])
    assert unbound.register(code, MOTHER).json()["state"] == "bound"
    assert unbound.ask("GET", "upload", f"/v1/pupils/{pupil}/forms").status_code == 200
    decided = decide(county, "teacher", pupil, account=unbound.account, accept=False, reason="wrong-code")
    assert decided["registration_code"] not in ("", code)
    await_until(
        lambda: unbound.ask("GET", "upload", f"/v1/pupils/{pupil}/forms").status_code in (401, 403),
        UNBOUND_SECONDS,
        "the unbound guardian's token is dead",
    )
    back = Attacker(county).register(code, MOTHER)
    assert (back.status_code, back.json()["title"]) == (422, "code-or-birth-date-wrong")
    rightful = Attacker(county)
    assert rightful.register(decided["registration_code"], MOTHER).json()["state"] == "bound"
    decide(county, "teacher", pupil, account=rightful.account, accept=False, reason="family-asks")


def test_with_the_consent_the_photo_goes_and_nobody_else_can_end_it(attacked: SmallCounty) -> None:
    county, mother, other = attacked, Attacker(attacked), Attacker(attacked)
    pupil = county.pupils[9]
    mother.register(county.code_of(pupil), MOTHER)
    photo = county.send(9, "teacher", county.page_of(9))
    assert other.ask("POST", "identity", f"/v1/me/children/{pupil}/consent-withdrawal").status_code == 401
    assert mother.ask("GET", "upload", f"/v1/photos/{photo}/image").status_code == 200
    ended = mother.ask("POST", "identity", f"/v1/me/children/{pupil}/consent-withdrawal")
    assert (ended.status_code, ended.json()) == (200, {"photos": 1})
    teacher = Attacker(county, county.headers("upload", "teacher")["Authorization"].removeprefix("Bearer "))
    assert teacher.ask("GET", "upload", f"/v1/photos/{photo}/image").status_code == 410
    [form] = teacher.ask("GET", "upload", f"/v1/pupils/{pupil}/forms").json()["items"]
    assert form["state"] == "missing"


def test_the_codes_on_paper_withdraw_no_photo_that_teacher_or_guardian_have_sent(attacked: SmallCounty) -> None:
    county = attacked
    given = {"registration_code": county.code_of(county.pupils[0]), "birth_date": BORN}
    nobody = Attacker(county)
    own = nobody.ask("POST", "identity", "/v1/withdrawals", json={**given, "upload_code": county.upload_codes[0]})
    assert (own.status_code, own.json()) == (200, {"photos": 0})
    foreign = nobody.ask("POST", "identity", "/v1/withdrawals", json={**given, "upload_code": county.upload_codes[3]})
    assert (foreign.status_code, foreign.json()["title"]) == (422, "other-child")
    assert county.ask("GET", "upload", f"/v1/photos/{county.photos['archived 0']}", "teacher")["state"] == "archived"
