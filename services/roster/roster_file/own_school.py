"""The school and county that a file names itself: in its columns, and in the lines above the headings.

A name says that a file is another school's only where that is sure. Names of schools are written with and without the
names of the regions around them; a county counts as another one if the national list has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.roster.roster_file.cells.place_words import NO_COUNTRY, OFFICE, Country, is_made_of, written
from services.roster.roster_file.cells.school_words import (
    ANOTHER_BY,
    COMMON,
    KIND_ONLY,
    is_same_name,
    plain,
    usual_name,
)
from services.roster.roster_file.cells.text import is_error
from services.roster.roster_file.cells.title_words import NAME_ENDS, schools_named
from services.roster.roster_file.refusals import refuse

if TYPE_CHECKING:
    from services.roster.roster_file.pupil_line import Parsed

ANOTHER_SCHOOL = "another-school"
PARTS = re.compile(
    r"校?本部|总校|(?:小学|初中|高中|中学|国际)部|[\u3400-\u9fff]{1,6}(?:校区|校部|教学点)"
)  # of one and the same school
NOTES = re.compile(r"\A(?:填表|填写)?(?:说明|须知|注意)|\A备?注[:：]|示例|例如|填写|请")  # name places of other people
NOTHING = frozenset(("本校", "我校", "无", "/", "-"))
LONGEST = 200  # characters of a cell or line that can name a school
LEAD = re.compile(r"(?:关于|附件|附表|我校|本校|我市|本市|全市|各市|兹有|现将|以下为)*")
# The end of a region's name; it is looked for where no region around is left.
FOREIGN = re.compile(r"[\u3400-\u9fff]{2}(?<![全我本各])(?:省|市|自治区|自治州|地区|盟)\Z")


@dataclass(frozen=True, slots=True)
class SchoolNames:
    """Names of a school and of the units above it. county: its county's code, "" for none."""

    code: str = ""
    name: str = ""
    above: Sequence[str] = ()
    county: str = ""
    country: Country = NO_COUNTRY
    _around: Sequence[str] = field(init=False, repr=False, compare=False)  # the units above, in every way of writing

    def __post_init__(self) -> None:
        object.__setattr__(self, "_around", written(self.above))

    def without_name(self, text: str) -> str:
        """The class in a text that begins with the full name of this school: 三年级1班."""
        return text.strip().removeprefix(self.name)

    def is_own_name(self, given: str) -> bool:
        """True if a text names this school, or none."""
        text, own = plain(given), plain(self.name)
        if not text or not own or text in NOTHING or len(text) > LONGEST or is_error(given):
            return True
        if text.isdigit():
            return len(text) != len(self.code) or text == self.code
        return not self.names_another_county(text) and self._may_be(usual_name(_without_part(text)))

    def _may_be(self, name: str) -> bool:
        """True if a name in its usual form is not surely another school's."""
        given, full = LEAD.sub("", name, count=1), usual_name(self.name)
        core, own = self._without_regions(given) or given, self._without_regions(full) or full
        if KIND_ONLY.fullmatch(core):
            return True
        if COMMON.fullmatch(own) and self._is_run_above(given.removesuffix(core), full.removesuffix(own)):
            return False
        if is_same_name(core, own):
            return True
        if core.startswith(own):
            return bool(PARTS.fullmatch(core.removeprefix(own)))
        if own.endswith(core):
            return not ANOTHER_BY.search(own.removesuffix(core))
        more = core.removesuffix(own)
        if not core.endswith(own) or ANOTHER_BY.search(more) or FOREIGN.search(more):
            return False
        return not more or not (COMMON.fullmatch(own) or is_made_of(more, self.country.elsewhere))

    def _is_run_above(self, given: str, own: str) -> bool:
        """True for a name that a prefecture stands before, where the school is a county's: 徐州市 beside 沛县.

        given, own: what the two names begin with. Districts count their schools together with the prefecture.
        """
        county = self.country.counties.get(self.county, "区")
        forms = [form for form in written([county]) if len(form) > 1]
        of_county, names_it = (any(form in each for form in forms) for each in (own, given))
        return county[-1] != "区" and len(given) > 1 and not names_it and (of_county or len(own) < 2)

    def is_own_county(self, given: str) -> bool:
        """False if a text is the name or code of another county. Schools that no county runs lie in any."""
        text = OFFICE.sub("", plain(given)) if len(given) <= LONGEST else ""
        if not self.county or not text or self._is_around(text):
            return True
        if text.isdigit():
            return text[:6] not in self.country.counties or text[:6] == self.county
        return self._without_regions(text) not in self.country.short and not self.country.in_full.at_the_end(text)

    def names_another_county(self, line: str) -> bool:
        text = plain(line)[:LONGEST]
        if not self.county or self._names_namesake(text):
            return bool(self.county)
        for name in sorted((plain(self.name), *self.above), key=len, reverse=True):
            text = text.replace(name, " ") if name else text
        return self.country.listed.within(text)

    def names_another_school(self, line: str) -> bool:
        """True if a line above the headings names a school, and not this one."""
        if not self.name:
            return False
        return any(not any(map(self.is_own_name, names)) for names in schools_named(line, self.name))

    def _names_namesake(self, text: str) -> bool:
        """True for a county of the same name in another city: 福州市鼓楼区 beside 南京市鼓楼区."""
        own = self.country.counties.get(self.county, "")
        before = text.partition(own)[0] if own and own in text else ""
        is_foreign = bool(FOREIGN.search(LEAD.sub("", before, count=1)))
        return is_foreign and not before.endswith(tuple(filter(None, self.above)))

    def _is_around(self, text: str) -> bool:
        return any(text in name for name in self.above) or not self._without_regions(text)

    def _without_regions(self, text: str) -> str:
        """The text behind the regions around that it begins with; a school's kind alone is no name."""
        for form in self._around:
            rest = text.removeprefix(form)
            is_name = len(form) > 1 or bool(COMMON.match(rest))
            if rest != text and is_name and not KIND_ONLY.fullmatch(rest):
                return self._without_regions(rest)
        return text


