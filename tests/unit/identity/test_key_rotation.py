"""The key of access tokens changes while people are signed in: nobody notices, and the old key ends with its tokens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.identity.app import build
from services.identity.credentials.tokens import ACCESS_SECONDS, Issuer
from shared.infrastructure.errors import Refused
from shared.service.app import AppContext
from shared.service.auth import TokenChecker
from shared.service.key_set import JWKS_SECONDS, KeySet
from tests.support.tokens import checker, service_auth
from tests.unit.identity.world import CLASS, KEY, SCHOOL, problem

NEW = bytes(reversed(KEY))
HALF = {key: Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw() for key in (KEY, NEW)}


def restart(world, key, *further):
    """Identity starts anew with this signing key, publishing further halves; sessions and accounts stay."""
    world.deps = replace(world.deps, issuer=Issuer(key, world.clock, [HALF[each] for each in further]))
    auth = service_auth("identity", world.clock)
    world.app = build(world.deps, AppContext("identity", world.clock, "abc123", checker(world.clock), auth))


@pytest.fixture
def signed_in(world):
    world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))
    return world.sign_in("li.teacher", "steady horses 42").json


@pytest.fixture
def other_service(world):
    """The check of another service, which asks identity for its keys as it goes on."""
    return TokenChecker(KeySet(lambda: world.http.get("/.well-known/jwks.json").json, world.clock), world.clock)


def account_of(check, token):
    """The account of a token; None where it is refused."""
    try:
        return check(token).account
    except Refused:
        return None


def refreshed(world, tokens):
    response = world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert response.status_code == 201, response.json
    return response.json


def test_tokens_of_the_old_key_work_until_their_end_and_those_of_the_new_one_at_once(world, signed_in, other_service):
    old = signed_in["access_token"]
    before = account_of(other_service, old)
    restart(world, NEW, KEY)
    world.clock.advance(seconds=2)  # services ask at most once a second
    new = refreshed(world, signed_in)["access_token"]
    assert [account_of(other_service, each) for each in (new, old)] == [before, before] != [None, None]
    assert {world.ask("GET", "/v1/me", token=each).status_code for each in (old, new)} == {200}
    world.clock.advance(seconds=JWKS_SECONDS + 1)
    assert account_of(other_service, old) == before, "the keys were read anew"
    world.clock.advance(seconds=ACCESS_SECONDS - JWKS_SECONDS - 4)
    assert account_of(other_service, old) == before
    world.clock.advance(seconds=1)
    with pytest.raises(Refused, match="expired"):
        other_service(old)
    assert account_of(other_service, new) == before


def test_the_next_key_is_known_everywhere_before_it_signs(world, signed_in, other_service):
    """As pods are replaced one by one: a service whose keys come from an old pod knows the new pods' tokens."""
    restart(world, KEY, NEW)
    other_service(signed_in["access_token"])
    world.deps = replace(world.deps, issuer=Issuer(NEW, world.clock))
    new = world.token("teacher", CLASS)
    assert other_service(new).role == "teacher", "without asking again: the old pod answers"


def test_a_key_that_is_published_no_more_opens_nothing(world, signed_in, other_service):
    other_service(signed_in["access_token"])
    restart(world, NEW)
    problem(world.ask("GET", "/v1/me", token=signed_in["access_token"]), 401, "not-signed-in")
    world.clock.advance(seconds=JWKS_SECONDS + 1)
    with pytest.raises(Refused, match="unknown key"):
        other_service(signed_in["access_token"])
    assert other_service(refreshed(world, signed_in)["access_token"]).role == "teacher", "the session lives on"


def test_a_refresh_that_was_stolen_ends_the_family_across_a_change_of_the_key(world, signed_in):
    stolen = signed_in
    restart(world, NEW, KEY)
    own = refreshed(world, refreshed(world, signed_in))
    replayed = world.http.post("/v1/sessions/refresh", json={"refresh_token": stolen["refresh_token"]})
    problem(replayed, 401, "session-ended")
    problem(world.http.post("/v1/sessions/refresh", json={"refresh_token": own["refresh_token"]}), 401, "session-ended")
    for tokens in (stolen, own):
        problem(world.ask("GET", "/v1/me", token=tokens["access_token"]), 401, "session-ended")
