"""The one name of every measure, in Chinese and in English, with a hint. Pages, CSV, XLSX and letter read it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class MeasureName(NamedTuple):
    """hint: one sentence that says which pupils are counted."""

    zh: str
    en: str
    hint_zh: str
    hint_en: str


MEASURE_NAMES: Mapping[str, MeasureName] = {
    "expected": MeasureName(
        "应上传",
        "Expected",
        "在籍在校、没有正在办理的学籍业务、属于本次核查范围",
        "In school, no registry procedure pending, covered by the campaign",
    ),
    "printed": MeasureName("已打印", "Printed", "有一张有效的确认表", "A valid sheet of the form has been printed"),
    "registered": MeasureName("已注册", "Registered", "至少有一位家长已关联", "At least one guardian is connected"),
    "received": MeasureName(
        "已收到照片",
        "Photo received",
        "有照片进入这份确认表：已归档、待确认、被退回或已撤回",
        "A photo has reached the form: archived, waiting, returned or withdrawn",
    ),
    "uploaded": MeasureName("已上传", "Uploaded", "有一份有效的电子档案", "A valid photo is archived"),
    "by_guardian": MeasureName(
        "家长账号上传", "By guardian's account", "由已登录的家长上传", "Uploaded by a guardian who had signed in"
    ),
    "by_code": MeasureName(
        "凭上传码上传",
        "By upload code",
        "凭纸质表上的上传码上传，没有登录",
        "Uploaded with the code on paper, not signed in",
    ),
    "by_teacher": MeasureName("班主任代传", "By class teacher", "由班主任上传", "Uploaded by the class teacher"),
    "by_school": MeasureName("学校代传", "By school", "由学籍管理员上传", "Uploaded by the school's registry admin"),
    "how_single": MeasureName("逐份上传", "One by one", "一次上传一份", "Uploaded one form at a time"),
    "how_stack": MeasureName("批量扫描", "Scanned as a stack", "整批扫描后上传", "Uploaded from a scan of many forms"),
    "accepted": MeasureName(
        "已审核", "Accepted", "班主任或学校已看过并通过", "Reviewed and accepted by class teacher or school"
    ),
    "flagged": MeasureName(
        "待人工确认",
        "Waiting for a person",
        "照片等人查看，还没有归档",
        "A photo waits for a decision; nothing is archived yet",
    ),
    "returned": MeasureName(
        "需重拍",
        "To be photographed again",
        "照片被退回，还没有新照片",
        "The photo was returned and no new one has come",
    ),
    "paper": MeasureName(
        "纸质留存", "Kept on paper", "计入应上传，不计入已上传", "Counts as expected, never as uploaded"
    ),
    "late": MeasureName("截止后上传", "After the cut-off", "在截止日之后上传", "Uploaded after the cut-off day"),
    "orphans": MeasureName(
        "不在应上传范围",
        "Archived, not expected",
        "有电子档案但不在应上传之列，不计入其他数字",
        "A photo is archived though none is expected; no other figure counts it",
    ),
}

# The columns of a report that are computed from measures.
REPORT_NAMES: Mapping[str, tuple[str, str]] = {
    "rank": ("排名", "Rank"),
    "rank_change": ("排名变化", "Rank change"),
    "rate": ("上传率", "Upload rate"),
    "change": ("比上期", "Change"),
    "missing": ("未上传", "Missing"),
    "by_parents": ("家长上传", "By guardians"),
    "by_proxy": ("代传", "By proxy"),
}


def zh(measure: str) -> str:
    """The Chinese name of a measure, or of a column of the report. Raises KeyError for any other key."""
    return MEASURE_NAMES[measure].zh if measure in MEASURE_NAMES else REPORT_NAMES[measure][0]


def both(measure: str) -> tuple[str, str]:
    """Chinese and English name, as the portal's texts hold them."""
    return MEASURE_NAMES[measure][:2] if measure in MEASURE_NAMES else REPORT_NAMES[measure]
