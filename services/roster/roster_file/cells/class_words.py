"""The words in which people name a class, as tokens: 三年级(2)班 is NUMBER 年级 NUMBER 班."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

SIMPLIFIED = str.maketrans("級屆學國〇", "级届学国零")
CAPITAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾", "一二二三三四五六六七八九十")
CAPITALS = re.compile("[壹贰貳叁參肆柒捌玖拾]")  # of figures alone
SURNAMES = re.compile("[伍陆陸]")  # capital figures, and surnames of teachers
AS_FIGURE = re.compile(r"第[伍陆陸]|[伍陆陸](?=年|级)|\(\s*[伍陆陸]\s*\)")
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
STAGE_WORDS = {
    **dict.fromkeys(("小学部", "小学", "国小", "小"), "p"),
    **dict.fromkeys(("初中部", "初中", "初级中学", "国中", "初"), "j"),
    **dict.fromkeys(("高中部", "高中", "高级中学", "高"), "s"),
    **dict.fromkeys(("特殊教育", "特教部", "特教"), "x"),
}
SUFFIXES = {"年级": "grade", "年入学": "cohort", "年": "year", "级": "cohort", "届": "leaving", "班": "class"}
PREFIXES = {"grade": "grade-word", "class": "class-word", "第": "gap"}
WORDS = {**dict.fromkeys(STAGE_WORDS, "stage"), **SUFFIXES, **PREFIXES}
# What is dropped behind a class: its size, its teacher, its kind. Any other note may say that it is not this one, or no
# longer (转走, 旧班, 分校), and stays a question; a stage of school (初中部) is no note, it is read.
KINDS = """
实验 重点 普通 平行 特色 双语 英语 日语 俄语 国际 创新 科技 信息 艺术 美术 音乐 舞蹈 书法 体育 足球 文科 理科
快 慢 火箭 尖子 民族 寄宿 走读
"""
STAGES = "|".join(word for word in STAGE_WORDS if len(word) > 1)
NO_NAME = rf"(?!.{{0,4}}(?:{STAGES})|[小初高]?[一二三四五六七八九十]|.{{1,4}}区)"  # 初中部王老师, 高一老师, 东区王老师
NAME = rf"{NO_NAME}[^\W\da-z_班级届年部校园转轉调調到去原换換借旧舊停休退离離不非]{{1,4}}"
TEACHER = rf"班主任[:,\s]{{0,2}}(?:{NAME})?|(?:班主任)?[:,\s]{{0,2}}{NAME}老[师師]"
SIZE = r"共?\s*[0-9]{1,3}\s*[人名]"
NOTE = re.compile(rf"(?<=班)\s*\(\s*(?:{SIZE}|{TEACHER}|(?:{'|'.join(KINDS.split())})班?)\s*\)\Z")
TERM = re.compile(r"(?<=年级)\s*\(?(?:[上下](?:学期|册)?|第[一二12]学期)\)?\Z")  # behind a grade: 三年级上
MOST = 16  # tokens of a text
TOKEN = re.compile(
    rf"(?P<word>{'|'.join(sorted(WORDS, key=len, reverse=True))})"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<han>[一二三四五六七八九]零[一二三四五六七八九](?![一二三四五六七八九十零])|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"|(?P<gap>[\s()\[\]{}.·•\-–—_]+)"
)


class Token(NamedTuple):
    """kind: number, stage, or the meaning of a word. digits: as written, "" in Chinese figures."""

    kind: str
    text: str = ""
    number: int = 0
    digits: str = ""


def tokens(text: str) -> Sequence[Token] | None:
    """None for a text with anything else in it, such as 向日葵班, or with more than anybody writes."""
    given, found, at = _without_note(text).translate(CAPITAL), [], 0
    while at < len(given):
        match = TOKEN.match(given, at)
        if match is None:
            return None
        found.append(_token(match))
        at = match.end()
    found = [token for token in found if token.kind != "gap"]
    return found if 0 < len(found) <= MOST else None


def _without_note(text: str) -> str:
    given = unicodedata.normalize("NFKC", text).translate(SIMPLIFIED).lower().strip()
    given = re.sub(r"(?<![0-9.])([0-9]+)\.0\Z", r"\1", given)  # a number that was a fraction on its way
    return TERM.sub("", NOTE.sub("", given.rstrip("。.,;、")))


def is_in_capitals(text: str) -> bool:
    """True for a class or grade in capital figures that are nothing else: 叁年级."""
    return bool(CAPITALS.search(text)) and tokens(text) is not None


def may_be_of_teacher(grade: str, class_: str) -> bool:
    """True for a class such as 陆班, which is class 6, or the class of a teacher of that name."""
    text = _without_note(class_)
    as_figure = AS_FIGURE.search(text) or CAPITALS.search(text) or SURNAMES.search(grade) or is_in_capitals(grade)
    return bool(SURNAMES.search(text)) and not as_figure and tokens(class_) is not None


def _token(match: re.Match[str]) -> Token:
    if match["word"]:
        return Token(WORDS[match["word"]], match["word"])
    if match["digits"]:
        return Token("number", match[0], int(match[0][:9]), match[0])
    if match["gap"]:
        return Token("gap", match[0])
    if match[0][1:2] == "零":  # 三零一 is 301
        digits = "".join(str(DIGITS[character]) for character in match[0])
        return Token("number", match[0], int(digits), digits)
    return Token("number", match[0], _han(match[0]))


def _han(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)
