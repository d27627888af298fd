from __future__ import annotations

import pytest

from shared.infrastructure.pii import Sealer, Unreadable, keyed_hash, mask_name, mask_number

KEY = bytes(range(32))


def test_a_sealed_value_is_opened_for_its_owner():
    fields = {"name": "𠮷·田", "phone": "13812345678"}
    assert Sealer(KEY).open("a", Sealer(KEY).seal("a", fields)) == fields


def test_a_sealed_value_shows_no_plain_text_and_is_never_the_same_twice():
    sealed = [Sealer(KEY).seal("a", {"name": "Zhang San"}) for _ in range(2)]
    assert sealed[0] != sealed[1] and not any(b"Zhang" in s for s in sealed)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s[:-1] + bytes([s[-1] ^ 1]),
        lambda s: bytes([9]) + s[1:],
        lambda s: b"",
        lambda s: s[:5],
        lambda s: s[:14],
    ],
)
def test_a_changed_or_truncated_value_is_unreadable(spoil):
    sealed = Sealer(KEY).seal("a", {"name": "x"})
    with pytest.raises(Unreadable):
        Sealer(KEY).open("a", spoil(sealed))


def test_a_sealed_value_is_bound_to_its_record_and_its_key():
    sealed = Sealer(KEY).seal("a", {"name": "x"})
    for sealer, owner in ((Sealer(KEY), "b"), (Sealer(bytes(32)), "a")):
        with pytest.raises(Unreadable):
            sealer.open(owner, sealed)


def test_a_keyed_hash_depends_on_key_kind_and_text_and_nothing_else():
    assert keyed_hash(KEY, "login", "x") == keyed_hash(KEY, "login", "x")
    others = {
        keyed_hash(bytes(32), "login", "x"),
        keyed_hash(KEY, "code", "x"),
        keyed_hash(KEY, "login", "y"),
        keyed_hash(KEY, "login", "x"),
    }
    assert len(others) == 4 and all(len(h) == 32 for h in others)


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳小红", "欧***"), ("𠮷", "𠮷*"), ("阿卜杜拉·买买提", "阿*******")]
)
def test_a_name_shows_its_first_code_point(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("11010119900101123X", "1****************X"), ("12", "**"), ("1", "*"), ("", "")]
)
def test_a_number_shows_its_ends(number, masked):
    assert mask_number(number) == masked
