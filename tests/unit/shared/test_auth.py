from __future__ import annotations

import base64
import hmac
import json

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.language.permissions import DECIDE_CODE_ALONE, KEEP_OWN_ACCOUNT, RUN_CAMPAIGNS, VIEW_FIGURES
from shared.language.scope import Scope
from shared.service.auth import (
    Caller,
    ServiceAuth,
    TokenChecker,
    public_half,
    require_path,
    require_permission,
    require_signed_in,
)
from shared.service.key_set import JWKS_SECONDS, KeySet
from tests.support.tokens import KEY, KEY_ID, SERVICE_KEYS, account_of, checker, jwks, service_auth, token_for

COUNTY = "/000000/110000/110101/"


@pytest.fixture
def clock():
    return FixedClock()


def refused(clock, token):
    with pytest.raises(Refused) as refusal:
        checker(clock)(token)
    assert refusal.value.status == 401
    return refusal.value


def test_a_valid_token_gives_account_role_and_scope(clock):
    proved = clock.now() - 5000
    caller = checker(clock)(token_for("guardian", [], ["3f7.018f2ab47c9d01e5f6a7"], auth_time=proved // 1000))
    assert caller == Caller(
        account_of("guardian"),
        "guardian",
        Scope((), ("3f7.018f2ab47c9d01e5f6a7",)),
        "session-of-tests",
        proved,
        methods=frozenset({"pwd", "otp"}),
    )


def test_a_token_is_valid_until_the_second_of_its_expiry(clock):
    token = token_for("county", [COUNTY], clock=clock, seconds=900)
    clock.advance(seconds=899)
    assert checker(clock)(token).role == "county"
    clock.advance(seconds=1)
    assert "expired" in refused(clock, token).detail


def test_a_token_signed_with_another_key_is_refused_even_under_our_key_id(clock):
    foreign = Ed25519PrivateKey.generate()
    claims = jwt.decode(token_for("ministry", ["/000000/"]), options={"verify_signature": False})
    assert refused(clock, jwt.encode(claims, foreign, algorithm="EdDSA", headers={"kid": KEY_ID}))
    assert (
        "unknown key" in refused(clock, jwt.encode(claims, foreign, algorithm="EdDSA", headers={"kid": "other"})).detail
    )


def test_a_token_without_a_signature_is_refused(clock):
    claims = jwt.decode(token_for("ministry", ["/000000/"]), options={"verify_signature": False})
    assert refused(clock, jwt.encode(claims, None, algorithm="none", headers={"kid": KEY_ID}))


def test_the_public_key_cannot_be_used_as_a_shared_secret(clock):
    claims = jwt.decode(token_for("ministry", ["/000000/"]), options={"verify_signature": False})
    for secret in (
        KEY.public_key().public_bytes_raw(),
        jwks()["keys"][0]["x"].encode(),
        KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    ):
        head, body = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in ({"alg": "HS256", "kid": KEY_ID, "typ": "JWT"}, claims)
        )
        signature = base64.urlsafe_b64encode(hmac.digest(secret, head + b"." + body, "sha256")).rstrip(b"=")
        assert refused(clock, b".".join((head, body, signature)).decode())


@pytest.mark.parametrize("claim", [{"iss": "somebody"}, {"aud": "other"}, {"sub": 7}, {"exp": None}, {"iat": None}])
def test_a_token_with_a_wrong_claim_is_refused(clock, claim):
    assert refused(clock, token_for("ministry", ["/000000/"], **claim))


def test_a_token_with_an_unknown_role_is_refused(clock):
    assert refused(clock, token_for("emperor", ["/000000/"]))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "…….…….……", "." * 500, "eyJhbGciOiJFZERTQSIsImtpZCI6W119.e30.e30"])
def test_a_malformed_token_is_not_signed_in_and_no_server_error(clock, token):
    assert refused(clock, token)


def test_a_broken_path_in_a_token_opens_nothing(clock):
    assert checker(clock)(token_for("county", ["", "/000000", "//", "000000/"])).scope == Scope()


def test_a_service_token_is_for_one_audience_and_a_minute(clock):
    token = service_auth("stats", clock).headers("roster")["Authorization"].removeprefix("Bearer ")
    assert service_auth("roster", clock).caller(token) == Caller("service:stats", "service")
    with pytest.raises(Refused):
        service_auth("upload", clock).caller(token)
    clock.advance(seconds=60)
    with pytest.raises(Refused):
        service_auth("roster", clock).caller(token)


def test_tokens_of_people_and_of_services_are_not_interchangeable(clock):
    with pytest.raises(Refused):
        service_auth("roster", clock).caller(token_for("ministry", ["/000000/"]))
    assert refused(clock, service_auth("stats", clock).headers("rollcall")["Authorization"].removeprefix("Bearer "))


def signed(clock, key, issuer, subject):
    now = clock.now() // 1000
    claims = {"sub": subject, "aud": "roster", "iat": now, "exp": now + 60}
    key = Ed25519PrivateKey.from_private_bytes(key)
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": issuer})


