"""Names in cells: one form for one name, and no other name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.cells import radicals
from services.roster.roster_file.cells.names import DOTS, MIDDLE_DOT, has_spaced_parts, name, normal_name
from services.roster.roster_file.cells.text import DASHES, Wrong


@pytest.mark.parametrize("dot", [*DOTS, " · ", " .", "． ", "-", "－", " — ", "–", "'", "’", "་"])
def test_every_separator_between_parts_is_the_middle_dot(dot: str) -> None:
    assert name(f"阿卜杜拉{dot}买买提") == f"阿卜杜拉{MIDDLE_DOT}买买提"


@pytest.mark.parametrize("sign", ["○", "*", "＊", "?", "、", ",", "/", "_", "〇*", "⿰", "①", "㇏"])
def test_a_sign_that_hides_or_lists_is_no_separator(sign: str) -> None:
    with pytest.raises(Wrong) as wrong:
        name(f"张{sign}明")
    assert wrong.value.code == "name-characters"


@pytest.mark.parametrize("mark", ["\u00a8", "\u0308", "\u00b4", "\u0301", " \u0308", "\u0f72"])
def test_a_mark_without_a_letter_of_its_own_is_no_separator_and_no_character(mark: str) -> None:
    for written in (f"阿卜杜拉{mark}买买提", f"{mark}明", f"Anna {mark}Maria"):
        with pytest.raises(Wrong) as wrong:
            name(written)
        assert wrong.value.code == "name-characters"


@pytest.mark.parametrize("written", ["A..B", "A.·B", "J. . Smith", "·Anna", "Anna·", ".Anna", "张.", "张..三"])
def test_a_separator_at_the_edge_or_doubled_is_told(written: str) -> None:
    with pytest.raises(Wrong) as wrong:
        name(written)
    assert wrong.value.code == "name-separator"


@pytest.mark.parametrize(
    "written",
    ["-", "'", "--", "- -", "’", "\u02bc", "ー", "ㅡ", "无", "暂无", "未填", " 不详 ", "未 知", "null", "None"],
)
def test_a_name_has_a_letter_and_is_no_word_for_none(written: str) -> None:
    with pytest.raises(Wrong) as wrong:
        name(written)
    assert wrong.value.code == "name-missing"


@pytest.mark.parametrize("written", ["无忌", "不", "ᠠ", "O'Neil", "ア", "Ña"])
def test_a_name_may_be_short_or_begin_with_such_a_word(written: str) -> None:
    assert name(written)


def test_every_radical_is_its_character() -> None:
    for code in [*range(0x2F00, 0x2FD6), *(each for each in range(0x2E80, 0x2EF4) if each not in (0x2E80, 0x2E9A))]:
        written = name(f"{chr(code)}明")
        assert unicodedata.name(written[0]).startswith("CJK UNIFIED IDEOGRAPH"), hex(code)
        assert written[1:] == "明"
    assert (name("⽅小明"), name("⻢小明"), name("⻩⻓江")) == ("方小明", "马小明", "黄长江")
    assert len(radicals.IDEOGRAPHS) == 114


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("\U00031350小明", "\U00031350小明"),  # extension H
        ("\U0002ebf0小明", "\U0002ebf0小明"),  # I
        ("\U000323b0小明", "\U000323b0小明"),  # J
        ("\uf900小明", "豈小明"),
        ("\U0002f800明", "丽明"),
        ("\ufa0e明", "\ufa0e明"),
        ("བསྟན་འཛིན་རྡོ་རྗེ", "བསྟན་འཛིན་རྡོ་རྗེ"),
        ("བསྟན་འཛིན་", "བསྟན་འཛིན"),
        ("བསྟན༌འཛིན།", "བསྟན་འཛིན"),
        ("༄༅། བསྟན་འཛིན་ ་རྡོ་རྗེ་", "བསྟན་འཛིན་རྡོ་རྗེ"),
        ("ئابدۇرېشىت ئابلىز", "ئابدۇرېشىت ئابلىز"),
        ("ﺋﺎﺑﺪﯗﺭﯦﮭﯩﻢ", "ئابدۇرېھىم"),  # as fonts of long ago have written it: letters by their shape
        ("ئابدۇـــرېھى\u200cم", "ئابدۇرېھىم"),
        ("\ufedb\ufe8e", "كا"),  # shapes of letters, as old programs keep them
        ("ꆈꌠ", "ꆈꌠ"),
        ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
        ("ＡｎｎａＬｉ", "AnnaLi"),
        ("葛\U000e0100明", "葛明"),
        ("张\ufe00三", "张三"),
        ("张\u202e三", "张三"),
        ("\ufeff张\u200b三", "张三"),
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("Anna Maria", "Anna Maria"),
        ("J. Smith", "J. Smith"),
        ("J．Smith", "J.Smith"),
        ("John A. Smith", "John A. Smith"),
        ("Ｊ． Ｒ． Smith", "J. R. Smith"),
        ("J.R. Smith", "J.R. Smith"),
        ("D.H.劳伦斯", "D.H.劳伦斯"),
        ("А. Петров", "А. Петров"),
        ("St. John", "St. John"),
        ("John Smith Jr.", "John Smith Jr."),
        ("Smith J.", "Smith J."),
        ("Abdulla.Memet", "Abdulla·Memet"),
        ("Abdulla . Memet", "Abdulla·Memet"),
        ("J · Smith", "J·Smith"),
        ("阿卜杜拉. 买买提", "阿卜杜拉·买买提"),
        ("Mu\u0308ller", "M\u00fcller"),
        ("Anna-Maria O'Neill", "Anna-Maria O'Neill"),
    ],
)
def test_names_of_all_scripts_have_one_form(written: str, normal: str) -> None:
    assert name(written) == normal


def test_a_space_that_may_be_a_separator_is_told() -> None:
    assert has_spaced_parts("阿依古丽 买买提") and name("阿依古丽 买买提") == "阿依古丽买买提"
    assert not any(map(has_spaced_parts, ("张 三", "欧阳 小红", "张 三 丰", "Anna Maria", "阿依古丽·买买提", "")))


NAMES = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30) | st.text(
    alphabet=f"张王⽅⻢\U00031350ཀ་ئ aA.-'{DOTS}", max_size=30
)


@given(NAMES)
def test_the_normal_form_is_its_own(written: str) -> None:
    once = normal_name(written)
    assert normal_name(once) == once


APOSTROPHE = "\u02bc"  # a letter to Unicode


def letters(text: str) -> list[str]:
    """Of a text, decomposed, in their sequence; without those that stand for a separator."""
    return [c for c in unicodedata.normalize("NFKD", text) if c.isalpha() and c not in f"{DOTS}{DASHES}{APOSTROPHE}"]


@given(NAMES)
def test_no_letter_of_a_name_appears_changes_or_vanishes(written: str) -> None:
    try:
        taken = name(written)
    except Wrong:
        return
    assert letters(taken) == letters(written.translate(radicals.IDEOGRAPHS))
