"""Consent for a child: what a guardian sees of it, its end with an account, and withdrawal by the codes on paper."""

from __future__ import annotations

from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, PUPIL, SISTER, STEADY, binding_events, code, problem, pupils_of

UPLOAD_CODE = code(77, codes.UPLOAD)


def end_consent(world, token, pupil=PUPIL, key=None):
    return world.ask("POST", f"/v1/me/children/{pupil}/consent-withdrawal", {}, token, key)


def by_codes(world, **changed):
    given = {"registration_code": code(1), "birth_date": BORN, "upload_code": UPLOAD_CODE}
    return world.ask("POST", "/v1/withdrawals", given | changed)


def test_a_guardian_sees_the_own_children_with_state_version_and_time_of_consent(world):
    token = world.register().json["access_token"]
    at = world.clock.now()
    further = {"registration_code": code(2), "birth_date": BORN, "relation": "other", "consent": CONSENT_VERSION}
    assert world.ask("POST", "/v1/me/children", further, token).json["state"] == "waiting"
    given = {"consent": CONSENT_VERSION, "consented_at": at, "reason": "", "ended_at": 0, "corrected_at": 0}
    assert world.ask("GET", "/v1/me/children", token=token).json["items"] == [
        {"pupil": PUPIL, "state": "bound", "teacher_decides": False, **given},
        {"pupil": SISTER, "state": "waiting", "teacher_decides": True, **given},
    ]


def test_the_end_of_the_consent_withdraws_the_photos_voids_the_code_and_ends_the_binding(world):
    token = world.register().json["access_token"]
    assert end_consent(world, token, key="key-end-1").status_code == 200
    problem(world.ask("GET", "/v1/me/children", token=token), 401, "token-superseded")
    token = world.sign_in("mum-2016", STEADY).json["access_token"]
    assert end_consent(world, token, key="key-end-1").status_code == 200
    assert list(world.upload.withdrawn.values()) == [(PUPIL, "")]
    assert list(world.roster.renewed.values()) == [PUPIL]
    assert pupils_of(world, "mum-2016") == [] and world.ask("GET", "/v1/me/children", token=token).json["items"] == []
    assert binding_events(world)[-1] == ("binding.consent-withdrawn", [], [])
    problem(world.register("mum-again"), 422, "code-or-birth-date-wrong")
    problem(end_consent(world, token), 404, "not-waiting")


def test_the_consent_stays_while_the_photos_cannot_be_withdrawn_and_the_same_request_completes_it(world):
    token = world.register().json["access_token"]
    world.upload.is_unavailable = True
    problem(end_consent(world, token, key="key-end-1"), 503, "unavailable")
    assert pupils_of(world, "mum-2016") == [PUPIL] and world.roster.renewed == {}
    world.upload.is_unavailable = False
    assert end_consent(world, token, key="key-end-1").status_code == 200
    assert pupils_of(world, "mum-2016") == []


def test_somebody_who_waits_takes_back_the_request_and_withdraws_no_photo(world):
    world.register()
    token = world.register("stranger", display_name="李四").json["access_token"]
    assert end_consent(world, token).json == {"photos": 0}
    assert world.upload.withdrawn == {} and world.roster.renewed == {}
    assert pupils_of(world, "mum-2016") == [PUPIL]


def test_the_consent_of_another_family_cannot_be_ended(world):
    world.register()
    token = world.register("other", registration_code=code(2)).json["access_token"]
    problem(end_consent(world, token), 404, "not-waiting")
    problem(end_consent(world, world.token("teacher", CLASS)), 403, "outside-scope")
    problem(end_consent(world, ""), 401, "not-signed-in")
    assert world.upload.withdrawn == {}


def test_a_family_without_an_account_withdraws_by_both_codes_and_the_birth_date(world):
    assert by_codes(world).json == {"photos": 1}
    assert list(world.upload.withdrawn.values()) == [(PUPIL, UPLOAD_CODE)]
    problem(by_codes(world, birth_date="2016-05-05"), 422, "code-or-birth-date-wrong")
    problem(by_codes(world, registration_code=code(9)), 422, "code-or-birth-date-wrong")
    problem(by_codes(world, upload_code="nothing"), 422, "code-characters")
    assert len(world.upload.withdrawn) == 1


def test_tries_to_withdraw_count_with_tries_to_register(world):
    for n in range(5):
        problem(by_codes(world, birth_date=f"2016-06-0{n + 1}"), 422, "code-or-birth-date-wrong")
    problem(by_codes(world), 429, "too-many")
