"""Whose pupils a file lists, by its columns of school and county and the lines above its headings."""

from __future__ import annotations

import pytest

from services.roster.roster_file.own_school import SchoolNames
from services.roster.roster_file.parse import parse
from services.roster.roster_file.spreadsheet import read_rows
from services.roster.use_cases.school_context import county_names
from shared.infrastructure.errors import Refused
from tests.unit.roster.files import HEADINGS, xlsx
from tests.unit.roster.test_field_files import NAMES, SCHOOL
from tests.unit.roster.test_nothing_lost import pupil

OF_A_CITY = SchoolNames(
    "3465000001", "乌鲁木齐市第一中学", ("全国", "新疆维吾尔自治区", "乌鲁木齐市"), "", county_names()
)


@pytest.mark.parametrize(
    "name",
    [
        "野外第一小学",
        " 野外 第一小学 ",
        "天山区野外第一小学",
        "乌鲁木齐市天山区野外第一小学",
        "乌鲁木齐市野外第一小学",
        "新疆维吾尔自治区乌鲁木齐市天山区野外第一小学",
        "第一小学",
        "野外第一小学（本部）",
        "野外第一小学东校区",
        "2165000017",
        "",
        "本校",
        "无",
        "/",
    ],
)
def test_a_school_is_known_by_every_way_of_writing_its_name(name: str) -> None:
    assert NAMES.is_own_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "野外第二小学",
        "野外第十一小学",
        "沙依巴克区野外第一小学",
        "天山区第二小学",
        "野外第一小学附属幼儿园",
        "2165000018",
    ],
)
def test_another_school_is_another_one(name: str) -> None:
    assert not NAMES.is_own_name(name)


@pytest.mark.parametrize(
    "county", ["天山区", "乌鲁木齐市天山区", "天山", "650102", "650102000000", "新市", "", "高新园"]
)
def test_a_county_is_the_own_one_or_cannot_be_told(county: str) -> None:
    assert NAMES.is_own_county(county)


@pytest.mark.parametrize("county", ["沙依巴克区", "乌鲁木齐市沙依巴克区", "650103"])
def test_another_county_of_the_list_is_another_one(county: str) -> None:
    assert not NAMES.is_own_county(county)
    assert OF_A_CITY.is_own_county(county)  # a school that the city runs lies in any county


@pytest.mark.parametrize(
    "title",
    [
        "野外第一小学2026年秋季学期学生花名册",
        "天山区野外第一小学三年级1班学生名单",
        "乌鲁木齐市天山区2026年小学生学籍信息表",
        "全国中小学生学籍信息管理系统学生信息导出",
        "义务教育学校学生花名册",
        "小学三年级学生花名册",
        "三年级1班花名册",
        "2026学年度第一学期学生信息采集表",
        "说明：带*的为必填项，证件号请按文本填写",
        "天山区小学学生名册",
        "学校名称：野外第一小学",
        "填表人：王老师",
        "义务教育阶段小学学生信息表",
        "填表说明：请各小学按要求填写",
        "注：随迁子女在原户籍地小学就读的不填",
        "户籍地示例：成都市武侯区",
        "沙依巴克区野外第二小学" * 20,  # no title is so long
    ],
)
def test_a_title_that_names_no_other_school_is_no_reason_to_refuse(title: str) -> None:
    assert parse(read_rows(xlsx([pupil(1)], above=[[title], []])), SCHOOL).rows == 1


@pytest.mark.parametrize(
    "title",
    [
        "野外第二小学2026年秋季学期学生花名册",
        "乌鲁木齐市天山区野外第二小学三年级学生名单",
        "学校名称：野外第二小学",
        "沙依巴克区2026年学生花名册",
        "2026年乌鲁木齐市实验学校学生信息",
    ],
)
def test_a_title_that_names_another_school_or_county_is_refused_with_a_way_on(title: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(read_rows(xlsx([pupil(1)], above=[[title]])), SCHOOL)
    assert (refused.value.code, refused.value.where) == ("another-school", "file")
    assert "野外第一小学" in refused.value.extra["message_zh"]


def test_rows_of_other_schools_are_left_out_one_by_one_and_a_file_of_them_as_a_whole() -> None:
    headings = (*HEADINGS, "学校名称")
    mixed = parse(read_rows(xlsx([[*pupil(1), "野外第一小学"], [*pupil(2), "野外第二小学"]], headings)), SCHOOL)
    assert [(error.row, error.column, error.code) for error in mixed.errors] == [(3, "学校名称", "another-school")]
    assert [line.row for line in mixed.good] == [2]
    with pytest.raises(Refused) as refused:
        parse(read_rows(xlsx([[*pupil(n), "野外第二小学"] for n in (1, 2)], headings)), SCHOOL)
    assert refused.value.code == "another-school"
