"""Registration of guardians: the code, the birth date, a new account, a further child."""

from __future__ import annotations

import threading

import pytest

from services.identity.repositories.protocol import PERMANENT_LOCK, TEMPORARY_LOCK
from services.identity.use_cases.guardians.guardian_registration import UNLISTED_NAMES
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, PUPIL, SISTER, binding_events, code, problem, pupils_of

FURTHER = {"registration_code": code(2), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION}
BOUND_AND_WAITING = ["binding.consented", "binding.bound", "binding.consented", "binding.requested"]
WRONG_DAY = "2016-05-05"
SHOWN = {"masked_name": "王*", "school_name": "第一小学", "class_name": "三年级1班"}


def check(world, registration_code=None, born=BORN):
    return world.ask(
        "POST", "/v1/registrations/check", {"registration_code": registration_code or code(1), "birth_date": born}
    )


def test_code_and_birth_date_show_a_masked_child_without_an_account(world):
    response = check(world)
    assert (response.status_code, response.json) == (200, {"child": SHOWN})


def test_a_code_is_read_as_people_type_it(world):
    assert check(world, codes.grouped(code(1)).lower().replace("-", " ")).status_code == 200


def test_a_mistyped_code_is_recognised_by_its_check_characters_and_costs_no_try(world):
    mistyped = code(1)[:-1] + ("A" if code(1)[-1] != "A" else "B")
    for _ in range(9):
        problem(check(world, mistyped), 422, "code-mistyped")
    assert world.roster.asked == 0 and check(world).status_code == 200


def test_an_unknown_code_and_a_wrong_birth_date_get_the_same_response(world):
    unknown, wrong = check(world, code(9)), check(world, born=WRONG_DAY)
    assert problem(unknown, 422, "code-or-birth-date-wrong") | {"instance": ""} == problem(
        wrong, 422, "code-or-birth-date-wrong"
    ) | {"instance": ""}


@pytest.mark.parametrize("right", ["check", "register"])
def test_five_wrong_birth_dates_lock_the_code_for_15_minutes_and_no_other_code(world, right):
    def ask():
        return check(world) if right == "check" else world.register()

    for n in range(5):
        response = check(world, born=f"2016-06-0{n + 1}") if n % 2 else world.register(born=f"2016-06-0{n + 1}")
        problem(response, 422, "code-or-birth-date-wrong")
    asked = world.roster.asked
    problem(ask(), 429, "too-many")
    assert world.roster.asked == asked
    assert check(world, code(2)).status_code == 200
    world.clock.advance(seconds=15 * 60)
    assert ask().status_code in (200, 201)


