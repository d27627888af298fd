"""Subkeys: one for each purpose, the same at every start."""

from __future__ import annotations

from shared.infrastructure.derived_keys import derive

KEY = bytes(range(32))


def test_each_purpose_has_a_key_of_its_own_and_always_the_same():
    made = [derive(KEY, "cookies"), derive(KEY, "form tokens"), derive(bytes(32), "cookies")]
    assert len({KEY, *made}) == 4 and {len(key) for key in made} == {32}
    assert made[0] == derive(KEY, "cookies")
