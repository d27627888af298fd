"""The columns of a roster file: each field with the headings in use.

Headings are matched without spaces, stars, brackets and case. Forms print the first Chinese heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

NOISE = re.compile(r"[\s*＊_\-/、:：.·（）()\[\]【】]+")

# field: headings in Chinese, then pinyin initials, then English
HEADINGS: Mapping[str, str] = {
    "pupil_number": "学籍号 全国学籍号 学籍号码 个人标识码 | grbsm xjh qgxjh | pupilnumber studentnumber pupilid",
    "name": "姓名 学生姓名 | xm xsxm | name pupilname studentname fullname",
    "former_name": "曾用名 | cym | formername",
    "name_pinyin": "姓名拼音 | xmpy | namepinyin pinyin",
    "sex": "性别 性别码 | xb xbm | sex gender",
    "birth_date": "出生日期 出生年月日 | csrq | birthdate dateofbirth birthday",
    "birth_place": "出生地 出生地行政区划码 出生地行政区划代码 | csd csdm csdxzqhm | birthplace placeofbirth",
    "native_place": "籍贯 | jg jgm | nativeplace",
    "ethnic_group": "民族 民族码 | mz mzm | ethnicgroup ethnicity",
    "country": "国籍/地区 国籍 国籍地区码 | gjdq gjdqm | country nationality",
    "id_type": "身份证件类型 证件类型 身份证件类型码 | sfzjlx sfzjlxm | idtype",
    "id_number": "身份证件号 身份证件号码 身份证号 身份证号码 证件号码 | sfzjh sfzh | idnumber identitynumber",
    "overseas": "港澳台侨外 港澳台侨外码 | gatqw gatqwm | hongkongmacaotaiwanoverseas overseas",
    "political_status": "政治面貌 政治面貌码 | zzmm zzmmm | politicalstatus",
    "health": "健康状况 健康状况码 | jkzk jkzkm | health",
    "household_place": "户口所在地 户口所在地行政区划 户籍所在地 | hkszd hkszdm hkszdxzqhm | householdplace",
    "household_kind": "户口性质 户口性质码 | hkxz hkxzm hkxzlbm | householdkind",
    "entry_month": "入学年月 | rxny | entrymonth",
    "entry_way": "入学方式 入学方式码 | rxfs rxfsm | entryway",
    "grade": "年级 所在年级 | nj njmc | grade",
    "class": "班级 班号 班级名称 所在班级 | bj bh bjmc | class classname classnumber",
    "boarding": "就读方式 就读方式码 | jdfs jdfsm | boarding",
    "source": "学生来源 学生来源码 | xsly xslym | source",
    "address": "现住址 | xzz | address currentaddress",
    "post_address": "通信地址 | txdz | postaladdress mailingaddress",
    "home_address": "家庭地址 | jtdz jtzz | homeaddress",
    "phone": "联系电话 | lxdh | phone telephone",
    "postcode": "邮政编码 | yzbm | postcode",
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
    "guardian1_name": (
        "监护人1姓名 家庭成员1姓名 监护人姓名 成员1姓名 | jhr1xm jhrxm cy1xm | guardian1name guardianname"
    ),
    "guardian1_relation": (
        "监护人1关系 家庭成员1关系 监护人关系 成员1关系 与学生关系 | "
        "jhr1gx jhr1gxm jhrgx jhrgxm cy1gx | "
        "guardian1relation guardianrelation"
    ),
    "guardian1_ethnic_group": "监护人1民族 家庭成员1民族 | jhr1mz jhr1mzm jhrmzm cy1mz | guardian1ethnicgroup",
    "guardian1_work": "监护人1工作单位 家庭成员1工作单位 | jhr1gzdw jhrgzdw cy1gzdw | guardian1workplace guardian1work",
    "guardian1_address": "监护人1现住址 家庭成员1现住址 | jhr1xzz jhrxzz cy1xzz | guardian1address",
    "guardian1_phone": (
        "监护人1联系电话 家庭成员1联系电话 监护人电话 | jhr1lxdh jhrlxdh cy1lxdh | guardian1phone guardianphone"
    ),
    "guardian1_is_guardian": "监护人1是否监护人 家庭成员1是否监护人 | jhr1sfjhr cy1sfjhr | guardian1isguardian",
    "guardian1_id_type": (
        "监护人1身份证件类型 家庭成员1身份证件类型 | jhr1sfzjlx jhr1sfzjlxm cy1sfzjlx | guardian1idtype"
    ),
    "guardian1_id_number": "监护人1身份证件号 家庭成员1身份证件号 | jhr1sfzjh jhrsfzjh cy1sfzjh | guardian1idnumber",
    "guardian2_name": "监护人2姓名 家庭成员2姓名 成员2姓名 | jhr2xm cy2xm | guardian2name",
    "guardian2_relation": "监护人2关系 家庭成员2关系 成员2关系 | jhr2gx jhr2gxm cy2gx | guardian2relation",
    "guardian2_ethnic_group": "监护人2民族 家庭成员2民族 | jhr2mz jhr2mzm cy2mz | guardian2ethnicgroup",
    "guardian2_work": "监护人2工作单位 家庭成员2工作单位 | jhr2gzdw cy2gzdw | guardian2workplace guardian2work",
    "guardian2_address": "监护人2现住址 家庭成员2现住址 | jhr2xzz cy2xzz | guardian2address",
    "guardian2_phone": "监护人2联系电话 家庭成员2联系电话 | jhr2lxdh cy2lxdh | guardian2phone",
    "guardian2_is_guardian": "监护人2是否监护人 家庭成员2是否监护人 | jhr2sfjhr cy2sfjhr | guardian2isguardian",
    "guardian2_id_type": (
        "监护人2身份证件类型 家庭成员2身份证件类型 | jhr2sfzjlx jhr2sfzjlxm cy2sfzjlx | guardian2idtype"
    ),
    "guardian2_id_number": "监护人2身份证件号 家庭成员2身份证件号 | jhr2sfzjh cy2sfzjh | guardian2idnumber",
    "school_code": "学校标识码 | xxbsm | schoolcode",
    "school_name": "学校名称 学校 | xxmc | school schoolname",
}
REQUIRED: Sequence[str] = ("name", "sex", "birth_date", "class")
OF_THE_FILE = ("school_code", "school_name", "grade", "class")  # these assign the pupil to a class and are not personal


def normal_heading(text: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


FIELD_OF: Mapping[str, str] = {
    normal_heading(heading): field
    for field, headings in HEADINGS.items()
    for heading in headings.replace("|", " ").split()
}
TITLE: Mapping[str, str] = {field: headings.split()[0] for field, headings in HEADINGS.items()}
EXPLANATION = re.compile(r"[（(].*?[)）]")


def field_of(heading: str) -> str:
    """The field that a heading means, "" for an unknown one; "姓名（必填）" and "*姓名" are "姓名"."""
    return FIELD_OF.get(normal_heading(heading)) or FIELD_OF.get(normal_heading(EXPLANATION.sub("", heading)), "")
