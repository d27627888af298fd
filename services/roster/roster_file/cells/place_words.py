"""Names of regions as people write them: in full, without 省, 市 or 区, and as in 乌市 or 市一小."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from services.roster.roster_file.code_lists import ETHNIC_GROUPS

LEVELS = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|[省市州盟县区旗])\Z")
GROUPS = sorted({each for group in ETHNIC_GROUPS for each in (group, group.removesuffix("族"))}, key=len, reverse=True)
OF_GROUPS = re.compile(rf"(?:{'|'.join(group for group in GROUPS if len(group) > 1)})+\Z")
SHORTEST = 2  # characters of a name without its level
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
