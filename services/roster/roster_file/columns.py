"""The columns of a roster file: each field with the headings in use.

Headings are matched without spaces, stars, brackets, explanations and case. Forms print the first Chinese heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from shared.language.display_text import visible

# field: headings in Chinese, then pinyin initials, then English
OF_PUPILS: Mapping[str, str] = {
    "pupil_number": (
        "学籍号 全国学籍号 全国统一学籍号 国网学籍号 学籍号码 学籍编号 个人标识码 | "
        "grbsm xjh qgxjh | "
        "pupilnumber studentnumber pupilid"
    ),
    "name": (
        "姓名 学生姓名 学生名字 名字 孩子姓名 幼儿姓名 儿童姓名 本人姓名 | xm xsxm | "
        "name pupilname studentname fullname"
    ),
    "former_name": "曾用名 | cym | formername",
    "name_pinyin": "姓名拼音 | xmpy | namepinyin pinyin",
    "sex": "性别 学生性别 男女 | xb xbm | sex gender",
    "birth_date": "出生日期 出生年月日 出生年月 出生时间 生日 | csrq | birthdate dateofbirth birthday",
    "birth_place": "出生地 出生地行政区划 | csd csdm csdxzqhm | birthplace placeofbirth",
    "native_place": "籍贯 | jg jgm | nativeplace",
    "ethnic_group": "民族 民族名称 | mz mzm | ethnicgroup ethnicity",
    "country": "国籍/地区 国籍 国别 | gjdq gjdqm | country nationality",
    "id_type": "身份证件类型 证件类型 证件类别 证件种类 身份证类型 | sfzjlx sfzjlxm | idtype",
    "id_number": (
        "身份证件号 身份证件号码 身份证号 身份证号码 证件号码 证件号 身份证 公民身份号码 居民身份证号 "
        "居民身份证号码 学生身份证号 证件编号 | "
        "sfzjh sfzh | "
        "idnumber identitynumber"
    ),
    "overseas": "港澳台侨外 | gatqw gatqwm | hongkongmacaotaiwanoverseas overseas",
    "political_status": "政治面貌 | zzmm zzmmm | politicalstatus",
    "health": "健康状况 | jkzk jkzkm | health",
    "household_place": (
        "户口所在地 户口所在地行政区划 户籍所在地 户籍地 户籍地址 户口地址 | hkszd hkszdm hkszdxzqhm | householdplace"
    ),
    "household_kind": "户口性质 户籍性质 户口类别 户口类型 | hkxz hkxzm hkxzlbm | householdkind",
    "entry_month": "入学年月 入学时间 入学日期 | rxny | entrymonth",
    "entry_way": "入学方式 | rxfs rxfsm | entryway",
    "grade": "年级 所在年级 就读年级 现年级 当前年级 现读年级 年级名称 | nj njmc | grade",
    "class": (
        "班级 班级名称 所在班级 就读班级 现班级 当前班级 现读班级 班 班别 行政班 行政班级 年级班级 班级号 班号 | "
        "bj bh bjmc | "
        "class classname classnumber"
    ),
    "boarding": "就读方式 | jdfs jdfsm | boarding",
    "source": "学生来源 | xsly xslym | source",
    "address": "现住址 住址 地址 现住地址 居住地址 现居住地址 详细地址 | xzz | address currentaddress",
    "post_address": "通信地址 通讯地址 | txdz | postaladdress mailingaddress",
    "home_address": "家庭地址 家庭住址 家庭详细地址 | jtdz jtzz | homeaddress",
    "phone": "联系电话 电话 电话号码 手机 手机号 手机号码 联系方式 联系人电话 | lxdh | phone telephone",
    "postcode": "邮政编码 邮编 | yzbm | postcode",
    "email": "电子信箱 电子邮箱 | dzxx dzyx | email",
    "only_child": "是否独生子女 独生子女 | sfdszn dszn | onlychild",
    "preschool": "是否受过学前教育 学前教育 | sfsgxqjy | preschool",
    "left_behind": "是否留守儿童 留守儿童 | sflset lset lsetm | leftbehind",
    "migrant": "是否进城务工人员随迁子女 随迁子女 | sfsqzn sfjcwgrysqzn sqzn | migrantworkerschild migrant",
    "orphan": "是否孤儿 孤儿 | sfge ge | orphan",
    "martyr": "是否烈士或优抚子女 烈士子女 | sflshyfzn sflszn | martyrsfamily",
    "special_class": "随班就读 | sbjd sbjdm | specialclass",
    "disability": "残疾类型 残疾人类型 | cjlx cjlxm | disability",
    "aid": "是否享受资助 是否需要申请资助 资助 | sfxszz sfxysqzz | aid",
    "distance": "上下学距离 | sxxjl | distance distancetoschool",
    "transport": "上下学方式 上下学交通方式 | sxxfs sxxjtfs | waytoschool transport",
    "school_bus": "是否乘坐校车 是否需要乘坐校车 | sfczxc sfxyczxc | schoolbus",
    "school_code": "学校标识码 | xxbsm | schoolcode",
    "school_name": "学校名称 学校 就读学校 所在学校 校名 | xxmc | school schoolname",
    "county": "区县 所属区县 所在区县 县区 区县名称 县市区 | qx qxmc ssqx ssqxmc | county district",
}
# The same of each guardian: after these, the headings begin with one of GUARDIANS.
OF_GUARDIANS: Mapping[str, str] = {
    "name": "姓名 | xm | name",
    "relation": "关系 与学生关系 与本人关系 | gx gxm | relation",
    "ethnic_group": "民族 | mz mzm | ethnicgroup",
    "work": "工作单位 单位 | gzdw | workplace work",
    "address": "现住址 住址 地址 | xzz | address",
    "phone": "联系电话 电话 电话号码 手机 手机号 手机号码 联系方式 | lxdh dh | phone",
    "is_guardian": "是否监护人 | sfjhr | isguardian",
    "id_type": "身份证件类型 证件类型 | sfzjlx sfzjlxm | idtype",
    "id_number": "身份证件号 身份证件号码 身份证号 身份证号码 证件号码 | sfzjh | idnumber",
}
GUARDIANS: Mapping[int, str] = {
    1: (
        "监护人1 家庭成员1 成员1 家长1 监护人一 家庭成员一 成员一 家长一 第一监护人 监护人 家长 | "
        "jhr1 cy1 jhr | "
        "guardian1 guardian"
    ),
    2: "监护人2 家庭成员2 成员2 家长2 监护人二 家庭成员二 成员二 家长二 第二监护人 | jhr2 cy2 | guardian2",
}


def _of_guardian(number: int, field: str) -> str:
    """The headings of a field of a guardian, in the same three languages."""
    whose, what = (text.split(" | ") for text in (GUARDIANS[number], OF_GUARDIANS[field]))
    languages = [
        " ".join(of + heading for of in ofs.split() for heading in headings.split())
        for ofs, headings in zip(whose, what, strict=True)
    ]
    if field == "relation" and number == 1:
        languages[0] += " 与学生关系"
    if field == "name":
        languages[0] += f" {whose[0]}"
    return " | ".join(languages)


HEADINGS: Mapping[str, str] = {
    **OF_PUPILS,
    **{f"guardian{number}_{field}": _of_guardian(number, field) for number in GUARDIANS for field in OF_GUARDIANS},
}
REQUIRED: Sequence[str] = ("name", "sex", "birth_date", "class")
LONGEST = 200  # characters of a heading, its explanation included
OF_THE_FILE = ("school_code", "school_name", "county", "grade", "class")  # of the place of a pupil; not personal
SERIALS = frozenset(("序号", "编号", "序", "no", "xh"))  # of rows, if the values are short: nothing of a pupil is lost

REMARKS = "点名核对说明"  # heads the column of a file that was marked; what stands in it is ours, and not read

NOISE = re.compile(r"[\s*＊※_\-/、:：.·（）()\[\]【】〔〕<>《》\"'“”★☆▲△●○◆◇■□◎✱✳❋#!！?？]+")
LATIN = re.compile(r"[a-z]+")
EXPLANATION = re.compile(r"[（(【\[〔<《{].*?([)）】\]〕>》}]|\Z)", re.DOTALL)
MARKS = re.compile(r"必填项?|选填项?|\A(?:[①-⑳]|[0-9]{1,2}(?=[^0-9a-z]))|(?<=[\u3400-\u9fff])(?:代?码|[a-z0-9]+)\Z")


def normal_heading(text: str) -> str:
    """The heading without what nobody sees, spaces, stars, brackets and case."""
    return NOISE.sub("", visible(unicodedata.normalize("NFKC", text))).lower()


FIELD_OF: Mapping[str, str] = {
    normal_heading(heading): field
    for field, headings in HEADINGS.items()
    for heading in headings.replace("|", " ").split()
}
TITLE: Mapping[str, str] = {field: headings.split()[0] for field, headings in HEADINGS.items()}


def field_of(heading: str) -> str:
    """The field that a heading means, "" for an unknown one; "姓名【必填】", "1.*姓名" and "姓名码" are "姓名"."""
    if len(heading) > LONGEST:
        return ""
    for text in (heading, EXPLANATION.sub("", heading), heading.strip().partition("\n")[0]):
        normal = normal_heading(text)
        bare = MARKS.sub("", normal)
        if field := FIELD_OF.get(normal) or (FIELD_OF.get(bare) if len(bare) > 1 else None):  # 1班 is a class
            return field
    return _in_two_languages(normal_heading(heading))


def _in_two_languages(normal: str) -> str:
    """The field of a heading whose Chinese and English words mean the same: Name 姓名."""
    english = FIELD_OF.get("".join(LATIN.findall(normal)), "")
    return english if english and FIELD_OF.get(LATIN.sub("", normal)) == english else ""


def is_serial(heading: str) -> bool:
    return normal_heading(EXPLANATION.sub("", heading)) in SERIALS


def is_remark(heading: str) -> bool:
    return normal_heading(heading) == REMARKS


def rank(heading: str) -> int:
    """Place of a heading among those of its field: 0 for the most usual one."""
    normal, usual = normal_heading(heading), HEADINGS[field_of(heading)].replace("|", " ").split()
    return next((at for at, each in enumerate(usual) if normal_heading(each) == normal), len(usual))
