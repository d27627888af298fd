"""Names of schools that are shortened, that begin with a place, or that stand before 学生 in a title."""

from __future__ import annotations

import pytest

from services.roster.roster_file.own_school import SchoolNames
from services.roster.use_cases.importing.school_context import country

PLACES = {
    "沛县": (("全国", "江苏省", "徐州市", "沛县"), "320322"),
    "鼓楼区": (("全国", "江苏省", "徐州市", "鼓楼区"), "320302"),
    "天山区": (("全国", "新疆维吾尔自治区", "乌鲁木齐市", "天山区"), "650102"),
    "乌鲁木齐市": (("全国", "新疆维吾尔自治区", "乌鲁木齐市"), ""),
    "西城区": (("全国", "北京市", "西城区"), "110102"),
    "安宁区": (("全国", "甘肃省", "兰州市", "安宁区"), "620105"),
    "邳州市": (("全国", "江苏省", "徐州市", "邳州市"), "320382"),
}


def school(name: str, place: str) -> SchoolNames:
    above, county = PLACES[place]
    return SchoolNames("2132000017", name, above, county, country())


@pytest.mark.parametrize(
    ("own", "place", "given"),
    [
        ("北京第二实验小学", "西城区", "实验二小"),
        ("北京第二实验小学", "西城区", "北京实验二小"),
        ("北京第二实验小学", "西城区", "二实小"),
        ("杨屯镇中心小学", "沛县", "杨屯中心小学"),
        ("杨屯镇中心小学", "沛县", "沛县杨屯中心校"),
        ("杨屯中心小学", "沛县", "杨屯镇中心小学"),
        ("西北师范大学附属中学", "安宁区", "师大附中"),
        ("西北师范大学附属中学", "安宁区", "兰州西北师大附中"),
        ("乌鲁木齐市第一中学", "乌鲁木齐市", "乌鲁木齐市第一中学初中部"),
        ("乌鲁木齐市第一中学", "乌鲁木齐市", "乌鲁木齐市一中高中部"),
        ("野外第一小学", "天山区", "野外一小东校区"),
        ("第十一中学", "鼓楼区", "徐州市第十一中学"),  # districts count together with the prefecture
        ("徐州市第七中学", "沛县", "徐州七中"),
        ("第一中学", "沛县", "徐州市沛县第一中学"),
        ("第一中学", "邳州市", "邳州一中"),
        ("第一中学", "邳州市", "市一中"),
        ("育才小学", "沛县", "徐州市育才小学"),
        ("育才小学", "沛县", "朝阳育才小学"),  # a city, a district, and a word
        ("育才小学", "沛县", "苏州路育才小学"),
    ],
)
def test_a_school_is_known_by_its_short_names_and_its_parts(own: str, place: str, given: str) -> None:
    names = school(own, place)
    assert names.is_own_name(given) and not names.names_another_school(f"{given}三年级1班名单")


@pytest.mark.parametrize(
    ("own", "place", "given"),
    [
        ("北京第二实验小学", "西城区", "北京实验三小"),
        ("杨屯镇中心小学", "沛县", "龙固中心小学"),
        ("杨屯镇中心小学", "沛县", "杨屯乡中心小学"),
        ("西北师范大学附属中学", "安宁区", "华东师大附中"),
        ("乌鲁木齐市第一中学", "乌鲁木齐市", "乌鲁木齐市第二中学初中部"),
        ("沛县外国语学校", "沛县", "徐州外国语学校"),
        ("沛县外国语学校", "沛县", "徐州市外国语学校"),
        ("第一中学", "沛县", "徐州市第一中学"),
        ("第一中学", "邳州市", "徐州市第一中学"),
        ("育才小学", "沛县", "丰县育才小学"),
        ("育才小学", "沛县", "徐州丰县育才小学"),
        ("育才小学", "沛县", "苏州育才小学"),
        ("育才小学", "沛县", "浙江杭州育才小学"),
    ],
)
def test_another_number_or_place_is_another_school(own: str, place: str, given: str) -> None:
    names = school(own, place)
    assert not names.is_own_name(given) and names.names_another_school(f"{given}三年级1班名单")


@pytest.mark.parametrize(
    ("own", "place", "title", "is_another"),
    [
        ("野外第一小学", "天山区", "野外二小学生名册", True),
        ("野外第一小学", "天山区", "天山区二小学生花名册", True),
        ("第十一中学", "鼓楼区", "徐州市一中学生名册", True),
        ("乌鲁木齐市第一中学", "乌鲁木齐市", "乌市二中学生名册", True),
        ("西北师范大学附属中学", "安宁区", "北京师大附中学生名册", True),
        ("野外第一小学", "天山区", "野外一小学生名册", False),
        ("野外第一小学", "天山区", "野外第一小学小学生名册", False),
        ("野外第一小学", "天山区", "庆六一小学生名单", False),
        ("第十一中学", "鼓楼区", "徐州市十一中学生名册", False),
        ("第十一中学", "鼓楼区", "徐州市高一中学生名册", False),
        ("第十一中学", "鼓楼区", "2026年徐州市中学生名册", False),
        ("西北师范大学附属中学", "安宁区", "西北师大附中学生名册", False),
    ],
)
def test_the_short_name_before_the_word_pupils_is_read(own: str, place: str, title: str, is_another: bool) -> None:
    assert school(own, place).names_another_school(title) == is_another


@pytest.mark.parametrize("county", ["邳州", "铜山", "新沂", "鼓楼", "丰", "徐州邳州", "丰县教育局"])
def test_a_county_without_its_level_is_another_one_as_a_whole_cell(county: str) -> None:
    assert not school("第一中学", "沛县").is_own_county(county)


@pytest.mark.parametrize("county", ["沛", "沛县", "徐州沛县", "徐州", "江苏徐州", "城关", "教育局"])
def test_the_own_county_and_words_of_every_day_are_no_other_one(county: str) -> None:
    assert school("第一中学", "沛县").is_own_county(county)
