from __future__ import annotations

import threading

import jwt
import pytest

from services.identity.repositories.protocol import A_FEW, FOR_GOOD
from shared.language import codes
from tests.unit.identity.world import BORN, CLASS, CLASS_2, OTHER_CLASS, PUPIL, SCHOOL, SISTER, STEADY, code, problem

WRONG_DAY = "2016-05-05"
SHOWN = {"masked_name": "王*", "school_name": "第一小学", "class_name": "三年级1班"}


def check(world, registration_code=None, born=BORN):
    return world.ask(
        "POST", "/v1/registrations/check", {"registration_code": registration_code or code(1), "birth_date": born}
    )


def decide(world, token, account, accept, pupil=PUPIL, key=None):
    return world.ask("POST", f"/v1/bindings/{pupil}/decisions", {"account": account, "accept": accept}, token, key)


def pupils_of(world, login):
    return world.sign_in(login, STEADY).json["account"]["pupils"]


def binding_events(world, pupil=PUPIL):
    return [
        (event.type, event.state["guardians"], event.state["waiting"]) for event in world.store.load(f"binding-{pupil}")
    ]


def test_code_and_birth_date_show_a_masked_child_without_an_account(world):
    answer = check(world)
    assert (answer.status_code, answer.json) == (200, {"child": SHOWN})


def test_a_code_is_read_as_people_type_it(world):
    assert check(world, codes.grouped(code(1)).lower().replace("-", " ")).status_code == 200


def test_a_mistyped_code_is_told_from_its_check_characters_and_costs_no_try(world):
    mistyped = code(1)[:-1] + ("A" if code(1)[-1] != "A" else "B")
    for _ in range(9):
        problem(check(world, mistyped), 422, "code-mistyped")
    assert world.roster.asked == 0 and check(world).status_code == 200


def test_an_unknown_code_and_a_wrong_birth_date_are_one_sentence(world):
    unknown, wrong = check(world, code(9)), check(world, born=WRONG_DAY)
    assert problem(unknown, 422, "code-or-birth-date-wrong") | {"instance": ""} == problem(
        wrong, 422, "code-or-birth-date-wrong"
    ) | {"instance": ""}


@pytest.mark.parametrize("right", ["check", "register"])
def test_five_wrong_birth_dates_lock_the_code_for_15_minutes_and_no_other_code(world, right):
    def ask():
        return check(world) if right == "check" else world.register()

    for n in range(5):
        answer = check(world, born=f"2016-06-0{n + 1}") if n % 2 else world.register(born=f"2016-06-0{n + 1}")
        problem(answer, 422, "code-or-birth-date-wrong")
    asked = world.roster.asked
    problem(ask(), 429, "too-many")
    assert world.roster.asked == asked
    assert check(world, code(2)).status_code == 200
    world.clock.advance(seconds=15 * 60)
    assert ask().status_code in (200, 201)


