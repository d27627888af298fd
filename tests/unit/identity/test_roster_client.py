from __future__ import annotations

import httpx
import orjson
import pytest

from services.identity.roster_client import Child, HttpRoster
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.service.service_client import InternalClient
from tests.support.tokens import service_auth
from tests.unit.identity.world import CLASS, PUPIL

FOUND = {
    "pupil": PUPIL,
    "school": "2111000001",
    "class": "2111000001p202301",
    "masked_name": "王*",
    "school_name": "第一小学",
    "class_name": "三年级1班",
}


def roster(status, body, seen=None):
    """A client of a roster that always gives this response. seen: collects the requests."""

    def respond(request):
        if seen is not None:
            caller = service_auth("roster", FixedClock()).caller(
                request.headers["Authorization"].removeprefix("Bearer ")
            )
            seen.append((caller.account, request.method, request.url.path, orjson.loads(request.content or b"{}")))
        kind = "application/problem+json" if status >= 400 else "application/json"
        return httpx.Response(status, content=orjson.dumps(body), headers={"Content-Type": kind})

    return HttpRoster(
        InternalClient("roster", "http://roster", service_auth("identity", FixedClock()), httpx.MockTransport(respond))
    )


def refusal(code, status):
    return {"type": f"urn:rollcall:problem:{code}", "title": code, "status": status, "detail": "A sentence."}


def test_a_code_and_a_birth_date_are_sent_in_the_body_with_a_service_token():
    seen = []
    child = roster(200, FOUND, seen).child("ABCD", "2016-05-04")
    assert child == Child(PUPIL, "王*", "第一小学", "三年级1班")
    assert seen == [
        (
            "service:identity",
            "POST",
            "/internal/registration-codes/check",
            {"registration_code": "ABCD", "birth_date": "2016-05-04"},
        )
    ]


@pytest.mark.parametrize("code", ["code-unknown", "birth-date-differs", "code-void"])
def test_every_kind_of_wrong_code_is_simply_not_found(code):
    assert roster(422, refusal(code, 422)).child("ABCD", "2016-05-04") is None


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, refusal("unavailable", 503)), (500, refusal("internal", 500)), (401, refusal("not-signed-in", 401))],
)
def test_a_failing_roster_is_unavailable_and_not_a_wrong_code(status, body):
    with pytest.raises(Refused) as refused:
        roster(status, body).child("ABCD", "2016-05-04")
    assert refused.value.status == 503


def test_a_code_that_has_ended_is_told_from_a_wrong_one():
    with pytest.raises(Refused) as refused:
        roster(410, refusal("code-ended", 410)).child("ABCD", "2016-05-04")
    assert (refused.value.code, refused.value.status) == ("code-ended", 410)


def test_a_renewed_code_is_asked_for_by_command():
    seen = []
    assert roster(200, {"registration_code": "ABCD"}, seen).renew_code(PUPIL, "c" * 32) == "ABCD"
    assert seen[0][1:] == ("POST", "/internal/registration-codes/renew", {"pupil": PUPIL, "command": "c" * 32})


def test_class_paths_guardians_and_used_codes():
    seen = []
    assert roster(200, {"school": "2111000001", "class": "x", "path": CLASS}, seen).class_path(PUPIL) == CLASS
    assert roster(200, {"known": True}, seen).lists_guardian(PUPIL, "王", "mother")
    roster(200, {}, seen).spend(PUPIL)
    assert roster(200, {"equal": True}, seen).was_born(PUPIL, "2016-05-04")
    assert roster(200, {"path": CLASS, "pupils": [PUPIL]}, seen).pupils(CLASS) == [PUPIL]
    names = roster(200, {"items": [{"code": "110000", "name": "北京市", "level": "province"}]}, seen)
    assert names.unit_names(["110000", "110000", "999999"]) == {"110000": "北京市"}
    assert seen[-1][3] == {"codes": ["110000", "999999"]}
    assert [(method, path) for _, method, path, _ in seen] == [
        ("GET", f"/internal/pupils/{PUPIL}/class"),
        ("POST", "/internal/guardians/compare"),
        ("POST", "/internal/registration-codes/spend"),
        ("POST", "/internal/birth-dates/compare"),
        ("GET", "/internal/classes/2111000001p202301/pupils"),
        ("POST", "/internal/units"),
    ]


@pytest.mark.parametrize(
    ("status", "body"), [(200, {"path": CLASS, "pupils": [PUPIL]}), (404, refusal("not-found", 404))]
)
def test_a_class_has_pupils_only_at_its_own_path(status, body):
    """The issuer of a teacher's account writes its path, and may put another school's class below their own."""
    elsewhere = f"/000000/110000/110101/2111000099/{CLASS.strip('/').split('/')[-1]}/"
    assert roster(status, body).pupils(elsewhere) == []


@pytest.mark.parametrize("pupil", ["a\nb", "a?b=c", "a#b", "a/../../metrics", "\x00"])
def test_a_pupil_in_an_address_is_quoted(pupil):
    seen = []
    roster(200, {"school": "2111000001", "class": "x", "path": CLASS}, seen).class_path(pupil)
    assert [path for _, _, path, _ in seen] == [f"/internal/pupils/{pupil}/class"]
