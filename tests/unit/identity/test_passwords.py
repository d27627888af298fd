from __future__ import annotations

import random
import re
import threading

import pytest

from services.identity.credentials.password_policy import DEFAULT_POLICY
from services.identity.credentials.passwords import Hasher, initial_password
from shared.infrastructure.errors import Refused


@pytest.fixture(scope="module")
def hasher():
    return Hasher(memory_kib=8, passes=1)


def test_initial_passwords_hold_no_characters_that_look_alike():
    made = {initial_password() for _ in range(200)}
    assert len(made) == 200 and all(re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", p) for p in made)
    for password in made:
        DEFAULT_POLICY.check(password, "ministry-k7mf3w", "ministry")


def test_an_initial_password_follows_from_its_randomness():
    assert (
        initial_password(random.Random(7).choice)
        == initial_password(random.Random(7).choice)
        != initial_password(random.Random(8).choice)
    )


def test_a_password_is_verified_by_its_hash_and_the_hash_does_not_show_it(hasher):
    kept = hasher.hash("k7mf-3wqx-9htp")
    assert kept.startswith("$argon2id$") and "k7mf" not in kept and kept != hasher.hash("k7mf-3wqx-9htp")
    assert hasher.verify(kept, "k7mf-3wqx-9htp") and not hasher.verify(kept, "k7mf-3wqx-9htq")


def test_full_width_and_half_width_are_the_same_password(hasher):
    assert hasher.verify(hasher.hash("k7mf-3wqx-9htp"), "ｋ7mf-3wqx-9htp")


def test_an_unknown_logins_password_is_never_right_nor_is_one_with_a_broken_hash(hasher):
    assert not hasher.verify(None, "k7mf-3wqx-9htp") and not hasher.verify("rubbish", "x")


def test_an_unknown_login_costs_the_same_hash_as_a_real_one(hasher):
    class Counting:
        def __init__(self, real):
            self.real, self.hashes = real, []

        def verify(self, kept, password):
            self.hashes.append(kept)
            return self.real.verify(kept, password)

    hasher = Hasher(memory_kib=8, passes=1)
    hasher._argon2 = counting = Counting(hasher._argon2)
    hashed = Hasher(memory_kib=8, passes=1).hash("one password of many")
    assert not hasher.verify(hashed, "wrong password") and not hasher.verify(None, "wrong password")
    assert [h.split("$")[1:4] for h in counting.hashes] == [["argon2id", "v=19", "m=8,t=1,p=1"]] * 2


def test_a_hash_of_other_parameters_is_outdated(hasher):
    assert not hasher.outdated(hasher.hash("x")) and Hasher(memory_kib=16, passes=1).outdated(hasher.hash("x"))


def test_concurrent_verifications_are_bounded_and_refused_above_the_bound():
    hasher = Hasher(memory_kib=8, passes=1, at_once=2, wait_seconds=0.01)
    inside, go_on = threading.Barrier(3), threading.Event()

    class Slow:
        def verify(self, kept, password):
            inside.wait(10)
            return go_on.wait(10)

    hasher._argon2 = Slow()
    results = []
    threads = [threading.Thread(target=lambda: results.append(hasher.verify("kept", "x"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    with pytest.raises(Refused) as refused:
        hasher.verify("kept", "x")
    assert refused.value.status == 503
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert results == [True, True]
