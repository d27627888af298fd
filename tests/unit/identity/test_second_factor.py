"""The second factor: given/when/then of its events, and everything of it over HTTP."""

from __future__ import annotations

import jwt
import pytest

from drill.authenticator import Authenticator
from services.identity.domain.account import Account, decide, evolve
from services.identity.domain.second_factor import (
    SET_UP_MS,
    BeginSecondFactor,
    ConfirmSecondFactor,
    RenewRecoveryCodes,
    ResetSecondFactor,
    SecondFactor,
    UseRecoveryCode,
)
from services.identity.domain.validity import Validity
from services.identity.repositories.memory import memory_records
from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.language import contracts
from shared.language.roles import SECOND_FACTOR_ROLES
from tests.unit.identity.world import COUNTY, SCHOOL, STEADY, World, problem

NOW = 1_764_000_000_000
ON = SecondFactor(confirmed_at=NOW, codes_left=10)
BEGUN = SecondFactor(begun_at=NOW)


@pytest.mark.parametrize(
    ("given", "command", "then"),
    [
        (SecondFactor(), BeginSecondFactor(NOW), BEGUN),
        (BEGUN, ConfirmSecondFactor(NOW + 1), SecondFactor(confirmed_at=NOW + 1, codes_left=10)),
        (BEGUN, ConfirmSecondFactor(NOW + SET_UP_MS), "second-factor-not-begun"),
        (SecondFactor(), ConfirmSecondFactor(NOW), "second-factor-not-begun"),
        (ON, ConfirmSecondFactor(NOW), "second-factor-not-begun"),
        (ON, BeginSecondFactor(NOW + 5), SecondFactor(begun_at=NOW + 5, confirmed_at=NOW, codes_left=10)),
        (ON, UseRecoveryCode(NOW), SecondFactor(confirmed_at=NOW, codes_left=9)),
        (BEGUN, UseRecoveryCode(NOW), "no-second-factor"),
        (SecondFactor(confirmed_at=NOW, codes_left=1), RenewRecoveryCodes(NOW), ON),
        (SecondFactor(), RenewRecoveryCodes(NOW), "no-second-factor"),
        (ON, ResetSecondFactor("above", NOW + 9), SecondFactor(reset_by="above", reset_at=NOW + 9)),
        (BEGUN, ResetSecondFactor("above", NOW + 9), SecondFactor(reset_by="above", reset_at=NOW + 9)),
        (SecondFactor(reset_by="above", reset_at=NOW), ResetSecondFactor("above", NOW), "no-second-factor"),
        (SecondFactor(reset_by="above", reset_at=NOW), ConfirmSecondFactor(NOW), "second-factor-not-begun"),
    ],
)
def test_given_a_second_factor_when_commanded_then(given, command, then):
    account = Account("county", (COUNTY,), second_factor=given)
    if isinstance(then, str):
        with pytest.raises(Refused, match=then):
            decide(command, account)
    else:
        events = decide(command, account)
        assert [event.data.keys() & {"key", "code", "secret"} for event in events] == [set()]
        after = account
        for event in events:
            after = evolve(after, event)
        assert after.second_factor == then


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (Account("guardian"), "no-second-factor"),
        (Account("county", (COUNTY,), validity=Validity(closed=True)), "account-closed"),
        (Account(), "not-found"),
    ],
)
def test_guardians_closed_accounts_and_none_have_no_second_factor(account, code):
    with pytest.raises(Refused, match=code):
        decide(BeginSecondFactor(NOW), account)


# ---- over HTTP
@pytest.fixture
def world():
    clock = FixedClock()
    store = MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate)
    return World(store, memory_records(clock), clock, SECOND_FACTOR_ROLES)


@pytest.fixture
def county(world):
    """An activated county admin without a second factor: (id, password)."""
    return world.staff("county", COUNTY, "county.a", ("province", "/000000/110000/"))


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def begin(world, token, key=None):
    return world.ask("POST", "/v1/me/second-factor", {}, token, key)


def set_up(world, login="county.a"):
    """Set a second factor up: (authenticator, recovery codes, tokens of the session)."""
    tokens = world.sign_in(login, STEADY).json
    app = Authenticator(begin(world, tokens["access_token"]).json["key"])
    confirmed = confirm_set_up(world, tokens["access_token"], app.code(world.clock.now()))
    assert confirmed.status_code == 200, confirmed.json
    fresh = world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}).json
    return app, confirmed.json["recovery_codes"], fresh