def _without_part(name: str) -> str:
    """The school itself of 一中高中部 and 野外一小东校区."""
    ends = (found.end() for found in NAME_ENDS.finditer(name))
    return next((name[:end] for end in ends if PARTS.fullmatch(name[end:])), name)


def of_another(own: str) -> tuple[str, str]:
    """The sentences for a cell that does not name the own school or county, in Chinese and English."""
    return (
        f"与本校登记的“{own}”对不上。如果是本校学生（例如写的是简称），请改成“{own}”或删掉这一列；不是本校学生，请删掉此行",
        f"not {own}, as this school is registered. If the pupil is of this school (an abbreviation, say), write {own} "
        "or delete the column; if not, delete the row",
    )


def require_own_titles(titles: Iterable[str], names: SchoolNames) -> None:
    """Raises Refused for a file whose title names another school or county."""
    named = [title for title in titles if len(title) <= LONGEST and not NOTES.search(title)]
    if any(names.names_another_school(title) or names.names_another_county(title) for title in named):
        refuse(
            ANOTHER_SCHOOL,
            f"The lines above the headings name another school or county than {names.name}; nothing was imported. Is "
            "this the right file? If these are its pupils (an abbreviation in the title, say), write the full name or "
            "delete the line.",
            f"表头上方的标题与本校（{names.name}）或本县区对不上，所以没有导入。"
            "请先看看是否选错了文件；如果确实是本校学生（例如标题写的是学校简称），请把标题改成学校全称，或删掉标题行，再导入。",
        )


def require_own_rows(parsed: Parsed, names: SchoolNames) -> None:
    """Raises Refused for a file of which no row is this school's."""
    found = [error for error in parsed.errors if error.code == ANOTHER_SCHOOL]
    if len({error.row for error in found}) < parsed.rows:
        return
    columns = "、".join(dict.fromkeys(error.column for error in found))
    refuse(
        ANOTHER_SCHOOL,
        f"No row is of {names.name or 'this school'}: see {columns}. Nothing was imported. Is this the right file? If "
        "these are this school's pupils (an abbreviation, say), write the full name or delete the column.",
        f"“{columns}”一栏写的与本校（{names.name or names.code}）或本县区都对不上，所以没有导入。"
        "请先看看是否选错了文件；如果确实是本校学生（例如写的是学校简称），请改成全称，或删掉这一列，再导入。",
    )
