"""Names of regions as people write them: in full, without 省, 市 or 区, and as in 乌市 or 市一小."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from services.roster.roster_file.code_lists import ETHNIC_GROUPS

LEVELS = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|[省市州盟县区旗])\Z")
GROUPS = sorted({each for group in ETHNIC_GROUPS for each in (group, group.removesuffix("族"))}, key=len, reverse=True)
OF_GROUPS = re.compile(rf"(?:{'|'.join(group for group in GROUPS if len(group) > 1)})+\Z")
SHORTEST = 2  # characters of a name without its level
LEAST = 3  # characters of a county's name within a line; shorter ones stand in other words by chance
EVERYDAY = frozenset(re.findall("...", "新城区老城区古城区城中区城东区城西区城北区城关区城厢区市中区市南区市北区"))
OFFICE = re.compile(
    r"(?:教育(?:和|与)?(?:体育|科技|科学技术|科学|文化|党政)?(?:体育)?局|教体局|教科局|教文体局|教育委员会|教委|教育厅|人民政府|政府)\Z"
)


def without_level(name: str) -> str:
    """新疆 for 新疆维吾尔自治区; "" if too little is left."""
    short = LEVELS.sub("", name)
    bare = OF_GROUPS.sub("", short) if "自治" in name else short
    short = bare if len(bare) >= SHORTEST else short  # 内蒙古 is no 内
    return short if len(short) >= SHORTEST and short != name else ""


def written(names: Iterable[str]) -> list[str]:
    """Every way of writing these regions before the name of something in them, the longest first."""
    forms: set[str] = set()
    for name in filter(None, names):
        level = name[-1]
        forms |= {name, without_level(name)}
        if level in "市县区州":
            forms |= {level, name[0] + level}
    return sorted(forms - {""}, key=len, reverse=True)


def is_made_of(text: str, names: Collection[str]) -> bool:
    """True for one of the names, or several behind each other: 浙江杭州."""
    return not text or any(is_made_of(text[at:], names) for at in range(1, len(text) + 1) if text[:at] in names)


class Places:
    """A list of names that are looked for in texts, in time that does not grow with the list."""

    def __init__(self, names: Collection[str]) -> None:
        self._names, self._lengths = frozenset(names), sorted({len(name) for name in names})

    def within(self, text: str) -> bool:
        return any(
            text[at : at + length] in self._names for length in self._lengths for at in range(len(text) - length + 1)
        )

    def at_the_end(self, text: str) -> bool:
        return any(text[-length:] in self._names for length in self._lengths if length <= len(text))


@dataclass(frozen=True, slots=True)
class Country:
    """Names of regions as files may write them; made once, for it walks through the whole list of the nation.

    counties: code -> name of every county. cities: names of all prefectures and provinces.
    """

    counties: Mapping[str, str] = field(default_factory=dict)
    cities: Collection[str] = ()
    listed: Places = field(init=False, repr=False, compare=False)  # counties as they may stand within a line
    in_full: Places = field(init=False, repr=False, compare=False)  # counties in full, and without their level
    short: Collection[str] = field(init=False, repr=False, compare=False)  # counties as a whole cell may name them
    elsewhere: Collection[str] = field(init=False, repr=False, compare=False)  # as the name of a school may begin

    def __post_init__(self) -> None:
        names = set(self.counties.values())
        short = {each for name in names if len(each := without_level(name)) >= LEAST}
        of_two = {name for name in names if len(name) < LEAST and name[-1] == "县"}
        whole = {*map(without_level, names - EVERYDAY), *(name[0] for name in of_two)} - {""}
        cities = {*self.cities, *map(without_level, self.cities)} - {*map(without_level, names), ""}
        object.__setattr__(self, "short", whole)
        object.__setattr__(self, "elsewhere", cities | of_two)
        object.__setattr__(self, "listed", Places({name for name in names if len(name) >= LEAST} - EVERYDAY))
        object.__setattr__(self, "in_full", Places(names | short))


NO_COUNTRY = Country()