def confirm_set_up(world, token, code, key=None):
    return world.ask("POST", "/v1/me/second-factor/confirmation", {"code": code}, token, key)


def acts(world):
    chains = world.deps.trail.chains
    return [entry.act for unit in chains.heads() for entry in chains.chain(unit)]


def challenge(world, login="county.a"):
    return problem(world.sign_in(login, STEADY), 403, "second-factor-code-needed")["challenge"]


def second_step(world, of, code):
    return world.http.post("/v1/sessions/second-step", json={"challenge": of, "code": code})


def confirmation(world, token, **given):
    return world.ask("POST", "/v1/sessions/confirmation", given, token)


def test_a_county_without_one_can_do_nothing_but_set_one_up(world, county):
    tokens = world.sign_in("county.a", STEADY).json
    assert tokens["account"]["must_set_up_second_factor"] and not tokens["account"]["has_second_factor"]
    claims = claims_of(tokens["access_token"])
    assert (claims["role"], claims["paths"], claims["amr"]) == ("unenrolled", [], ["pwd"])
    problem(world.ask("GET", "/v1/accounts", token=tokens["access_token"]), 403, "second-factor-needed")
    problem(
        world.ask("POST", f"/v1/accounts/{county[0]}/password-reset", {}, tokens["access_token"]),
        403,
        "second-factor-needed",
    )
    state = world.ask("GET", "/v1/me/second-factor", token=tokens["access_token"]).json
    assert state == {"is_set_up": False, "is_required": True, "codes_left": 0, "reset_at": ""}


def test_set_up_with_the_first_code_opens_the_account_in_the_same_session(world, county):
    other = world.sign_in("county.a", STEADY).json  # ends with the next sign-in, as ever
    _, recovery, fresh = set_up(world)
    assert len(set(recovery)) == 10
    claims = claims_of(fresh["access_token"])
    assert (claims["role"], claims["paths"], claims["amr"]) == ("county", [COUNTY], ["otp"])
    assert world.ask("GET", "/v1/accounts", token=fresh["access_token"]).status_code == 200
    problem(world.ask("GET", "/v1/me", token=other["access_token"]), 401, "session-ended")


def test_the_key_is_shown_as_uri_and_in_groups_and_a_repetition_shows_the_same(world, county):
    token = world.sign_in("county.a", STEADY).json["access_token"]
    shown = begin(world, token, "key-000099").json
    assert begin(world, token, "key-000099").json == shown
    assert shown["uri"].startswith("otpauth://totp/Rollcall:county.a?secret=") and shown["key"].count(" ") == 7
    assert shown["key"].replace(" ", "") in shown["uri"]
    assert begin(world, token).json["key"] != shown["key"]


def test_a_wrong_first_code_sets_nothing_up_and_a_repeated_right_one_shows_the_same_codes(world, county):
    token = world.sign_in("county.a", STEADY).json["access_token"]
    app = Authenticator(begin(world, token).json["key"])
    problem(confirm_set_up(world, token, "000000"), 422, "second-factor-wrong")
    code = app.code(world.clock.now())
    first = confirm_set_up(world, token, code, "key-000077")
    assert confirm_set_up(world, token, code, "key-000077").json == first.json
    problem(confirm_set_up(world, token, code), 409, "second-factor-not-begun")


def test_setting_up_asks_for_a_recent_proof(world, county):
    token = world.sign_in("county.a", STEADY).json["access_token"]
    world.clock.advance(seconds=601)
    problem(begin(world, token), 403, "sign-in-again")
    assert begin(world, confirmation(world, token, password=STEADY).json["access_token"]).status_code == 201


def test_sign_in_takes_two_steps(world, county):
    app, _, _ = set_up(world)
    asked = problem(world.sign_in("county.a", STEADY), 403, "second-factor-code-needed")
    assert asked["expires_in"] == 300 and "access_token" not in asked
    problem(world.sign_in("county.a", "wrong horses 42"), 401, "wrong-credentials")
    tokens = second_step(world, asked["challenge"], app.code(world.clock.now()))
    assert tokens.status_code == 201 and claims_of(tokens.json["access_token"])["amr"] == ["pwd", "otp"]
    assert tokens.json["account"]["has_second_factor"]


def test_a_code_may_be_typed_in_groups_and_full_width(world, county):
    app, _, _ = set_up(world)
    code = app.code(world.clock.now())
    wide = code.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert second_step(world, challenge(world), f" {wide[:3]} {wide[3:]} ").status_code == 201


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 201), (0, 201), (30, 201), (60, 422)])
def test_a_code_of_the_step_before_and_after_is_taken_and_no_other(world, county, seconds, status):
    app, _, _ = set_up(world)
    world.clock.advance(seconds=300)
    code = Authenticator(app.key).code(world.clock.now() + 30_000 + seconds * 1000)
    assert second_step(world, challenge(world), code).status_code == status


