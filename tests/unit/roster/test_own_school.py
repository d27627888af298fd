"""Whose pupils a file lists, by its columns of school and county and the lines above its headings."""

from __future__ import annotations

import pytest

from services.roster.roster_file.own_school import SchoolNames
from services.roster.roster_file.parse import parse
from services.roster.roster_file.spreadsheet import read_rows
from services.roster.use_cases.importing.school_context import country
from shared.infrastructure.errors import Refused
from tests.unit.roster.files import HEADINGS, xlsx
from tests.unit.roster.test_field_files import CODE, NAMES, SCHOOL
from tests.unit.roster.test_nothing_lost import pupil

OF_A_CITY = SchoolNames("3465000001", "乌鲁木齐市第一中学", ("全国", "新疆维吾尔自治区", "乌鲁木齐市"), "", country())


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
        "野外一小",
        "野外第1小学",
        "野外1小",
        "野外第一小學",
        "野外第一小学校",
        "新疆乌鲁木齐野外第一小学",
        "七道湾乡野外第一小学",
        "#N/A",
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
        "石河子市野外第一小学",
        "野外一中",
        "野外二小",
        "野外小学",
        "野外第一小学附属幼儿园",
        "2165000018",
    ],
)
def test_another_school_is_another_one(name: str) -> None:
    assert not NAMES.is_own_name(name)


OF_NANJING = ("全国", "江苏省", "南京市", "鼓楼区")


@pytest.mark.parametrize(
    ("own", "name", "is_own"),
    [
        ("乌鲁木齐市第一小学", "乌鲁木齐第一小学", True),
        ("乌鲁木齐市第一小学", "乌市一小", True),
        ("乌鲁木齐市第一小学", "市一小", True),
        ("乌鲁木齐市第一小学", "乌鲁木齐市天山区第一小学", True),
        ("乌鲁木齐市第一小学", "乌鲁木齐市第二十一小学", False),
        ("乌鲁木齐市第一小学", "第一中学", False),
        ("乌鲁木齐市第一中学", "市一中", True),
        ("天山区第十一小学", "天山区11小", True),
        ("天山区第十一小学", "天山区第一小学", False),
        ("实验小学", "第二实验小学", False),
        ("实验小学", "乌鲁木齐市第二实验小学", False),
        ("实验小学", "外国语实验小学", False),
        ("实验小学", "市实小", True),
        ("第二实验小学", "实验小学", False),
        ("外国语实验小学", "实验小学", False),
        ("中心小学", "柳河镇中心小学", False),
        ("柳河镇中心小学", "中心小学", True),
        ("柳河镇中心小学", "柳河镇中心校", True),
        ("柳河镇中心小学", "青松镇中心小学", False),
        ("红星小学", "七道湾乡红星小学", True),
        ("红星小学", "第二红星小学", False),
        ("八一小学", "八一中学", False),
        ("师范大学附属小学", "师范大学附小", True),
        ("天山初级中学", "天山初中", True),
    ],
)
def test_a_name_is_known_whole_not_by_its_end(own: str, name: str, is_own: bool) -> None:
    assert SchoolNames(CODE, own, NAMES.above, NAMES.county, country()).is_own_name(name) == is_own


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("南京市鼓楼区第一中心小学", True),
        ("南京鼓楼第一中心小学", True),
        ("江苏省南京市鼓楼区第一中心小学", True),
        ("福州市鼓楼区第一中心小学", False),
        ("徐州市鼓楼区第一中心小学", False),
        ("鼓楼区中心小学", False),
    ],
)
def test_a_county_of_the_same_name_elsewhere_is_another_one(name: str, is_own: bool) -> None:
    names = SchoolNames(CODE, "鼓楼区第一中心小学", OF_NANJING, "320106", country())
    assert names.is_own_name(name) == is_own
    assert names.is_own_county(name.removesuffix("第一中心小学").removesuffix("中心小学")) == (
        is_own or name[0] == "鼓"
    )
    assert names.names_another_county(f"2026年{name}学生名册") == (not is_own and name[0] != "鼓")


@pytest.mark.parametrize(
    "county",
    [
        "天山区教育局",
        "新疆天山区",
        "#N/A",
        "教育局",
        "天山区",
        "乌鲁木齐市天山区",
        "天山",
        "650102",
        "650102000000",
        "",
        "高新园",
    ],
)
def test_a_county_is_the_own_one_or_cannot_be_told(county: str) -> None:
    assert NAMES.is_own_county(county)


@pytest.mark.parametrize(
    "county",
    ["沙依巴克区", "乌鲁木齐市沙依巴克区", "650103", "新市", "沙依巴克", "沙依巴克区教育局", "沙依巴克区教体局"],
)
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
        "野外一小三年级名册",
        "野外第一小学六一中队名册",
        "关于野外第一小学学生名册",
        "幼儿园升小学学生信息",
        "幼儿园大班升小学学生名单",
        "小升初中学生信息",
        "九年一贯制学校学生名册",
        "适龄儿童入小学登记表",
        "各乡镇小学、中学学生名册",
        "新城区实施方案",
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
        "野外第2小学学生名册",
        "外国语实验小学花名册",
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


def test_a_school_with_a_common_name_is_not_meant_by_a_title_that_only_ends_so() -> None:
    names = SchoolNames(CODE, "实验小学", NAMES.above, NAMES.county, country())
    assert names.names_another_school("第二实验小学学生名册") and names.names_another_school("外国语实验小学")
    assert not names.names_another_school("关于天山区实验小学2026年学生名册")
