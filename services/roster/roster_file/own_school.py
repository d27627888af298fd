"""The school and county that a file names itself: in its columns, and in the lines above the headings.

A name says that a file is another school's only where that is sure. Names of schools are written with and without the
names of the regions around them; a county counts as another one if the national list has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.roster.roster_file.refusals import refuse

if TYPE_CHECKING:
    from services.roster.roster_file.pupil_line import Parsed

ANOTHER_SCHOOL = "another-school"
NOISE = re.compile(r"[\s()（）\[\]【】《》\"'“”·,，。、_\-—]+")
PARTS = re.compile(r"校?本部|总校|[\u3400-\u9fff]{1,6}(?:校区|校部|教学点)")  # of one and the same school
NOTES = re.compile(r"\A(?:填表|填写)?(?:说明|须知|注意)|\A备?注[:：]|示例|例如|填写|请")  # name places of other people
NOTHING = frozenset(("本校", "我校", "无", "/", "-"))
LONGEST = 200  # characters of a line that can be a title
LEAST = 3  # characters of a county's name within a line; shorter ones stand in other words by chance
SCHOOL_NAMED = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003fffd]{2,}(?:小学|中学|学校|学堂|附中|附小|[一二三四五六七八九十]中)"
)
# Words of titles that name no school, or end the name before them.
NO_NAME = re.compile(
    r"学校名称|学校[:：]|校名|单位|全国|中小学生?|小学生|中学生|义务教育(?:阶段(?:小学|中学|学校)?)?|普通|学年度?|学期|春季|秋季|[上下]学期|年度?|"
    r"学生|学籍|花名册|名册|名单|信息|[一二三四五六七八九]年级|小学(?=[部段阶])|中学(?=[部段阶])|[^\w]|[0-9A-Za-z_]+"
)
KIND = re.compile("(?:小学|中学|学校)$")
KIND_ONLY = re.compile(
    r".*(?:省|市|县|区|旗)|(?:完全|初级|高级|九年一贯制|十二年一贯制|特殊教育|农村|乡镇|公办|民办|本|我|各|所属|所在|就读)+"
)


@dataclass(frozen=True, slots=True)
class SchoolNames:
    """Names of a school and of the units above it. counties: code -> name of every county of the nation."""

    code: str = ""
    name: str = ""
    above: Sequence[str] = ()
    county: str = ""
    counties: Mapping[str, str] = field(default_factory=dict)

    def is_own_name(self, given: str) -> bool:
        """True if a text names this school, or none."""
        text, own = plain(given), plain(self.name)
        if not text or not own or text in NOTHING:
            return True
        if text.isdigit():
            return len(text) != len(self.code) or text == self.code
        if self.names_another_county(text):
            return False
        core, own_core = self._without_regions(text), self._without_regions(own)
        if core == own_core or own.endswith(text) or text.endswith(own):
            return True
        return core.startswith(own_core) and bool(PARTS.fullmatch(core.removeprefix(own_core)))

    def is_own_county(self, given: str) -> bool:
        """False if a text is the name or code of another county. Schools that no county runs lie in any."""
        text = plain(given)
        if not self.county or not text or self._is_around(text):
            return True
        if text.isdigit():
            return text[:6] not in self.counties or text[:6] == self.county
        return not any(text.endswith(name) for name in self.counties.values())

    def names_another_county(self, line: str) -> bool:
        rest = plain(line)
        for name in sorted((plain(self.name), *self.above), key=len, reverse=True):
            rest = rest.replace(name, " ") if name else rest
        return bool(self.county) and any(len(name) >= LEAST and name in rest for name in set(self.counties.values()))

    def names_another_school(self, line: str) -> bool:
        """True if a line above the headings names a school, and not this one."""
        if not self.name:
            return False
        own = plain(self.name)
        for part in NO_NAME.sub(" ", plain(line).replace(own, " ")).split():
            found = SCHOOL_NAMED.match(part)
            if found and not KIND_ONLY.fullmatch(KIND.sub("", found[0])) and not self.is_own_name(found[0]):
                return True
        return False

    def _is_around(self, text: str) -> bool:
        return any(text in name or text.endswith(name) for name in self.above)

    def _without_regions(self, text: str) -> str:
        for name in self.above:
            text = text.removeprefix(name) or text
        return text


def plain(text: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", text))


def require_own_titles(titles: Iterable[str], names: SchoolNames) -> None:
    """Raises Refused for a file whose title names another school or county."""
    named = [title for title in titles if len(title) <= LONGEST and not NOTES.search(title)]
    if any(names.names_another_school(title) or names.names_another_county(title) for title in named):
        refuse(
            ANOTHER_SCHOOL,
            f"The lines above the headings name another school or county than {names.name}; nothing was imported. If "
            "these are this school's pupils, delete those lines or correct them.",
            f"表头上方的标题写的不是本校（{names.name}）或本县区，所以没有导入。如果确实是本校学生，请删掉或改正标题行再导入。",
        )


def require_own_rows(parsed: Parsed, names: SchoolNames) -> None:
    """Raises Refused for a file of which no row is this school's."""
    found = [error for error in parsed.errors if error.code == ANOTHER_SCHOOL]
    if len({error.row for error in found}) < parsed.rows:
        return
    columns = "、".join(dict.fromkeys(error.column for error in found))
    refuse(
        ANOTHER_SCHOOL,
        f"No row is of {names.name or 'this school'}: see {columns}. Nothing was imported. If these are this school's "
        "pupils, correct those columns or delete them.",
        f"“{columns}”一栏写的都不是本校（{names.name or names.code}）或本县区，所以没有导入。"
        "请检查是否选错了文件；如果确实是本校学生，请改正或删掉这些列再导入。",
    )
