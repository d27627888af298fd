"""Sentences about a class that was not found: what the texts say, what contradicts what, and how to fix it.

They tell what was read of a text in words of our own, never the text itself.
"""

from __future__ import annotations

import re

from services.roster.roster_file.cells.class_days import is_day
from services.roster.roster_file.cells.class_grammar import Reading, is_several
from services.roster.roster_file.cells.text import Wrong
from shared.language.class_names import STAGES, grade_of

UNKNOWN = "class-unknown"
LISTS = re.compile(r"[、,;/和与及&+]")
NUMBER = re.compile(r"[0-9一二三四五六七八九十]")
HAN = (*"〇一二三四五六七八九十", "十一", "十二")
STAGES_IN_ENGLISH = {"p": "primary school", "j": "junior school", "s": "senior school", "x": "special education"}
COLUMNS = {  # of_grade: name in Chinese and English, examples
    True: ("年级", "the grade", "三年级 或 2024级", "三年级 or 2024级"),
    False: ("班级", "the class", "三年级1班 或 301", "三年级1班 or 301"),
}
THROUGH = (0, 5, 6, 8, 9)  # years of the schools before, where grades are counted through


def unread(text: str, *, of_grade: bool = False) -> Wrong:
    """The problem of a text of which no class can be read. of_grade: it is one of the column 年级."""
    zh, en, like, like_en = COLUMNS[of_grade]
    if is_day(text):
        return Wrong(
            UNKNOWN,
            f"“{zh}”被表格软件变成了日期，看不出是哪个班；请把该列设为文本，写成 {like}",
            f"the spreadsheet has made a day of {en}; format the column as text and write {like_en}",
        )
    parts = LISTS.split(text)
    if is_several(text, of_grade=of_grade) or sum(bool(NUMBER.search(part)) for part in parts) > 1:
        return Wrong(
            UNKNOWN,
            f"“{zh}”里写了不止一个，或前后矛盾；每行请只写一个，如 {like}",
            f"{en} holds more than one, or contradicts itself; write one in a row, such as {like_en}",
        )
    return Wrong(
        UNKNOWN,
        f"看不懂“{zh}”的写法，请写成 {like}"
        + ("" if of_grade else "，或本校登记的班级名称；如果还没有这个班级，请先建立"),
        f"{en} cannot be read; write {like_en}"
        + ("" if of_grade else ", or the name of a class that the school has opened"),
    )


def of_teacher(choices: str) -> Wrong:
    """The problem of 陆班. choices: names of classes."""
    return Wrong(
        "class-ambiguous",
        f"“陆”“伍”可能是数字，也可能是班主任的姓；请用数字写明是哪个班：{choices}",
        f"陆 and 伍 may be figures, or the name of a teacher; write the class in figures: {choices}",
    )


def is_possible(said: Reading, day: str) -> bool:
    """False for a grade and a year of entry that no pupil has on a day: 四年级 of 2024级 in 2026."""
    return not (said.grade and said.cohort) or said.grade - grade_of(said.cohort, day) in THROUGH


def contradiction(grade: Reading, class_: Reading, day: str) -> Wrong:
    """The problem of two columns of which each says something, but no class can be both."""
    one, two = described(grade), described(class_)
    cohort = grade.cohort or class_.cohort
    years = grade_of(cohort, day) if cohort and (grade.grade or class_.grade) else 0
    zh = f"（{cohort}级现在是入学第{years}年）" if years > 0 else ""
    en = f" (who entered in {cohort} are in year {years} now)" if years > 0 else ""
    return Wrong(
        UNKNOWN,
        f"“年级”写的是{one[0]}，“班级”写的是{two[0]}，互相矛盾{zh}；请改正其中一栏，使两栏一致",
        f"the grade says {one[1]}, the class says {two[1]}: they contradict each other{en}; correct one of the two",
    )


def not_there(said: Reading) -> Wrong:
    zh, en = described(said)
    return Wrong(
        UNKNOWN,
        f"本校没有{zh}；请先建立班级，如果写错了请改正",
        f"the school has no class like this ({en}); open it first, or correct the row",
    )


def described(said: Reading) -> tuple[str, str]:
    """The statements of a reading, in Chinese and English: 小学三年级1班."""
    grade = HAN[said.grade] if said.grade < len(HAN) else str(said.grade)
    both = (
        (said.stage, STAGES.get(said.stage, ""), STAGES_IN_ENGLISH.get(said.stage, "")),
        (said.leaving, f"{said.leaving}届", f"leaving in {said.leaving}"),
        (said.cohort, f"{said.cohort}级", f"entered in {said.cohort}"),
        (said.grade, f"{grade}年级", f"grade {said.grade}"),
        (said.number, f"{said.number}班", f"class {said.number}"),
    )
    told = [(zh, en) for value, zh, en in both if value]
    return "".join(zh for zh, _ in told), ", ".join(en for _, en in told)