def test_a_code_that_was_guessed_at_for_days_is_no_longer_taken(world):
    """Page 2 in the wrong hands: the birth dates of a grade are few."""
    days = iter(range(1, 31))
    for _ in range(FOR_GOOD.most // A_FEW.most):
        for _ in range(A_FEW.most):
            problem(check(world, born=f"2016-07-{next(days):02}"), 422, "code-or-birth-date-wrong")
        world.clock.ms += A_FEW.window_ms
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
    answer = world.register()
    assert answer.status_code == 201
    assert {k: answer.json[k] for k in ("pupil", "state", "child", "expires_in")} == {
        "pupil": PUPIL,
        "state": "bound",
        "child": SHOWN,
        "expires_in": 900,
    }
    me = world.ask("GET", "/v1/me", token=answer.json["access_token"]).json
    assert me == {
        "id": answer.json["account"],
        "role": "guardian",
        "paths": [],
        "pupils": [PUPIL],
        "display_name": "王小明妈妈",
        "must_change_password": False,
    }
    assert binding_events(world) == [("binding.bound", [me["id"]], [])]
    assert world.roster.spent == [PUPIL]


def test_the_version_of_the_consent_is_recorded(world):
    account = world.register().json["account"]
    assert [e.data for e in world.store.load(f"account-{account}") if e.type == "account.consented"] == [
        {"version": "2026-11"}
    ]


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
    assert len(binding_events(world)) == 1
    for answer in (first, second):
        assert (
            world.http.post("/v1/sessions/refresh", json={"refresh_token": answer.json["refresh_token"]}).status_code
            == 201
        )


def test_who_knows_the_key_but_not_the_password_gets_no_tokens(world):
    world.register(key="key-same-1")
    problem(world.register(key="key-same-1", password="another 17 horses"), 401, "wrong-credentials")


@pytest.mark.parametrize("fields", [{"login": "dad-2016"}, {"consent": "2026-12"}, {"relation": "father"}])
def test_another_registration_under_the_same_key_is_refused(world, fields):
    world.register(key="key-same-1")
    problem(world.register(**{"login": "mum-2016", "key": "key-same-1", **fields}), 422, "key-reused")


def test_a_registration_that_roster_could_not_confirm_can_be_sent_again(world):
    world.roster.away = True
    problem(world.register(key="key-same-1"), 503, "unavailable")
    world.roster.away = False
    assert world.register(key="key-same-1").json["state"] == "bound"


def test_while_roster_is_away_nobody_loses_a_try(world):
    world.roster.away = True
    for _ in range(9):
        problem(check(world), 503, "unavailable")
    world.roster.away = False
    assert check(world).status_code == 200


def test_a_second_guardian_waits_and_sees_nothing_until_the_first_says_yes(world):
    mum = world.register().json
    dad = world.register("dad-2016").json
    assert (dad["state"], pupils_of(world, "dad-2016")) == ("waiting", [])
    assert jwt.decode(dad["access_token"], options={"verify_signature": False})["pupils"] == []
    for _ in range(2):
        answer = decide(world, mum["access_token"], dad["account"], True, key="key-yes-1")
        assert (answer.status_code, answer.json) == (200, {"pupil": PUPIL, "account": dad["account"], "state": "bound"})
    assert pupils_of(world, "dad-2016") == [PUPIL]
    assert [kind for kind, *_ in binding_events(world)] == ["binding.bound", "binding.requested", "binding.accepted"]


def test_the_first_guardian_can_say_no(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    assert decide(world, mum["access_token"], dad["account"], False).json["state"] == "none"
    assert pupils_of(world, "dad-2016") == [] and pupils_of(world, "mum-2016") == [PUPIL]


def test_who_waits_cannot_decide(world):
    mum, dad = world.register().json, world.register("dad-2016").json
    problem(decide(world, dad["access_token"], dad["account"], True), 403, "outside-scope")
    problem(decide(world, dad["access_token"], mum["account"], False), 403, "outside-scope")
    assert pupils_of(world, "dad-2016") == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("teacher", CLASS, 200), ("school", SCHOOL, 200), ("teacher", CLASS_2, 403), ("teacher", OTHER_CLASS, 403)],
)
def test_the_teacher_or_the_school_of_the_pupil_decides_too(world, role, path, status):
    world.register()
    dad = world.register("dad-2016").json
    assert decide(world, world.token(role, path), dad["account"], True).status_code == status


def test_the_teacher_of_the_present_class_decides_after_a_move(world):
    world.register()
    dad = world.register("dad-2016").json
    world.roster.places[PUPIL] = CLASS_2
    problem(decide(world, world.token("teacher", CLASS), dad["account"], True), 403, "outside-scope")
    assert decide(world, world.token("teacher", CLASS_2), dad["account"], True).status_code == 200


@pytest.mark.parametrize("role", ["county", "ministry", "leader", "support", "auditor"])
def test_nobody_above_the_school_decides_about_families(world, role):
    world.register()
    problem(
        decide(world, world.token(role, "/000000/"), world.register("dad-2016").json["account"], True),
        403,
        "outside-scope",
    )


def test_a_mistaken_parent_keeps_the_account_and_loses_the_binding(world):
    account = world.register().json["account"]
    assert decide(world, world.token("teacher", CLASS), account, False).json["state"] == "none"
    assert pupils_of(world, "mum-2016") == []
    assert world.register("right-mum").json["state"] == "bound"


def test_deciding_about_a_pupil_that_nobody_knows_is_not_found(world):
    account = world.register().json["account"]
    problem(
        decide(world, world.token("teacher", CLASS), account, True, pupil="3f7.00000000000000000000"), 404, "not-found"
    )
    problem(decide(world, world.token("teacher", CLASS_2), account, True, pupil=SISTER), 404, "not-waiting")


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
        assert [kind for kind, *_ in binding_events(world, pupil)] == ["binding.bound", "binding.requested"]


def test_one_account_holds_several_children(world):
    token = world.register().json["access_token"]
    for _ in range(2):
        answer = world.ask(
            "POST",
            "/v1/me/children",
            {"registration_code": code(2), "birth_date": BORN, "relation": "mother"},
            token,
            "key-child",
        )
        assert (answer.status_code, answer.json) == (201, {"pupil": SISTER, "state": "bound", "child": SHOWN})
    assert pupils_of(world, "mum-2016") == [PUPIL, SISTER]
    assert [kind for kind, *_ in binding_events(world, SISTER)] == ["binding.bound"]


