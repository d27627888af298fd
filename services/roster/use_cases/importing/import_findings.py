"""Sentences of an import about single rows."""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.roster_file.columns import TITLE
from services.roster.roster_file.pupil_line import Finding

SENTENCES: Mapping[str, tuple[str, str, str]] = {  # code: (field, Chinese, English)
    "two-pupils": (
        "pupil_number",
        "此行与两名已登记的学生相符，请核对学籍号和证件号",
        "two registered pupils fit; check the pupil number and the ID number",
    ),
    "number-of-another": (
        "pupil_number",
        "此行的学籍号或证件号属于姓名、出生日期不同的学生，请核对",
        "the number of this row belongs to a pupil of another name or birth date; check it",
    ),
    "column-sorted-alone": (
        "pupil_number",
        "好几行的号码与姓名、出生日期对不上：很可能是某一列单独排过序。请先核对文件，不要逐行确认",
        "numbers, names and birth dates of several rows do not belong together: a column was probably sorted alone. "
        "Check the file before you answer for single rows",
    ),
    "answers-left-out": (
        "name",
        "有的选择对应的行不在这份文件里（已改过，或选了另一个文件），这些选择没有采用",
        "some answers belong to rows that this file does not ask about, because they were corrected or it is another "
        "file; those answers were not taken",
    ),
    "double-in-file": (
        "name",
        "与{other}是同一名学生；如果是两名学生，请填写学籍号或证件号",
        "the same pupil as in {other}; for two pupils give their pupil numbers or ID numbers",
    ),
    "alike-in-file": (
        "name",
        "与{other}很像，请核对是不是同一名学生",
        "very like {other}; check that it is not the same pupil",
    ),
    "roster-changed": (
        "name",
        "名册刚刚有变化，此行没有导入，请再导入一次",
        "the roster has changed this moment; this row was not imported, import the file again",
    ),
    "arrival-objected": (
        "pupil_number",
        "这名学生的转入申请未获同意，原因见“转入与更改”；一周后可再次申请",
        "the request for this pupil was refused, see “Arrivals and changes” for the reason; ask again after a week",
    ),
    "proposal-rejected": (
        "name",
        "校长未同意这一更改，关键信息保持不变",
        "the school leader has rejected this change; the key fields stay as they are",
    ),
    "moved-and-proposed": (
        "name",
        "已换班；关键信息也有更改，等校长同意",
        "moved to the class; key fields differ as well and wait for the school leader",
    ),
    "rejoined-and-proposed": (
        "name",
        "已恢复在校；关键信息也有更改，等校长同意",
        "back at school; key fields differ as well and wait for the school leader",
    ),
    "another-grade": (
        "class",
        "换到了另一个年级，请核对（是不是去年的名册？）",
        "moved to another grade; please check (is this last year's file?)",
    ),
    "corrected-since": (
        "name",
        "这份文件里有更正以前的旧内容，没有改回；请在学籍系统里也更正",
        "the file still has what a correction has replaced; that was not taken back, correct the registry, too",
    ),
    "older-number": (
        "pupil_number",
        "这名学生已有正式学籍号，没有改回临时学籍号",
        "the pupil has a number for life already; the temporary one was not taken",
    ),
}


def finding(code: str, row: int, other: int = 0) -> Finding:
    """other: the row that it is compared with."""
    field, zh, en = SENTENCES[code]
    return Finding(row, TITLE[field], code, zh, en, other=other)
