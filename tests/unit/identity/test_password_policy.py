from __future__ import annotations

import pytest

from services.identity.credentials.password_policy import DEFAULT_POLICY
from shared.infrastructure.errors import Refused
from shared.language import password_lengths

LOGIN = "wang.xiaoming-2016"
SHORT, LONG, KNOWN, SAME = "password-too-short", "password-too-long", "password-well-known", "password-is-login"


@pytest.mark.parametrize(
    ("password", "role", "code"),
    [
        ("k7mf-3wqx-9", "teacher", SHORT),
        ("k7mf-3w", "guardian", SHORT),
        ("密码很长很长很长很长吧", "ministry", SHORT),
        ("k7mf 3wqx 9htp" * 10, "guardian", LONG),
        ("1qaz2wsx3edc", "teacher", KNOWN),
        ("PassWord1234", "teacher", KNOWN),
        ("１２３４５６７８９０１２", "teacher", KNOWN),
        ("aaaaaaaaaaaa", "teacher", KNOWN),
        ("abcabcabcabc", "teacher", KNOWN),
        ("20160504", "guardian", KNOWN),
        ("iloveyou", "guardian", KNOWN),
        ("5201314520", "guardian", KNOWN),
        ("woaini1314520", "guardian", KNOWN),
        ("rollcall2026", "teacher", KNOWN),
        ("xuejihecha2026", "teacher", KNOWN),
        ("xiaoming2016", "teacher", KNOWN),
        (LOGIN, "teacher", SAME),
        ("WANG.Xiaoming-2016", "teacher", SAME),
        (LOGIN[::-1], "teacher", SAME),
    ],
)
def test_a_password_that_is_short_long_the_login_or_guessed_first_is_refused_and_not_echoed(password, role, code):
    with pytest.raises(Refused) as refused:
        DEFAULT_POLICY.check(password, LOGIN, role)
    assert (refused.value.code, refused.value.where) == (code, "password") and password not in refused.value.detail


@pytest.mark.parametrize(
    ("password", "role"),
    [
        ("k7mf-3wqx-9htp", "ministry"),
        ("春眠不觉晓处处闻啼鸟夜来", "teacher"),
        ("correct horse battery", "teacher"),
        ("nosymbolsordigitshere", "teacher"),
        ("four green pears", "school"),
        ("q8!zR2#v", "guardian"),
        ("骑马下海的人", "never"),
        (" leading and trailing ", "teacher"),
        ("k7mf 3wqx 9htp " * 8, "teacher"),
    ],
)
def test_length_is_enough_whatever_the_characters(password, role):
    if role == "never":  # six characters are too few in any script
        with pytest.raises(Refused, match="at least 8"):
            DEFAULT_POLICY.check(password, LOGIN, "guardian")
        return
    assert len(password) <= password_lengths.MOST
    DEFAULT_POLICY.check(password, LOGIN, role)


def test_the_refusal_of_a_short_one_says_how_many_characters_it_needs():
    for role, least in (("teacher", 12), ("guardian", 8)):
        with pytest.raises(Refused) as refused:
            DEFAULT_POLICY.check("short", LOGIN, role)
        assert refused.value.extra == {"least": least}