def test_a_further_child_that_has_a_guardian_waits(world):
    world.register("aunt", registration_code=code(2))
    token = world.register().json["access_token"]
    answer = world.ask(
        "POST", "/v1/me/children", {"registration_code": code(2), "birth_date": BORN, "relation": "mother"}, token
    )
    assert answer.json["state"] == "waiting" and pupils_of(world, "mum-2016") == [PUPIL]


def test_adding_children_is_no_way_around_the_limit_of_a_code(world):
    token = world.register().json["access_token"]
    for _ in range(5):
        body = {"registration_code": code(2), "birth_date": WRONG_DAY, "relation": "mother"}
        problem(world.ask("POST", "/v1/me/children", body, token), 422, "code-or-birth-date-wrong")
    problem(check(world, code(2)), 429, "too-many")


def test_only_guardians_add_children(world):
    body = {"registration_code": code(2), "birth_date": BORN, "relation": "mother"}
    problem(world.ask("POST", "/v1/me/children", body, world.token("teacher", CLASS)), 403, "outside-scope")
    problem(world.ask("POST", "/v1/me/children", body), 401, "not-signed-in")


def test_a_teacher_sees_who_waits_in_the_own_class_and_whether_the_roster_knows_them(world):
    world.roster.guardians.add((PUPIL, "王小明妈妈", "mother"))
    mum = world.register().json["account"]
    dad = world.register("dad-2016", display_name="王大明", relation="father").json["account"]
    world.register("aunt", registration_code=code(2))
    token = world.token("teacher", CLASS)
    waiting = world.ask("GET", "/v1/bindings?waiting=true", token=token).json["items"]
    assert waiting == [
        {
            "pupil": PUPIL,
            "account": dad,
            "login": "dad-2016",
            "display_name": "王大明",
            "relation": "father",
            "known": False,
            "state": "waiting",
        }
    ]
    everybody = world.ask("GET", "/v1/bindings", token=token).json["items"]
    assert [(i["account"], i["known"], i["state"]) for i in everybody] == [
        (mum, True, "bound"),
        (dad, False, "waiting"),
    ]
    assert world.ask("GET", "/v1/bindings", token=world.token("teacher", OTHER_CLASS)).json["items"] == []


def test_the_family_of_a_pupil_who_moved_is_seen_by_the_new_teacher_and_no_longer_by_the_old_one(world):
    mum = world.register().json["account"]
    world.roster.places[PUPIL] = OTHER_CLASS
    assert world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS)).json["items"] == []
    assert [
        item["account"]
        for item in world.ask("GET", "/v1/bindings", token=world.token("teacher", OTHER_CLASS)).json["items"]
    ] == [mum]


def test_families_cannot_be_listed_while_roster_is_away(world):
    world.register()
    world.roster.away = True
    problem(world.ask("GET", "/v1/bindings", token=world.token("teacher", CLASS)), 503, "unavailable")


def test_the_first_guardian_sees_who_waits_for_the_own_children_and_nobody_else_does(world):
    mum = world.register().json
    dad = world.register("dad-2016", display_name="王大明", relation="father").json
    world.register("aunt", registration_code=code(2))
    waiting = world.ask("GET", "/v1/bindings?waiting=true", token=mum["access_token"]).json["items"]
    assert waiting == [
        {"pupil": PUPIL, "account": dad["account"], "display_name": "王大明", "relation": "father", "state": "waiting"}
    ]
    assert decide(world, mum["access_token"], dad["account"], True).status_code == 200
    second = world.sign_in("dad-2016", STEADY).json["access_token"]
    world.register("gran", relation="grandparent")
    assert [
        len(world.ask("GET", "/v1/bindings", token=token).json["items"]) for token in (mum["access_token"], second)
    ] == [1, 0]
    assert decide(world, world.token("teacher", CLASS), mum["account"], False).status_code == 200
    assert (
        world.ask("GET", "/v1/bindings", token=mum["access_token"]).json["items"] == []
    )  # no longer a guardian, though the token still says so
    assert len(world.ask("GET", "/v1/bindings", token=second).json["items"]) == 1  # now the first one


@pytest.mark.parametrize("role", ["county", "ministry", "school"])
def test_families_are_listed_to_nobody_else(world, role):
    problem(world.ask("GET", "/v1/bindings", token=world.token(role, "/000000/")), 403, "outside-scope")
