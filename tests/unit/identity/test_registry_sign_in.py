"""Sign-in from the registry, over HTTP against the stand-in: who gets in, and every answer that is refused."""

from __future__ import annotations

import jwt as pyjwt
import pytest
from joserfc.jwk import ECKey, OctKey

from services.identity.domain.registry_arrival import decide_arrival
from services.identity.roster_client import School
from services.identity.use_cases.signing_in import registry_sign_in
from tests.support.registry import CLOSED_CODE, CODE, ISSUER, LI, UNKNOWN_CODE, WANG, Arrivals
from tests.unit.identity.world import COUNTY, SCHOOL, STEADY

BUREAU = ("county", COUNTY)


@pytest.fixture
def arrivals(world, tmp_path):
    return Arrivals(world, tmp_path)


def title(response):
    return response.json.get("title")


def claims_of(token):
    return pyjwt.decode(token, options={"verify_signature": False})


def test_a_first_arrival_opens_the_schools_account_and_the_next_one_finds_it(arrivals):
    first = arrivals.arrive()
    account = first.json["account"]
    assert (first.status_code, first.json["first"], account["role"], account["paths"]) == (
        201,
        True,
        "school",
        [SCHOOL],
    )
    assert account["display_name"] == WANG
    again = arrivals.arrive()
    assert (again.json["first"], again.json["account"]["id"]) == (False, account["id"])
    claims = claims_of(again.json["access_token"])
    assert (claims["amr"], claims["auth_time"]) == (["fed"], arrivals.world.clock.now() // 1000)
    renewed = arrivals.http.post("/v1/sessions/refresh", json={"refresh_token": again.json["refresh_token"]})
    assert claims_of(renewed.json["access_token"])["amr"] == ["fed"]
    before = arrivals.http.post("/v1/sessions/refresh", json={"refresh_token": first.json["refresh_token"]})
    assert title(before) == "session-ended"  # staff have one session at a time


def test_who_has_arrived_signs_in_while_roster_is_away(arrivals):
    arrivals.arrive()
    arrivals.world.roster.is_unavailable = True
    assert arrivals.arrive().status_code == 201
    assert title(arrivals.arrive(LI)) == "unavailable"


@pytest.mark.parametrize(
    ("school", "code", "status"),
    [(UNKNOWN_CODE, "registry-school-unknown", 404), (CLOSED_CODE, "registry-school-closed", 410)],
)
def test_a_school_that_is_unknown_or_closed_is_told_so(arrivals, school, code, status):
    refused = arrivals.arrive(school=school)
    assert (title(refused), refused.status_code) == (code, status)


def test_a_further_person_of_the_school_waits_for_its_yes_or_a_bureaus(arrivals):
    world = arrivals.world
    admin = arrivals.arrive().json["access_token"]
    assert title(arrivals.arrive(LI)) == "account-waiting"
    [waiting] = world.ask("GET", "/v1/accounts/waiting", token=admin).json["items"]
    assert waiting["display_name"] == LI
    by_county = world.ask("GET", "/v1/accounts/waiting", token=world.token(*BUREAU)).json["items"]
    assert [each["id"] for each in by_county] == [waiting["id"]]
    path = f"/v1/accounts/{waiting['id']}/acceptance"
    assert world.ask("POST", path, {"accept": True}, token=admin).status_code == 200
    assert arrivals.arrive(LI).json["account"]["id"] == waiting["id"]


def test_an_unused_account_in_the_persons_name_is_taken_over_and_its_code_is_void(arrivals):
    world = arrivals.world
    slip = world.issue("school", SCHOOL, "wang-2016", world.token(*BUREAU), name=" 王 芳").json
    arrived = arrivals.arrive()
    assert (arrived.status_code, arrived.json["account"]["id"]) == (201, slip["id"])
    assert title(world.activate("wang-2016", slip["activation_code"])) == "activation-code-wrong"


def test_an_account_that_somebody_activates_at_that_moment_is_not_taken_over(arrivals, monkeypatch):
    world = arrivals.world
    slip = world.issue("school", SCHOOL, "wang-2016", world.token(*BUREAU), name=WANG).json

    def activated_meanwhile(*asked):
        decision = decide_arrival(*asked)
        world.settle_in("wang-2016", slip["activation_code"])
        return decision

    monkeypatch.setattr(registry_sign_in, "decide_arrival", activated_meanwhile)
    assert title(arrivals.arrive()) == "registry-sign-in-first"


def test_an_initial_password_of_the_release_before_is_void_too(arrivals):
    world, people = arrivals.world, arrivals.deps.records.people
    slip = world.issue("school", SCHOOL, "wang-2016", world.token(*BUREAU), name=WANG).json
    people.set_password(slip["id"], arrivals.deps.hasher.hash("on-the-sheet-of-2025"), True, None)
    arrived = arrivals.arrive().json
    assert (arrived["account"]["id"], arrived["account"]["must_change_password"]) == (slip["id"], False)
    assert claims_of(arrived["access_token"])["role"] == "school"
    assert title(world.sign_in("wang-2016", "on-the-sheet-of-2025")) == "wrong-credentials"


def test_an_account_in_use_is_connected_by_its_owners_own_fresh_session_alone(arrivals):
    world = arrivals.world
    slip = world.issue("school", SCHOOL, "wang-2016", world.token(*BUREAU), name=WANG).json
    session = world.settle_in("wang-2016", slip["activation_code"])
    assert title(arrivals.arrive()) == "registry-sign-in-first"
    assert title(arrivals.arrive(LI, token=session["access_token"])) == "registry-another-person"
    arrivals.later(601)
    assert title(arrivals.arrive(token=session["access_token"])) == "registry-sign-in-first"  # proven too long ago
    session = world.sign_in("wang-2016", STEADY).json
    connected = arrivals.arrive(token=session["access_token"])
    assert connected.json["account"]["id"] == slip["id"]
    assert world.sign_in("wang-2016", STEADY).status_code == 201  # the password still works
    assert arrivals.arrive().json["account"]["id"] == slip["id"]


def test_a_person_who_changes_school_does_not_keep_the_account_of_the_first(arrivals):
    arrivals.arrive()
    arrivals.alter_id_token(lambda claims: claims | {"school_code": UNKNOWN_CODE})
    assert title(arrivals.arrive()) == "registry-other-school"


def test_a_person_whose_account_at_the_school_before_is_closed_arrives_at_the_new_one(arrivals):
    world, path = arrivals.world, f"{COUNTY}{UNKNOWN_CODE}/"
    world.roster.schools[UNKNOWN_CODE] = School(path, True)
    old = arrivals.arrive().json["account"]["id"]
    world.staff("school", SCHOOL, "another.admin", ("school", SCHOOL))
    arrivals.alter_id_token(lambda claims: claims | {"school_code": UNKNOWN_CODE})
    assert title(arrivals.arrive()) == "registry-other-school"
    world.ask("POST", f"/v1/accounts/{old}/closure", {}, token=world.token(*BUREAU))
    first, again = arrivals.arrive().json, arrivals.arrive().json
    assert first["account"]["paths"] == [path] and first["account"]["id"] != old
    assert (first["first"], again["first"], again["account"]["id"]) == (True, False, first["account"]["id"])
    arrivals.alter_id_token(lambda claims: claims)
    assert title(arrivals.arrive()) == "registry-other-school"


def test_a_closed_account_stays_closed(arrivals):
    world, account = arrivals.world, arrivals.arrive().json["account"]["id"]
    arrivals.arrive(LI)
    [waiting] = world.ask("GET", "/v1/accounts/waiting", token=world.token(*BUREAU)).json["items"]
    world.ask("POST", f"/v1/accounts/{waiting['id']}/acceptance", {"accept": True}, token=world.token(*BUREAU))
    closed = world.ask("POST", f"/v1/accounts/{account}/closure", {}, token=world.token(*BUREAU))
    assert closed.status_code in (200, 204), closed.json
    assert title(arrivals.arrive()) == "account-closed"


# ---- the browser and the state


def test_an_answer_is_taken_once(arrivals):
    answer = arrivals.choose(arrivals.begin())
    assert arrivals.send(answer).status_code == 201
    assert title(arrivals.send(answer)) == "registry-sign-in-ended"


def test_a_state_of_another_browser_of_nobody_or_of_yesterday_is_refused(arrivals):
    answer, other = arrivals.choose(arrivals.begin()), arrivals.begin()
    number, ends_at, promise = answer["state"].split(".")
    longer = f"{number}.{int(ends_at) + 1}.{promise}"
    for wrong in (
        {"secret": other["secret"]},
        {"secret": ""},
        {"state": longer},
        {"state": f"{number}.0{ends_at}.{promise}"},
        {"state": f"{number}.{chr(0xFF10 + int(ends_at[0]))}{ends_at[1:]}.{promise}"},
        {"state": "x"},
        {"state": f"{number}..{promise}"},
    ):
        assert title(arrivals.send(answer | wrong)) == "registry-sign-in-ended", wrong
    assert arrivals.send(answer).status_code == 201  # none of them has spent it
    late = arrivals.choose(arrivals.begin())
    arrivals.later(600)
    assert title(arrivals.send(late)) == "registry-sign-in-ended"


def test_a_code_from_another_sign_in_is_worth_nothing(arrivals):
    """Somebody's code in the answer to another browser: PKCE and nonce belong to that browser."""
    stolen, own = arrivals.choose(arrivals.begin()), arrivals.choose(arrivals.begin(), LI)
    assert title(arrivals.send(own | {"code": stolen["code"]})) == "registry-answer-wrong"


@pytest.mark.parametrize("answered_by", ["", "http://elsewhere.test"])
def test_an_answer_of_another_issuer_is_refused(arrivals, answered_by):
    assert title(arrivals.send(arrivals.choose(arrivals.begin()) | {"answered_by": answered_by})) == (
        "registry-answer-wrong"
    )


# ---- the ID token

UNSIGNED = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
WRONG = {
    "issuer": lambda now: {"iss": "http://elsewhere.test"},
    "audience": lambda now: {"aud": "another-client"},
    "one audience too many": lambda now: {"aud": ["rollcall", "another-client"], "azp": "rollcall"},
    "authorized party": lambda now: {"azp": "another-client"},
    "expired": lambda now: {"exp": now - 61},
    "issued in the future": lambda now: {"iat": now + 61},
    "not yet valid": lambda now: {"nbf": now + 61},
    "signed in long ago": lambda now: {"auth_time": now - 661},
    "signed in in the future": lambda now: {"auth_time": now + 61},
    "nonce": lambda now: {"nonce": "another"},
    "access token": lambda now: {"at_hash": "another"},
    "no subject": lambda now: {"sub": ""},
    "a number as subject": lambda now: {"sub": 7},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_id_token_with_a_wrong_claim_is_refused(arrivals, wrong):
    now = arrivals.world.clock.now() // 1000
    arrivals.alter_id_token(lambda claims: claims | WRONG[wrong](now))
    assert title(arrivals.arrive()) == "registry-answer-wrong"


@pytest.mark.parametrize("missing", ["iss", "aud", "exp", "iat", "sub", "nonce", "auth_time"])
def test_an_id_token_without_a_claim_is_refused(arrivals, missing):
    arrivals.alter_id_token(lambda claims: {name: value for name, value in claims.items() if name != missing})
    assert title(arrivals.arrive()) == "registry-answer-wrong"


@pytest.mark.parametrize(
    "incomplete",
    [{"school_code": None}, {"school_code": "21110000"}, {"school_code": 7}, {"name": " "}, {"name": None}],
)
def test_a_registry_that_names_no_school_or_no_person_is_told_so(arrivals, incomplete):
    arrivals.alter_id_token(lambda claims: claims | incomplete)
    assert title(arrivals.arrive()) == "registry-answer-incomplete"


def test_clocks_may_differ_by_a_minute(arrivals):
    now = arrivals.world.clock.now() // 1000
    arrivals.alter_id_token(lambda claims: claims | {"exp": now - 59, "iat": now + 59})
    assert arrivals.arrive().status_code == 201


@pytest.mark.parametrize(
    ("key", "alg"),
    [(ECKey.generate_key("P-256"), "ES256"), (OctKey.import_key("hush" * 8), "HS256")],
    ids=["another key", "a shared key"],
)
def test_a_token_that_the_registry_has_not_signed_is_refused(arrivals, key, alg):
    arrivals.alter_id_token(lambda claims: claims, key, alg)
    assert title(arrivals.arrive()) == "registry-answer-wrong"


def test_a_token_without_a_signature_is_refused(arrivals):
    def unsigned(path, found):
        if path != "/token":
            return found
        return {**found, "id_token": f"{UNSIGNED}.{found['id_token'].split('.')[1]}."}

    arrivals.transport.alter = unsigned
    assert title(arrivals.arrive()) == "registry-answer-wrong"


# ---- the registry itself


def test_a_registry_that_is_away_or_answers_nonsense_lets_nobody_in(arrivals):
    answer = arrivals.choose(arrivals.begin())
    arrivals.transport.is_away = True
    away = arrivals.send(answer)
    assert (away.status_code, title(away)) == (503, "registry-unavailable")
    arrivals.elapsed = 3600.0
    assert title(arrivals.http.post("/v1/registry-sign-ins")) == "registry-unavailable"
    arrivals.transport.is_away = False
    for nonsense in ({"token_endpoint": None}, {"jwks_uri": "ftp://x"}, {"authorization_endpoint": 7}):
        arrivals.elapsed += 11
        arrivals.transport.alter = lambda path, found, nonsense=nonsense: found | nonsense
        assert title(arrivals.http.post("/v1/registry-sign-ins")) == "registry-unavailable", nonsense
    arrivals.elapsed += 11
    arrivals.transport.alter = lambda path, found: found | ({"issuer": "http://x"} if "issuer" in found else {})
    assert title(arrivals.http.post("/v1/registry-sign-ins")) == "registry-answer-wrong"


def test_a_registry_that_is_away_keeps_one_request_waiting_and_no_crowd(arrivals):
    """Each that asks waits for seconds, in a thread that families need for their own sign-ins."""
    asked, within = [], arrivals.transport.handle_request
    arrivals.transport.handle_request = lambda request: asked.append(request.url.path) or within(request)
    arrivals.transport.is_away = True
    for _ in range(5):
        assert title(arrivals.http.post("/v1/registry-sign-ins")) == "registry-unavailable"
    assert len(asked) == 1
    arrivals.transport.is_away = False
    arrivals.elapsed = 11.0
    assert arrivals.arrive().status_code == 201


def test_no_token_of_the_registry_stays_where_another_thread_finds_it(arrivals):
    arrivals.arrive()
    assert not any(hasattr(kept, "token_auth") for kept in vars(arrivals.deps.registry).values())


def test_new_keys_of_the_registry_are_found(arrivals):
    arrivals.arrive()
    provider = arrivals.stand_in.extensions["registry"]
    provider.key = ECKey.generate_key("P-256", auto_kid=True)
    assert title(arrivals.arrive()) == "registry-answer-wrong"  # asked a moment ago: not again at every wrong token
    arrivals.elapsed = 11.0
    assert arrivals.arrive().status_code == 201


def test_without_a_configured_registry_nobody_arrives(world):
    refused = world.http.post("/v1/registry-sign-ins")
    assert (refused.status_code, title(refused)) == (404, "registry-not-configured")
    answer = {"state": "a.1.b", "code": "c", "secret": "s", "answered_by": ISSUER}
    assert title(world.http.post("/v1/registry-sign-ins/arrival", json=answer)) == "registry-sign-in-ended"


def test_an_arrival_stands_in_the_trail_and_its_events_name_nobody(arrivals):
    account = arrivals.arrive().json["account"]["id"]
    arrivals.arrive()
    chains = arrivals.deps.trail.chains
    told = [(each.act, each.account, each.facts) for each in chains.chain(CODE)]
    assert told == [
        ("registry-bound", account, {}),
        ("sign-in", account, {"by": "registry"}),
        ("sign-in", account, {"by": "registry"}),
    ]
    events = arrivals.world.store.load(f"account-{account}")
    assert [event.type for event in events] == ["account.opened", "account.registry-bound"]
    assert WANG not in repr(events)