def test_a_code_is_taken_once_and_none_before_it_any_more(world, county):
    app, _, _ = set_up(world)
    world.clock.advance(seconds=300)
    earlier, code = app.code(world.clock.now()), app.code(world.clock.now())
    assert second_step(world, challenge(world), code).status_code == 201
    for replayed in (code, earlier):
        problem(second_step(world, challenge(world), replayed), 422, "second-factor-wrong")
    token = second_step(world, challenge(world), app.code(world.clock.now())).json["access_token"]
    problem(confirmation(world, token, code=code), 422, "second-factor-wrong")


def test_a_recovery_code_stands_for_a_code_once(world, county):
    _, recovery, _ = set_up(world)
    tokens = second_step(world, challenge(world), recovery[3].lower()).json
    problem(second_step(world, challenge(world), recovery[3]), 422, "second-factor-wrong")
    assert world.ask("GET", "/v1/me/second-factor", token=tokens["access_token"]).status_code == 200
    state = world.ask("GET", "/v1/me/second-factor", token=tokens["access_token"]).json
    assert (state["is_set_up"], state["codes_left"]) == (True, 9)
    events = world.store.load(f"account-{county[0]}")
    assert [e.type for e in events if "recovery" in e.type] == ["account.recovery-code-used"]
    acts = [e["event"] for e in world.ask("GET", "/v1/me/history", token=tokens["access_token"]).json["items"]]
    assert acts[:2] == ["recovery-code-used", "second-factor-confirmed"]


def test_other_recovery_codes_void_those_before(world, county):
    _, old, fresh = set_up(world)
    new = world.ask("POST", "/v1/me/recovery-codes", {}, fresh["access_token"]).json["recovery_codes"]
    assert len(new) == 10 and not set(new) & set(old)
    problem(second_step(world, challenge(world), old[0]), 422, "second-factor-wrong")
    assert second_step(world, challenge(world), new[0]).status_code == 201


def test_no_key_and_no_code_is_kept_readable(world, county):
    app, recovery, _ = set_up(world)
    record = world.records.second_factors.get(county[0])
    kept = repr(record) + repr([event.data for event in world.store.load(f"account-{county[0]}")])
    assert app.key.replace(" ", "") not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in recovery)


# ---- refusals
def test_guessing_is_stopped_for_a_while_and_then_for_good_until_the_level_above_resets(world, county):
    app, _, _ = set_up(world)
    for tried in range(50):
        if tried % 5 == 0:
            world.clock.advance(seconds=901)
        problem(second_step(world, challenge(world), "000000"), 422, "second-factor-wrong")
        if tried % 5 == 4 and tried < 49:
            problem(second_step(world, challenge(world), app.code(world.clock.now())), 429, "too-many")
    world.clock.advance(days=100)
    problem(second_step(world, challenge(world), app.code(world.clock.now())), 429, "second-factor-locked")
    assert "second-factor-locked" in acts(world)
    by = world.token("province", "/000000/110000/")
    assert world.ask("POST", f"/v1/accounts/{county[0]}/second-factor-reset", {}, by).status_code == 204
    assert world.sign_in("county.a", STEADY).json["account"]["must_set_up_second_factor"]


def test_guesses_in_parallel_challenges_count_together(world, county):
    app, _, _ = set_up(world)
    many = [challenge(world) for _ in range(6)]
    for each in many[:5]:
        problem(second_step(world, each, "000000"), 422, "second-factor-wrong")
    problem(second_step(world, many[5], app.code(world.clock.now())), 429, "too-many")


def test_a_challenge_ends_by_time_use_and_another_password(world, county):
    app, recovery, _ = set_up(world)
    old, used, stale = challenge(world), challenge(world), challenge(world)
    assert second_step(world, used, recovery[0]).status_code == 201
    problem(second_step(world, used, recovery[1]), 401, "challenge-ended")
    world.clock.advance(seconds=301)
    problem(second_step(world, old, app.code(world.clock.now())), 401, "challenge-ended")
    taken = challenge(world)
    slip = world.reset(county[0], "province", "/000000/110000/").json
    assert world.use_code("county.a", slip["reset_code"]).status_code == 200
    problem(second_step(world, taken, recovery[2]), 401, "challenge-ended")
    problem(second_step(world, stale, recovery[2]), 401, "challenge-ended")


