"""Codes on paper: a typed, misread or photographed code is recognised or refused, never taken for another."""

from __future__ import annotations

import itertools
import random
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.codes import (
    ACTIVATION,
    ALPHABET,
    ANSWER,
    DOWNLOAD,
    LENGTH,
    RECOVERY,
    REGISTRATION,
    RESET,
    SUM_OF,
    UPLOAD,
    PageOne,
    PageTwo,
    code_hash,
    grouped,
    is_code,
    kind_of,
    make,
    make_serial,
    parse,
    parse_qr,
)
from tests.support.thorough import examples

seeds = st.integers(0, 2**64)
KEY = bytes(32)


def a_code(seed: int, kind: str = UPLOAD) -> str:
    return make(random.Random(seed).randrange, kind=kind)


def a_serial(seed: int) -> str:
    return make_serial(a_code(seed), KEY, random.Random(seed).randrange)


def test_the_alphabet_has_31_characters_and_none_that_people_confuse():
    assert len(set(ALPHABET)) == 31
    assert not set("0O1IL") & set(ALPHABET)
    assert codes.RANDOM * log2(len(ALPHABET)) > 69


@given(seeds)
def test_a_code_is_recognised_in_every_way_of_typing_it(seed):
    code = a_code(seed)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (
        code,
        grouped(code),
        code.lower(),
        f"  {grouped(code).replace('-', ' — ')}\n",
        wide,
        grouped(code).replace("-", "－"),
    ):
        assert parse(typed, kind=UPLOAD) == code


@examples(20, 1000)
@given(seeds)
def test_every_single_substitution_is_detected(seed):
    for kind in SUM_OF:
        code = a_code(seed, kind)
        for index, other in itertools.product(range(LENGTH), ALPHABET):
            assert kind_of(code[:index] + other + code[index + 1 :]) == (kind if other == code[index] else "")


@examples(40, 1000)
@given(seeds)
def test_every_swap_of_two_different_characters_is_detected(seed):
    for kind in SUM_OF:
        code = a_code(seed, kind)
        for i, j in itertools.combinations(range(LENGTH), 2):
            swapped = list(code)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            assert kind_of("".join(swapped)) == (kind if code[i] == code[j] else "")


@given(seeds)
def test_a_code_of_another_kind_is_told_as_such_however_it_is_entered(seed):
    told = {
        UPLOAD: "page-one-code",
        REGISTRATION: "page-two-code",
        RESET: "reset-code-here",
        ACTIVATION: "activation-code-here",
        ANSWER: "answer-code-here",
        RECOVERY: "recovery-code-here",
        DOWNLOAD: "download-code-here",
    }
    for kind, wanted in itertools.permutations(SUM_OF, 2):
        code = a_code(seed, kind)
        for text in (code, grouped(code).lower(), f"https://h.example/u#{code}.ABCD2345", f"点名 h.example/r%23{code}"):
            with pytest.raises(Refused) as refused:
                parse(text, "typed", kind=wanted)
            assert (refused.value.code, refused.value.where) == (told[kind], "typed")
            assert parse(text, kind=kind) == code


def test_any_two_codes_differ_in_at_least_three_characters():
    """The code is linear, so it suffices to check every word with one or two characters other than zero."""
    zero = ALPHABET[0] * LENGTH
    assert is_code(zero, UPLOAD)
    for (i, j), a, b in itertools.product(itertools.combinations(range(LENGTH), 2), ALPHABET[1:], ALPHABET):
        word = list(zero)
        word[i], word[j] = a, b
        assert not is_code("".join(word), UPLOAD)


@given(seeds, seeds)
def test_codes_do_not_repeat(one, other):
    assert (a_code(one) == a_code(other)) == (one == other)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda c: c[:-1], "code-length"),
        (lambda c: c + "A", "code-length"),
        (lambda c: "", "code-length"),
        (lambda c: "O" + c[1:], "code-characters"),
        (lambda c: "中" + c[1:], "code-characters"),
        (lambda c: "!" + c[1:], "code-characters"),
        (lambda c: ("A" if c[0] != "A" else "B") + c[1:], "code-mistyped"),
    ],
)
def test_a_refused_code_is_explained_and_not_repeated(spoil, problem):
    spoiled = spoil(a_code(7))
    with pytest.raises(Refused) as refused:
        parse(spoiled, "upload_code", kind=UPLOAD)
    assert (refused.value.code, refused.value.where, refused.value.status) == (problem, "upload_code", 422)
    assert not spoiled or spoiled not in refused.value.detail


@given(st.text())
def test_any_text_is_a_code_or_is_refused(text):
    try:
        assert is_code(parse(text, kind=UPLOAD), UPLOAD)
    except Refused as refused:
        assert refused.code.startswith("code-")


@given(seeds)
def test_the_two_pages_are_distinguished_by_their_qr(seed):
    code, serial, registration = a_code(seed), a_serial(seed), a_code(seed, REGISTRATION)
    for portal in ("http://127.0.0.1:8000", "https://dianming.example.cn/hebei"):
        assert parse_qr(codes.page_one_address(portal, grouped(code), serial)) == PageOne(code, serial, portal)
        assert parse_qr(codes.page_two_address(portal, registration)) == PageTwo(registration)
        assert parse_qr(codes.page_one_address(portal, registration, serial)) is None


@given(seeds, seeds)
def test_a_serial_proves_itself_to_the_holder_of_the_key_and_for_its_own_upload_code_only(seed, other):
    code, serial = a_code(seed), a_serial(seed)
    assert codes.is_serial(serial)
    assert codes.is_proven(serial, grouped(code).lower(), KEY)
    assert not codes.is_proven(serial, code, b"another key, for tests only......")
    assert not codes.is_proven(serial, a_code(other + seed + 1), KEY)
    changed = serial[:-1] + ALPHABET[(ALPHABET.index(serial[-1]) + 1) % 31]
    assert not codes.is_proven(changed, code, KEY)


@given(st.text())
def test_any_other_qr_is_ignored(text):
    assert parse_qr(text) is None


def test_a_qr_with_a_damaged_code_or_serial_is_ignored():
    code, serial, registration = a_code(1), a_serial(1), a_code(1, REGISTRATION)
    good = codes.page_one_address("http://portal", code, serial)
    other = "A" if code[0] != "A" else "B"
    for bad in (
        good[:-1],
        good + "A",
        good.replace("#" + code[0], "#" + other),
        good.replace("/u#", "/x#"),
        f"http://portal/r#{registration[:-1]}",
        f"http://portal/r#{code}",
        f"ftp://portal/r#{registration}",
    ):
        assert parse_qr(bad) is None


def test_hashes_of_different_kinds_and_keys_never_meet():
    code = a_code(3)
    hashes = {
        code_hash(kind, code, key)
        for kind in (codes.REGISTRATION, codes.UPLOAD, codes.SERIAL)
        for key in (KEY, bytes([1]) * 32)
    }
    assert len(hashes) == 6
    assert all(len(h) == 32 for h in hashes)
    assert code_hash(codes.UPLOAD, grouped(code).lower(), KEY) in hashes
