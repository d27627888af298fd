"""Names of regions as people write them, and an index that finds them in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.cells.place_words import EVERYDAY, LEAST, Places, without_level
from services.roster.use_cases.importing.school_context import county_names


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("西藏自治区", "西藏"),
        ("香港特别行政区", "香港"),
        ("伊犁哈萨克自治州", "伊犁"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("阿克苏地区", "阿克苏"),
        ("沙依巴克区", "沙依巴克"),
        ("鄂温克族自治旗", "鄂温克族"),
        ("和县", ""),
    ],
)
def test_a_region_is_known_without_its_level(name: str, short: str) -> None:
    assert without_level(name) == short


COUNTIES = sorted(set(county_names().values()))
PARTS = st.sampled_from([*COUNTIES, "天山区", "乌鲁木齐市", "学", "2026年", "的", "沙依巴", "克区"])


@given(st.lists(PARTS, max_size=5).map("".join))
def test_the_index_finds_what_a_search_for_every_county_finds(line: str) -> None:
    listed = [name for name in COUNTIES if len(name) >= LEAST and name not in EVERYDAY]
    assert Places(listed).within(line) == any(name in line for name in listed)
    assert Places(listed).at_the_end(line) == any(line.endswith(name) for name in listed)