def test_a_service_speaks_for_itself_only(clock):
    roster, stats = service_auth("roster", clock), SERVICE_KEYS["stats"]
    assert roster.caller(signed(clock, stats, "stats", "stats")).account == "service:stats"
    for key, issuer, subject in (
        (stats, "identity", "identity"),
        (stats, "stats", "identity"),
        (stats, "", "stats"),
        (stats, "unknown", "unknown"),
        (bytes(32), "stats", "stats"),  # of another deployment
    ):
        with pytest.raises(Refused):
            roster.caller(signed(clock, key, issuer, subject))


def test_a_token_signed_with_what_is_published_is_refused(clock):
    """A public key taken as a secret of HS256, the classical confusion of algorithms."""
    claims = {"sub": "stats", "aud": "roster", "iat": clock.now() // 1000, "exp": clock.now() // 1000 + 60}
    public = public_half(SERVICE_KEYS["stats"])
    with pytest.raises(Refused):
        service_auth("roster", clock).caller(jwt.encode(claims, public, algorithm="HS256", headers={"kid": "stats"}))


def test_while_a_service_changes_its_key_both_are_believed_and_then_only_the_new_one(clock):
    old, new = SERVICE_KEYS["stats"], bytes(range(32))
    both = ServiceAuth(SERVICE_KEYS["roster"], "roster", clock, {"stats": (public_half(old), public_half(new))})
    after = ServiceAuth(SERVICE_KEYS["roster"], "roster", clock, {"stats": (public_half(new),)})
    for key in (old, new):
        assert both.caller(signed(clock, key, "stats", "stats")).role == "service"
    assert after.caller(signed(clock, new, "stats", "stats")).role == "service"
    with pytest.raises(Refused):
        after.caller(signed(clock, old, "stats", "stats"))


class Publisher:
    """Identity as its key set sees it: counts requests, may be unavailable."""

    def __init__(self):
        self.asked, self.response = 0, jwks()

    def __call__(self):
        self.asked += 1
        if isinstance(self.response, Exception):
            raise self.response
        return self.response


def test_keys_are_fetched_once_and_again_after_five_minutes(clock):
    publisher = Publisher()
    check = TokenChecker(KeySet(publisher, clock), clock)
    for _ in range(3):
        check(token_for("ministry"))
    assert publisher.asked == 1
    clock.advance(seconds=JWKS_SECONDS + 1)
    check(token_for("ministry"))
    assert publisher.asked == 2


def test_made_up_key_ids_cost_identity_one_request_a_second(clock):
    publisher = Publisher()
    keys = KeySet(publisher, clock)
    assert keys.get(KEY_ID)
    assert [keys.get(f"made-up-{n}") for n in range(50)] == [None] * 50
    assert publisher.asked == 1
    clock.advance(seconds=1)
    assert keys.get("made-up") is None and publisher.asked == 2


@pytest.mark.parametrize(
    "response", [httpx.ConnectError("unreachable"), {}, {"keys": [{"kid": "x"}]}, {"keys": 7}, ValueError("not JSON")]
)
def test_fetched_keys_stay_valid_while_identity_is_unavailable(clock, response):
    publisher = Publisher()
    keys = KeySet(publisher, clock)
    assert keys.get(KEY_ID)
    publisher.response = response
    clock.advance(seconds=JWKS_SECONDS + 1)
    assert keys.get(KEY_ID) and keys.get(KEY_ID)
    assert publisher.asked == 2  # the second look did not wait for an identity that had just failed


@pytest.mark.parametrize("response", [httpx.ConnectError("unreachable"), {}, {"keys": [{"kid": "x"}]}])
def test_without_keys_and_without_identity_sign_in_cannot_be_checked(clock, response):
    publisher = Publisher()
    publisher.response = response
    check = TokenChecker(KeySet(publisher, clock), clock)
    with pytest.raises(Refused) as refusal:
        check(token_for("ministry"))
    assert refusal.value.status == 503
    publisher.response = jwks()
    assert check(token_for("ministry")).role == "ministry"


def test_requirements_of_permission_and_path(clock):
    caller = checker(clock)(token_for("county", [COUNTY]))
    require_permission(caller, DECIDE_CODE_ALONE)
    require_path(caller, COUNTY + "2111000001/")
    for demand in (
        lambda: require_permission(caller, RUN_CAMPAIGNS),
        lambda: require_path(caller, "/000000/110000/110102/"),
        lambda: require_path(caller, "/000000/110000/"),
        lambda: require_path(caller, ""),
    ):
        with pytest.raises(Refused) as refusal:
            demand()
        assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        require_permission(Caller(), RUN_CAMPAIGNS)
    assert refusal.value.status == 401


def test_a_refusal_names_the_missing_permission(clock):
    with pytest.raises(Refused) as refusal:
        require_permission(checker(clock)(token_for("county", [COUNTY])), RUN_CAMPAIGNS)
    assert refusal.value.code == "outside-scope" and refusal.value.extra == {"permission": "run-campaigns"}
    assert refusal.value.detail == "Your account has no permission to plan, open, extend and close campaigns."


def test_a_newcomer_is_told_to_choose_a_password_first(clock):
    newcomer = checker(clock)(token_for("newcomer"))
    require_permission(newcomer, KEEP_OWN_ACCOUNT)
    for demand in (lambda: require_permission(newcomer, VIEW_FIGURES), lambda: require_signed_in(newcomer)):
        with pytest.raises(Refused) as refusal:
            demand()
        assert (refusal.value.code, refusal.value.status) == ("password-must-change", 403)
