"""Classes as people name them, held against the classes of a school: unknown, found, or a question with choices."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.cells.class_grammar import Reading, readings
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.class_finder import find_class
from shared.language.class_names import class_id, class_name, default_name

CODE, DAY = "2113000017", "2026-11-27"


def classes(*each: tuple[str, Iterable[int]], numbers: Iterable[int] = (1, 2)) -> list[SchoolClass]:
    return [
        SchoolClass(class_id(CODE, stage, year, n), CODE, stage, year, n, default_name(stage, year, n), True)
        for stage, years in each
        for year in years
        for n in numbers
    ]


PRIMARY = classes(("p", range(2021, 2027)))
JUNIOR = classes(("j", range(2024, 2027)))
NINE_YEARS = [*PRIMARY, *JUNIOR]
MIDDLE = classes(("j", range(2024, 2027)), ("s", range(2024, 2027)))
FIVE_AND_FOUR = classes(("p", range(2022, 2027)), ("j", range(2023, 2027)))
SPECIAL = classes(("x", range(2020, 2027)), numbers=(1,))
SIX_CLASSES = classes(("p", range(2021, 2027)), numbers=range(1, 7))


def found(school: list[SchoolClass], grade: str, class_: str) -> str:
    try:
        return find_class(school, grade, class_, DAY).id.removeprefix(CODE)
    except Wrong as wrong:
        return wrong.code


@pytest.mark.parametrize(
    ("grade", "class_"),
    [
        ("三年级", "1班"),
        ("3", "1"),
        ("3.0", "1.0"),
        ("03", "01"),
        ("3年级", "01班"),
        ("三", "一班"),
        ("小学三年级", "1班"),
        ("小三", "1"),
        ("三年級", "1班"),
        ("Grade 3", "Class 1"),
        ("三年级", "三年级1"),
        ("三年级上", "1班"),
        ("三年级（下学期）", "1班"),
        ("3年级第一学期", "1班"),
        ("三年级", "三年级1班"),
        ("三年级1班", "1班"),
        ("三年级", "三1"),
        ("三年级", "三（1）班"),
        ("三年级", "301"),
        ("三年级", "(301)班"),
        ("小学三年级", "301"),
        ("2024级", "1班"),
        ("2024级", "三年级1班"),
        ("2024", "202401"),
        ("24级", "1班"),
        ("2030届", "1"),
        ("三年级", "小学2024级1班"),
        ("", "301"),
        ("", "301班"),
        ("", "３０１班"),
        ("", "三零一班"),
        ("", "三〇一"),
        ("", "0301"),
        ("", "3-1"),
        ("", "3.1"),
        ("", "3—1"),
        ("", "三年一班"),
        ("", "3年1班"),
        ("", "三年级一班"),
        ("", "三年级(2024级)1班"),
        ("", "小三1班"),
        ("", "小学部三年级1班"),
        ("", "三1"),
        ("", "三一班"),
        ("", "三（1）"),
        ("", "三年级 1 班"),
        ("", "2030届1班"),
        ("", "小学2030届1班"),
        ("", "2024级1班"),
        ("", "2024级三年级1班"),
        ("", "小学2024级1班"),
        ("", "2024101"),
        ("", "2024101班"),
        ("", "2024001"),
        ("", "20240101"),
        ("三年级", "三年级·1班"),
        ("", "20241"),
        ("", "202401"),
        ("", "2401"),
        ("", "2024-1"),
        ("", f"{CODE}p202401"),
    ],
)
def test_a_class_of_a_primary_school_is_found(grade: str, class_: str) -> None:
    assert found(PRIMARY, grade, class_) == "p202401"


@pytest.mark.parametrize(
    ("grade", "class_"),
    [
        ("四年级", "2024级1班"),
        ("四年级", "小学2024级1班"),
        ("四年级", "三年级1班"),
        ("四年级", "301"),
        ("三年级", "2023级1班"),
        ("2023级", "2024101"),
        ("2029届", "2024级1班"),
        ("三年级1班", "2班"),
        ("三年级", "1班 2班"),
        ("三年级", "1班2班"),
        ("三年级", "1、2班"),
        ("三年级", "1/2班"),
        ("三四年级", "1班"),
        ("初中", "三年级1班"),
    ],
)
def test_a_contradiction_is_refused(grade: str, class_: str) -> None:
    assert found(PRIMARY, grade, class_) == "class-unknown"


def test_a_class_that_is_named_twice_is_one_class() -> None:
    assert found(PRIMARY, "三年级", "1班 2班") == found(PRIMARY, "四年级", "三年级1班") == "class-unknown"


@pytest.mark.parametrize(
    ("grade", "class_"),
    [
        ("", "303"),
        ("", "三年级"),
        ("", "9班"),
        ("一年级", "12"),
        ("", "向日葵班"),
        ("", "2019级1班"),
        ("十三年级", "1班"),
    ],
)
def test_what_no_class_fits_is_unknown_or_a_question(grade: str, class_: str) -> None:
    assert found(PRIMARY, grade, class_) in ("class-unknown", "class-ambiguous")


def test_the_question_names_the_classes_to_choose_from() -> None:
    with pytest.raises(Wrong) as wrong:
        find_class(NINE_YEARS, "2024级", "1班", DAY)
    assert (wrong.value.code, wrong.value.zh.split("：")[1]) == ("class-ambiguous", "初三1班、三年级1班")


@pytest.mark.parametrize(
    ("school", "grade", "class_", "answer"),
    [
        (NINE_YEARS, "三年级", "1班", "p202401"),
        (NINE_YEARS, "", "301", "p202401"),
        (NINE_YEARS, "初三", "1班", "j202401"),
        (NINE_YEARS, "九年级", "1班", "j202401"),
        (NINE_YEARS, "", "901", "j202401"),
        (NINE_YEARS, "", "2024101", "p202401"),
        (NINE_YEARS, "", "2024201", "j202401"),
        (NINE_YEARS, "", "2024001", "class-ambiguous"),
        (NINE_YEARS, "", "2027届1班", "class-ambiguous"),  # leaves primary, or junior school
        (NINE_YEARS, "", "初2027届1班", "j202401"),
        (JUNIOR, "三年级", "1班", "j202401"),
        (JUNIOR, "", "七年级(1)班", "j202601"),
        (JUNIOR, "", "2029届1班", "j202601"),
        (MIDDLE, "一年级", "1班", "class-ambiguous"),
        (MIDDLE, "十年级", "1班", "s202601"),
        (MIDDLE, "高一", "(1)班", "s202601"),
        (MIDDLE, "", "高2024级1班", "s202401"),
        (MIDDLE, "", "2024301", "s202401"),
        (FIVE_AND_FOUR, "六年级", "1班", "j202601"),
        (FIVE_AND_FOUR, "七年级", "1班", "class-ambiguous"),  # 6 + 1 or 5 + 2
        (FIVE_AND_FOUR, "初二", "1班", "j202501"),
        (FIVE_AND_FOUR, "", "小学2030届1班", "class-ambiguous"),
        (SPECIAL, "三年级", "1班", "x202401"),
        (SPECIAL, "", "特教三年级1班", "x202401"),
        ([*PRIMARY, *SPECIAL], "三年级", "1班", "p202401"),
        ([*PRIMARY, *SPECIAL], "", "特教三年级1班", "x202401"),
        (classes(("p", (2024, 2026)), numbers=(1,)), "", "三年级", "p202401"),  # the only class of its grade
        (classes(("p", (2024, 2026)), numbers=(1,)), "2029届", "1班", "class-unknown"),  # no five-year school shows
        (classes(("p", (2026,)), numbers=(1, 101)), "", "101", "class-ambiguous"),
    ],
)
def test_a_text_means_what_it_can_mean_in_this_school(
    school: list[SchoolClass], grade: str, class_: str, answer: str
) -> None:
    assert found(school, grade, class_) == answer


@pytest.mark.parametrize(
    ("school", "grade", "class_", "answer"),
    [
        pytest.param(NINE_YEARS, "一年级", "1班(初中部)", "j202601", id="junior of nine years"),
        (NINE_YEARS, "二年级", "1班（初）", "j202501"),
        (NINE_YEARS, "", "二年级1班(初中部)", "j202501"),
        (NINE_YEARS, "一年级", "1班（高中部）", "class-unknown"),
        (NINE_YEARS, "2026级", "1班（小学部）", "p202601"),
        (NINE_YEARS, "一年级", "1班（初中部王老师）", "class-unknown"),
        (MIDDLE, "一年级", "1班(初中部)", "j202601"),
        (MIDDLE, "一年级", "1班(高一老师)", "class-unknown"),
    ],
)
def test_a_stage_of_school_in_brackets_behind_a_class_is_read(
    school: list[SchoolClass], grade: str, class_: str, answer: str
) -> None:
    assert found(school, grade, class_) == answer


OF_A_TEACHER = "王老师 陆老师 伍老师 高老师 欧阳老师 陆一鸣老师 班主任 班主任王芳 班主任：陆一鸣 班主任王老师"
OF_SIZE_OR_KIND = "50人 50名 共50人 实验班 重点班 普通班 特色班 双语"
GONE = "休学 退学 借读 作废 停用 旧班 5000人"
ELSEWHERE = "东校区 分校 国际部 非本班 新班 毕业班 实验2班 陆 原王老师 转王老师 东区王老师 二班老师 王老师，转走"


@pytest.mark.parametrize("note", f"{OF_A_TEACHER} {OF_SIZE_OR_KIND}".split())
def test_a_note_of_teacher_size_or_kind_changes_nothing(note: str) -> None:
    assert found(SIX_CLASSES, "三年级", f"1班（{note}）") == found(SIX_CLASSES, "", f"三年级1班 ({note})") == "p202401"


@pytest.mark.parametrize("note", [pytest.param("转走", id="gone"), *f"{GONE} {ELSEWHERE}".split()])
def test_a_note_that_may_mean_another_class_or_none_is_a_question(note: str) -> None:
    assert found(SIX_CLASSES, "三年级", f"1班（{note}）") == "class-unknown"


# ---- capital figures, two of which are surnames
@pytest.mark.parametrize(
    ("grade", "class_", "number"),
    [
        ("三年级", "第陆班", 6),
        ("三年级", "（陆）班", 6),
        ("三年级", "(伍)班", 5),
        ("叁年级", "陆班", 6),
        ("叁", "伍", 5),
        ("", "叁年级陆班", 6),
        ("", "叁（伍）班", 5),
        ("三年级", "叁班", 3),
        ("三年级", "贰班", 2),
        ("三年级", "6班（陆老师）", 6),
        ("", "三年级6班(班主任：陆一鸣)", 6),
    ],
)
def test_capital_figures_are_read_where_they_can_be_nothing_else(grade: str, class_: str, number: int) -> None:
    assert found(SIX_CLASSES, grade, class_) == f"p20240{number}"


def test_a_grade_in_capital_figures_is_one() -> None:
    assert (found(SIX_CLASSES, "伍年级", "1班"), found(SIX_CLASSES, "陆", "2班")) == ("p202201", "p202102")
    assert found(SIX_CLASSES, "", "伍年级陆班") == "p202206"


@pytest.mark.parametrize(
    ("grade", "class_"),
    [
        pytest.param("三年级", "陆班", id="of a teacher"),
        ("3", "伍"),
        ("", "三年级陸班"),
        ("", "三陆"),
        ("小学三年级", "陆 班"),
    ],
)
def test_a_figure_that_is_a_surname_too_is_a_question_with_the_classes_of_the_grade(grade: str, class_: str) -> None:
    with pytest.raises(Wrong) as wrong:
        find_class(SIX_CLASSES, grade, class_, DAY)
    assert wrong.value.code == "class-ambiguous"
    assert wrong.value.zh.endswith("：" + "、".join(f"三年级{number}班" for number in range(1, 7)))


def test_a_class_that_is_called_by_a_surname_is_found_by_it() -> None:
    named = SchoolClass(class_id(CODE, "p", 2024, 3), CODE, "p", 2024, 3, "陆班", True)
    assert found([*PRIMARY, named], "三年级", "陆班") == "p202403"


def test_a_class_whose_own_name_ends_in_a_kind_is_meant_by_it() -> None:
    named = SchoolClass(class_id(CODE, "p", 2024, 3), CODE, "p", 2024, 3, "1班（双语）", True)
    assert found([*PRIMARY, named], "三年级", "1班（双语）") == "p202403"


def test_a_class_by_its_own_name_is_found_unless_the_grade_contradicts() -> None:
    named = SchoolClass(class_id(CODE, "p", 2024, 3), CODE, "p", 2024, 3, "向日葵班", True)
    school = [*PRIMARY, named]
    assert found(school, "", "向日葵班") == found(school, "三年级", "向日葵班") == "p202403"
    assert found(school, "四年级", "向日葵班") == "class-unknown"


def test_a_class_that_has_left_is_found_by_its_year_alone() -> None:
    school = [*PRIMARY, *classes(("p", (2019,)), numbers=(1, 7))]
    assert (found(school, "2019级", "1班"), found(school, "", "7班")) == ("p201901", "class-unknown")


ANY = st.sampled_from([PRIMARY, NINE_YEARS, MIDDLE, FIVE_AND_FOUR, SPECIAL])
WORDS = st.lists(st.sampled_from([*"一二三十零123460小初高中学年级届班()-. 第", "2024", "年级", "301"]), max_size=7)


@given(ANY, st.data())
def test_every_class_is_found_by_every_name_that_is_shown(school: list[SchoolClass], data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(school))
    for text in (each.id, class_name(each.id, DAY), each.name):
        assert find_class(school, "", text, DAY) == each


@given(ANY, WORDS.map("".join), WORDS.map("".join))
def test_a_grade_never_leads_to_another_class_than_the_text_alone_allows(
    school: list[SchoolClass], grade: str, class_: str
) -> None:
    """A second column may decide or contradict; it never brings in a class that one of the texts excludes."""
    id = CODE + found(school, grade, class_)
    if not id.startswith(f"{CODE}class-"):
        rest = [each for each in school if each.id != id]
        assert found(rest, grade, class_) in ("class-unknown", "class-missing", *(each.id[10:] for each in rest))
        assert found([each for each in school if each.id == id], grade, class_) in (id[10:], "class-unknown")


@given(WORDS.map("".join), st.booleans())
def test_what_is_said_twice_agrees(text: str, of_grade: bool) -> None:
    for said in readings(text, of_grade=of_grade):
        assert said.both(said) == said and said.both(Reading()) == said
        assert 0 <= said.grade <= 12 and 0 <= said.number < 1_000


def test_a_text_without_end_is_read_in_no_time() -> None:
    assert readings("1 " * 5000) == readings("三年级" * 5000) == set()
    assert readings(f"1{',' * 30_000}班") == readings("1班(" * 8_000) == readings(f"1班({',' * 30_000})") == set()
