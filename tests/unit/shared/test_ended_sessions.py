"""What a service knows of ended sessions: how old it may be, and what holds while identity is unavailable."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.service.auth import TokenChecker
from shared.service.ended_sessions import GRACE_SECONDS, KEPT_MS, MUST_ASK_MS, PAUSE_MS, EndedSessions
from shared.service.key_set import KeySet
from tests.support.tokens import jwks, token_for


class Identity:
    """Identity as its clients see it: what has ended, with the time at which it did."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock, self.ended, self.epochs = clock, {}, {}
        self.asked, self.is_unavailable, self.answering = [], False, threading.Event()
        self.answering.set()

    def __call__(self, cursor: int) -> dict[str, Any]:
        self.asked.append(cursor)
        self.answering.wait(10)
        if self.is_unavailable:
            raise Refused("unavailable")
        return {
            "sessions": [id for id, at in self.ended.items() if at >= cursor],
            "accounts": [{"account": id, "epoch": e} for id, (e, at) in self.epochs.items() if at >= cursor],
            "cursor": self.clock.now(),
        }


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def identity(clock):
    return Identity(clock)


@pytest.fixture
def endings(identity, clock):
    return EndedSessions(identity, clock)


def code(endings, session="s1", account="a1", epoch=0) -> str:
    """The refusal of a token; "" if it is believed."""
    try:
        endings.check(session, account, epoch)
    except Refused as refused:
        return refused.code
    return ""


def test_a_session_that_ends_is_refused_within_seconds_and_others_are_not(endings, identity, clock):
    assert code(endings) == ""
    identity.ended["s1"] = clock.now()
    clock.advance(seconds=MUST_ASK_MS / 1000)
    assert (code(endings), code(endings, "s2")) == ("session-ended", "")


def test_tokens_of_an_earlier_epoch_are_superseded_and_later_ones_are_not(endings, identity, clock):
    identity.epochs["a1"] = (3, clock.now())
    assert [code(endings, epoch=epoch) for epoch in (0, 2, 3, 4)] == ["token-superseded"] * 2 + [""] * 2
    assert code(endings, account="a2") == ""


def test_a_busy_process_asks_every_two_seconds(endings, identity, clock):
    for _ in range(100):
        code(endings)
        clock.advance(seconds=0.1)
    assert len(identity.asked) == 5
    assert identity.asked[0] == 0 and identity.asked[1:] == sorted(identity.asked[1:])


def test_a_late_answer_with_an_older_epoch_changes_nothing(endings, identity, clock):
    identity.epochs["a1"] = (3, clock.now())
    code(endings)
    clock.advance(seconds=3)
    identity.epochs["a1"] = (2, clock.now())
    assert code(endings, epoch=2) == "token-superseded"


def test_while_identity_is_unavailable_tokens_are_believed_for_minutes_and_then_no_longer(endings, identity, clock):
    assert code(endings) == ""
    identity.is_unavailable = True
    clock.advance(seconds=GRACE_SECONDS)
    assert code(endings) == ""
    clock.advance(seconds=1)
    assert code(endings) == "unavailable"
    identity.is_unavailable = False
    clock.advance(seconds=PAUSE_MS / 1000)
    assert code(endings) == ""


def test_what_has_ended_is_refused_while_identity_is_unavailable(endings, identity, clock):
    identity.ended["s1"] = clock.now()
    assert code(endings) == "session-ended"
    identity.is_unavailable = True
    clock.advance(seconds=60)
    assert code(endings) == "session-ended"


def test_an_unavailable_identity_is_asked_once_in_two_seconds(endings, identity, clock):
    code(endings)
    identity.is_unavailable = True
    clock.advance(seconds=10)
    for _ in range(20):
        code(endings)
    assert len(identity.asked) == 2


def test_without_any_answer_no_token_is_believed(endings, identity):
    identity.is_unavailable = True
    assert code(endings) == "unavailable"


def test_while_one_request_asks_the_others_go_on(endings, identity, clock):
    code(endings)
    identity.answering.clear()
    clock.advance(seconds=2)
    asking = threading.Thread(target=code, args=(endings,))
    asking.start()
    while len(identity.asked) < 2:
        pass
    assert code(endings) == ""  # or it would wait for ten seconds
    assert asking.is_alive()
    identity.answering.set()
    asking.join()


def test_endings_are_forgotten_when_every_token_of_theirs_has_expired(endings, identity, clock):
    identity.ended["s1"], identity.epochs["a1"] = clock.now(), (1, clock.now())
    code(endings)
    identity.ended, identity.epochs = {}, {}
    clock.advance(seconds=KEPT_MS / 1000 + 1)
    assert code(endings) == ""


def test_a_token_is_checked_against_what_has_ended(endings, identity, clock):
    check = TokenChecker(KeySet(jwks, clock), clock, endings)
    token = token_for("county", clock=clock)
    assert check(token).role == "county"
    identity.ended["session-of-tests"] = clock.now()
    clock.advance(seconds=5)
    with pytest.raises(Refused) as refused:
        check(token)
    assert (refused.value.code, refused.value.status) == ("session-ended", 401)
