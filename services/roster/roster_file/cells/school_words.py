"""Names of schools as people write them, in one form: 一小 and 第1小学 are 第一小学, 實驗小學 and 实小 are 实验小学."""

from __future__ import annotations

import re
import unicodedata

NOISE = re.compile(r"[\s()（）\[\]【】《》\"'“”·,，。、_\-—]+")
SIMPLIFIED = str.maketrans("學實驗區縣鎮鄉國語屬師範縣廣東陽華門號", "学实验区县镇乡国语属师范县广东阳华门号")
NUMBERS = "一二三四五六七八九十"
FIGURES = re.compile(r"第([1-9][0-9]?)(?=[小中实完初高])")
BARE_FIGURES = re.compile(r"(?<![0-9第])([1-9][0-9]?)(?=[小中]学?\Z|实验[小中]学\Z)")  # at the end of a whole name only
ENDS = (  # as people shorten them
    (re.compile(rf"第?([{NUMBERS}]+)([小中])\Z"), r"第\1\2学"),
    (re.compile(rf"实验第([{NUMBERS}]+)([小中])学\Z"), r"第\1实验\2学"),
    (re.compile(r"实验?([小中])\Z"), r"实验\1学"),
    (re.compile(r"师大(?=附)"), "师范大学"),
    (re.compile(r"附属?([小中])\Z"), r"附属\1学"),
    (re.compile(r"(?<=[小中])学校\Z"), "学"),
    (re.compile(r"中心(?:小|校|学校)\Z"), "中心小学"),
    (re.compile(r"高中\Z"), "高级中学"),
    (re.compile(r"初中\Z"), "初级中学"),
)
# Words that make another school of a name when they stand before it, and that many schools have.
ORDINAL = rf"第[{NUMBERS}]+|实验|中心|外国语|双语|民族|附属|特殊教育"
ANOTHER_BY = re.compile(rf"(?:{ORDINAL})\Z")
COMMON = re.compile(
    rf"(?:{ORDINAL}|希望|师范|完全|九年一贯制|十二年一贯制|初级|高级|职业|技术|艺术|体育|逸夫|小学|中学|学校)+"
)
TOWNSHIP = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:镇|乡|街道)(?=.)")  # left out by many: 杨屯中心小学
KIND_ONLY = re.compile(r"(?:小学|中学|学校)+")


def plain(text: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", text))


def usual_name(text: str) -> str:
    """The name in its usual form."""
    name = BARE_FIGURES.sub(_ordinal, with_ordinals(plain(text).translate(SIMPLIFIED)))
    for end, usual in ENDS:
        name = end.sub(usual, name)
    return name


def is_same_name(one: str, other: str) -> bool:
    """True for two usual names that differ by a 第 only, or by the level of a township that one of them leaves out."""
    pairs = ((one, other), (TOWNSHIP.sub("", one), other), (one, TOWNSHIP.sub("", other)))
    return any(a.replace("第", "") == b.replace("第", "") for a, b in pairs)


def with_ordinals(text: str) -> str:
    """第二 for 第2."""
    return FIGURES.sub(_ordinal, text)


def _ordinal(found: re.Match[str]) -> str:
    """第十一 for 11."""
    tens, ones = divmod(int(found[1]), 10)
    ten = ("" if tens < 2 else NUMBERS[tens - 1]) + ("十" if tens else "")
    return f"第{ten}{NUMBERS[ones - 1] if ones else ''}"
