"""Names of schools in the lines above the headings of a roster file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.roster.roster_file.cells.school_words import plain, with_ordinals

SCHOOL_WORD = r"小学校?|中学校?|学校|学堂|附中|附小|[一二三四五六七八九十]中|[一二三四五六七八九十]小(?![组队时班])"
SCHOOL_NAMED = re.compile(rf"[\u3400-\u9fff\U00020000-\U0003fffd]{{2,}}(?:{SCHOOL_WORD})")
NAME_ENDS = re.compile(SCHOOL_WORD)
# 小学生 and 中学生; behind a number or 附 the school ends within: 天山区二小 学生名册.
PUPIL = r"(?:(?<![一二三四五六七八九十附])|(?<=六一)|(?<=[初高][一二三四]))[小中]学生"
# Words of titles that name no school, or end the name before them.
NO_NAME = re.compile(
    rf"学校名称|学校[:：]|校名|单位|全国|中小学生?|{PUPIL}|[班园级幼小学]升入?(?:小学?|初中?)|义务教育(?:阶段(?:小学|中学|学校)?)?|"
    r"普通|学年度?|学期|春季|秋季|[上下]学期|年度?|学生|学籍|花名册|名册|名单|信息|[一二三四五六七八九]年级|"
    r"小学(?=[部段阶])|中学(?=[部段阶])|[^\w]|[0-9A-Za-z_]+"
)
KIND = re.compile("(?:小学|中学|学校)$")
KIND_OF_MANY = re.compile(
    r"(?:.*(?:省|市|县|区|旗|教育局|教育部))?(?:完全|初级|高级|一贯制|特殊教育|农村|乡镇|城乡|城区|城镇|寄宿制?|公办|民办|国家|本校?|"
    r"我校?|各|全体|有关|所属|所在|就读|毕业|原|对口|学区|片区|初中|高中|小学|中学|学校|和|及|与)*"
)
NO_NAME_ENDS = re.compile(r"(?:[在入升到至于为是的等该某]|在校|在读)\Z")  # words before a school that is not named


def schools_named(line: str, own: str) -> Iterator[Sequence[str]]:
    """The names that a text may begin with, of each school that a line names: 野外第一中, 野外第一中心小学."""
    text = with_ordinals(plain(line))
    if NO_NAME.search(plain(own)):
        text = text.replace(plain(own), " ")  # it would be cut
    for part in NO_NAME.sub(" ", text).split():
        found = SCHOOL_NAMED.match(part)
        names = [part[: end.end()] for end in NAME_ENDS.finditer(found[0])] if found else []
        if named := [name for name in names if not _is_of_many(KIND.sub("", name))]:
            yield named


def _is_of_many(name: str) -> bool:
    """True for words before 小学 that many schools share, or that only lead to it."""
    return bool(KIND_OF_MANY.fullmatch(name) or NO_NAME_ENDS.search(name))