def test_a_code_with_wrong_birth_dates_for_days_is_no_longer_accepted(world):
    """Page 2 in the wrong hands: the birth dates of a grade are few."""
    days = iter(range(1, 31))
    for _ in range(PERMANENT_LOCK.most // TEMPORARY_LOCK.most):
        for _ in range(TEMPORARY_LOCK.most):
            problem(check(world, born=f"2016-07-{next(days):02}"), 422, "code-or-birth-date-wrong")
        world.clock.ms += TEMPORARY_LOCK.window_ms
    world.clock.ms += 40 * 86_400_000
    spoiled = problem(check(world), 429, "code-spoiled")
    assert "class teacher" in spoiled["detail"]
    world.roster.enrol(PUPIL, code(3), CLASS)  # the school gives the family another one
    assert check(world, code(3)).status_code == 200


def test_a_school_behind_one_address_registers_as_a_whole(world):
    for n in range(40):
        pupil = f"3f7.{n:020x}"
        world.roster.enrol(pupil, code(100 + n), CLASS)
        assert world.register(f"family-{n}", registration_code=code(100 + n)).json["state"] == "bound"


def test_a_guardian_registers_and_is_bound_and_signed_in(world):
    response = world.register()
    assert response.status_code == 201
    assert {k: response.json[k] for k in ("pupil", "state", "child", "expires_in")} == {
        "pupil": PUPIL,
        "state": "bound",
        "child": SHOWN,
        "expires_in": 900,
    }
    me = world.ask("GET", "/v1/me", token=response.json["access_token"]).json
    assert me == {
        "id": response.json["account"],
        "role": "guardian",
        "paths": [],
        "pupils": [PUPIL],
        "display_name": "王小明妈妈",
        "must_change_password": False,
        "held_children": 0,
        "has_second_factor": False,
        "must_set_up_second_factor": False,
        "grants": [],
    }
    assert binding_events(world) == [("binding.consented", [], []), ("binding.bound", [me["id"]], [])]
    assert world.roster.spent == [PUPIL]


def test_the_version_of_the_consent_is_recorded_for_the_child(world):
    account = world.register().json["account"]
    [consented] = [event for event in world.store.load(f"binding-{PUPIL}") if event.type == "binding.consented"]
    assert consented.data == {"account": account, "version": CONSENT_VERSION}
    assert consented.at == world.clock.now()


def test_consent_to_a_text_of_another_time_registers_nobody(world):
    problem(world.register(consent="2020-01"), 422, "consent-outdated")
    token = world.register().json["access_token"]
    problem(world.ask("POST", "/v1/me/children", FURTHER | {"consent": "2020-01"}, token), 422, "consent-outdated")
    assert binding_events(world, SISTER) == []


def test_a_code_that_has_ended_with_its_campaign_says_so(world):
    world.roster.ended.add(code(1))
    for response in (check(world), world.register()):
        problem(response, 410, "code-ended")


@pytest.mark.parametrize(
    "fields",
    [
        {"consent": ""},
        {"consent": "yes"},
        {"birth_date": "4.5.2016"},
        {"birth_date": "2016-02-30"},
        {"birth_date": "20160504"},
        {"login": "a b c"},
        {"relation": ""},
        {"display_name": ""},
        {"password": ""},
        {"surprise": "x"},
    ],
)
def test_a_registration_of_another_shape_lists_its_fields(world, fields):
    problem(world.register(**fields), 422, "bad-fields")
    assert binding_events(world) == []


@pytest.mark.parametrize(
    ("password", "problem_code"), [("short", "password-too-short"), ("password123", "password-well-known")]
)
def test_a_weak_password_registers_nothing_and_spends_nothing(world, password, problem_code):
    problem(world.register(password=password), 422, problem_code)
    assert binding_events(world) == [] and world.roster.spent == []
    assert world.register().status_code == 201


def test_somebody_who_tries_names_gets_the_same_refusal_for_the_right_one(world):
    for n in range(4):
        token = world.register(f"guess-{n}", display_name=f"王{n}").json["access_token"]
        world.ask("POST", f"/v1/me/children/{PUPIL}/consent-withdrawal", {}, token)  # taking back frees no try
    right, wrong = world.register("right"), world.register("wrong", display_name="王九")
    assert problem(right, 429, "too-many-waiting") | {"instance": ""} == problem(wrong, 429, "too-many-waiting") | {
        "instance": ""
    }
    assert binding_events(world)[-1][1:] == ([], [])
    world.roster.enrol(PUPIL, code(3), CLASS)  # the class teacher gives the family another code
    assert world.register("right", registration_code=code(3)).json["state"] == "bound"


def test_listed_names_cost_no_try(world):
    for n in range(UNLISTED_NAMES.most + 2):
        assert world.register(f"family-{n}").status_code == 201


def test_a_registration_that_fails_or_repeats_spoils_no_code(world):
    """Whatever the failures, three other names are left after the one that was counted."""
    aunt = {"display_name": "王阿姨", "relation": "other"}
    token = world.register("aunt", key="key-aunt-1", **aunt).json["access_token"]
    for _ in range(UNLISTED_NAMES.most):
        assert world.register("aunt", key="key-aunt-1", **aunt).status_code == 201
        problem(world.register("aunt", **aunt), 409, "login-taken")
        asked = {"registration_code": code(1), "birth_date": BORN, "relation": "other", "consent": CONSENT_VERSION}
        assert world.ask("POST", "/v1/me/children", asked, token).json.get("state") == "waiting"
    for n in range(UNLISTED_NAMES.most - 1):
        assert world.register(f"other-{n}", **aunt).json.get("state") == "waiting"
    problem(world.register("other", **aunt), 429, "too-many-waiting")


def test_a_registration_that_roster_interrupts_costs_no_name(world, monkeypatch):
    def spend(pupil):
        raise Refused("unavailable", "The service roster cannot be reached at this moment; try again.")

    with monkeypatch.context() as interrupted:
        interrupted.setattr(world.roster, "spend", spend)
        for n in range(UNLISTED_NAMES.most):
            problem(world.register(f"aunt-{n}", display_name="王阿姨"), 503, "unavailable")
    assert world.register("aunt", display_name="王阿姨").json["state"] == "waiting"


def test_another_relation_of_the_same_account_is_another_try(world):
    token = world.register("aunt", display_name="王阿姨", relation="other").json["access_token"]
    asked = {"registration_code": code(1), "birth_date": BORN, "consent": CONSENT_VERSION}
    states = [
        world.ask("POST", "/v1/me/children", {**asked, "relation": relation}, token).status_code
        for relation in ("mother", "father", "mother", "father")
    ]
    assert states[:-1] == [states[0]] * 3 and states[0] < 300 and states[-1] == 429


def test_a_taken_login_registers_nothing(world):
    world.register("mum-2016")
    problem(world.register("MUM-2016", registration_code=code(2)), 409, "login-taken")
    assert binding_events(world, SISTER) == []
    assert world.register("dad-2016", registration_code=code(2)).json["state"] == "bound"


def test_the_same_registration_twice_is_one_account_with_fresh_tokens(world):
    first, second = (world.register(key="key-same-1") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert {k: v for k, v in first.json.items() if "token" not in k} == {
        k: v for k, v in second.json.items() if "token" not in k
    }
    assert first.json["refresh_token"] != second.json["refresh_token"]
    assert len(binding_events(world)) == 2
    for response in (first, second):
        assert (
            world.http.post("/v1/sessions/refresh", json={"refresh_token": response.json["refresh_token"]}).status_code
            == 201
        )


def test_a_repetition_with_another_password_gets_no_tokens(world):
    world.register(key="key-same-1")
    problem(world.register(key="key-same-1", password="another 17 horses"), 401, "wrong-credentials")


@pytest.mark.parametrize("fields", [{"login": "dad-2016"}, {"consent": "2020-01"}, {"relation": "father"}])
def test_another_registration_under_the_same_key_is_refused(world, fields):
    world.register(key="key-same-1")
    problem(world.register(**{"login": "mum-2016", "key": "key-same-1", **fields}), 422, "key-reused")


def test_a_registration_that_roster_could_not_confirm_can_be_sent_again(world):
    world.roster.is_unavailable = True
    problem(world.register(key="key-same-1"), 503, "unavailable")
    world.roster.is_unavailable = False
    assert world.register(key="key-same-1").json["state"] == "bound"


def test_no_try_is_lost_while_roster_is_unavailable(world):
    world.roster.is_unavailable = True
    for _ in range(9):
        problem(check(world), 503, "unavailable")
    world.roster.is_unavailable = False
    assert check(world).status_code == 200


def test_of_two_guardians_at_the_same_moment_one_is_bound_and_one_waits(world):
    for n in range(10):
        pupil = f"3f7.{n:020x}"
        world.roster.enrol(pupil, code(200 + n), CLASS)
        start, states = threading.Barrier(2), []

        def register(who, n=n, start=start, states=states):
            start.wait(10)
            states.append(world.register(f"{who}-{n}", registration_code=code(200 + n)).json["state"])

        threads = [threading.Thread(target=register, args=(who,)) for who in ("mum", "dad")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(states) == ["bound", "waiting"]
        assert [kind for kind, *_ in binding_events(world, pupil)] == BOUND_AND_WAITING


def test_one_account_holds_several_children(world):
    token = world.register().json["access_token"]
    for _ in range(2):
        response = world.ask("POST", "/v1/me/children", FURTHER, token, "key-child")
        assert (response.status_code, response.json) == (201, {"pupil": SISTER, "state": "bound", "child": SHOWN})
    assert pupils_of(world, "mum-2016") == [PUPIL, SISTER]
    assert [kind for kind, *_ in binding_events(world, SISTER)] == ["binding.consented", "binding.bound"]


def test_a_further_child_that_has_a_guardian_waits(world):
    world.register("aunt", registration_code=code(2))
    token = world.register().json["access_token"]
    response = world.ask("POST", "/v1/me/children", FURTHER, token)
    assert response.json["state"] == "waiting" and pupils_of(world, "mum-2016") == [PUPIL]


def test_adding_children_counts_against_the_limit_of_a_code(world):
    token = world.register().json["access_token"]
    for _ in range(5):
        problem(
            world.ask("POST", "/v1/me/children", FURTHER | {"birth_date": WRONG_DAY}, token),
            422,
            "code-or-birth-date-wrong",
        )
    problem(check(world, code(2)), 429, "too-many")


def test_only_guardians_add_children(world):
    problem(world.ask("POST", "/v1/me/children", FURTHER, world.token("teacher", CLASS)), 403, "outside-scope")
    problem(world.ask("POST", "/v1/me/children", FURTHER), 401, "not-signed-in")