def test_a_challenge_serves_its_own_account_alone(world, county):
    world.staff("county", COUNTY, "county.b", ("province", "/000000/110000/"))
    app, _, _ = set_up(world)
    other, _, _ = set_up(world, "county.b")
    problem(second_step(world, challenge(world, "county.a"), other.code(world.clock.now())), 422, "second-factor-wrong")
    of_b, of_a = challenge(world, "county.b"), challenge(world)
    forged = of_a.split(".")[0] + "." + of_b.partition(".")[2]
    problem(second_step(world, forged, app.code(world.clock.now())), 401, "challenge-ended")
    for odd in ("x", "...", of_a + "0", of_a.upper()):
        problem(second_step(world, odd, "000000"), 401, "challenge-ended")


def test_the_reset_by_the_level_above_ends_all_sessions_and_is_told(world, county):
    _, _, fresh = set_up(world)
    route = f"/v1/accounts/{county[0]}/second-factor-reset"
    for by in (
        world.token("school", SCHOOL),
        world.token("county", COUNTY),
        world.token("province", "/000000/120000/"),
    ):
        problem(world.ask("POST", route, {}, by), 403, "outside-scope")
    assert world.ask("POST", route, {}, world.token("province", "/000000/110000/")).status_code == 204
    problem(world.ask("GET", "/v1/me", token=fresh["access_token"]), 401, "session-ended")
    tokens = world.sign_in("county.a", STEADY).json
    assert claims_of(tokens["access_token"])["role"] == "unenrolled"
    assert world.ask("GET", "/v1/me/second-factor", token=tokens["access_token"]).json["reset_at"]
    problem(world.ask("POST", route, {}, world.token("province", "/000000/110000/")), 409, "no-second-factor")
    set_up(world)


def test_a_new_device_replaces_the_old_one_only_with_its_first_code(world, county):
    old, _, fresh = set_up(world)
    key = begin(world, fresh["access_token"]).json["key"]
    assert second_step(world, challenge(world), old.code(world.clock.now())).status_code == 201
    token = second_step(world, challenge(world), old.code(world.clock.now())).json["access_token"]
    new = Authenticator(key)
    assert confirm_set_up(world, token, new.code(world.clock.now())).status_code == 200
    world.clock.advance(seconds=300)
    problem(second_step(world, challenge(world), old.code(world.clock.now())), 422, "second-factor-wrong")
    assert second_step(world, challenge(world), new.code(world.clock.now())).status_code == 201


# ---- the school
def test_a_school_admin_works_without_one_but_does_not_reset(world):
    world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    tokens = world.sign_in("school.a", STEADY).json
    assert not tokens["account"]["must_set_up_second_factor"]
    teacher = world.staff("teacher", f"{SCHOOL}2111000001p202301/", "teacher.a", ("school", SCHOOL))[0]
    reset = f"/v1/accounts/{teacher}/password-reset"
    problem(world.ask("POST", reset, {}, tokens["access_token"]), 403, "second-factor-needed")
    app, _, fresh = set_up(world, "school.a")
    assert world.ask("POST", reset, {}, fresh["access_token"]).status_code == 200
    world.clock.advance(seconds=601)
    problem(world.ask("POST", reset, {}, fresh["access_token"]), 403, "sign-in-again")
    problem(confirmation(world, fresh["access_token"], password=STEADY), 422, "second-factor-code-needed")
    again = confirmation(world, fresh["access_token"], code=app.code(world.clock.now())).json
    assert world.ask("POST", reset, {}, again["access_token"]).status_code == 200


def test_a_teacher_may_have_one_and_need_not(world):
    world.staff("teacher", f"{SCHOOL}2111000001p202301/", "teacher.a", ("school", SCHOOL))
    tokens = world.sign_in("teacher.a", STEADY).json
    assert not tokens["account"]["must_set_up_second_factor"]
    set_up(world, "teacher.a")
    assert challenge(world, "teacher.a")


def test_a_guardian_has_none(world):
    token = world.register().json["access_token"]
    problem(begin(world, token), 403, "outside-scope")


def test_where_no_role_needs_one_nobody_is_asked(world, county):
    free = World(world.store, world.records, world.clock)
    assert claims_of(free.sign_in("county.a", STEADY).json["access_token"])["role"] == "county"


def test_the_roles_that_need_one():
    assert {"ministry", "province", "city", "county", "support", "auditor", "school"} == SECOND_FACTOR_ROLES
