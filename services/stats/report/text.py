"""The sentences of the letter, in Chinese, as the ministry writes them: PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

THRESHOLD = Decimal("90.00")  # percent; units below are named
NAMED = 5  # units named in a list
OUTLIERS = 3

Document = Mapping[str, Any]


def title(document: Document) -> str:
    return f"{document['unit']['name']}学籍系统建设应用月度通报"


def date(day: str) -> str:
    """ "2026-11-30" -> "2026年11月30日"."""
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def paragraphs(document: Document) -> list[str]:
    rows = [row for row in document["children"] if row["rate"] is not None]
    return [
        line
        for line in (
            _whole(document),
            _senders(document["total"]),
            *((_top(rows), _below(rows), _most_missing(rows)) if document["ranked"] else ()),
            _to_do(document["total"]),
            _accepted(document),
        )
        if line
    ]


def _whole(document: Document) -> str:
    total, m = document["total"], document["measures"]
    if total["rate"] is None:
        return f"截至{date(document['day'])}24时，{document['campaign']['name']}中{document['unit']['name']}没有应上传电子档案的学生。"
    change = ""
    if total["change"] is not None:
        points = Decimal(total["change"])
        how = (
            "与上期持平"
            if points == 0
            else f"比上期（{date(document['compared_with']['day'])}）{'上升' if points > 0 else '下降'}{abs(points)}个百分点"
        )
        change = f"，{how}"
    return (
        f"截至{date(document['day'])}24时，{document['campaign']['name']}中{document['unit']['name']}应上传学生电子档案{m['expected']:,}人，"
        f"已上传{m['uploaded']:,}人，上传率{total['rate']}%{change}。"
    )


def _senders(total: Mapping[str, Any]) -> str:
    if total["by_parents"] is None:
        return ""
    return (
        f"已上传的电子档案中，家长上传占{total['by_parents']}%，班主任和学校代传占{total['by_proxy']}%；"
        f"已经班主任或学校核对{total['measures']['accepted']:,}份。"
    )


def _top(rows: Sequence[Mapping[str, Any]]) -> str:
    top = [row for row in rows if row["rank"] is not None and row["rank"] <= NAMED]
    return f"上传率居前的是：{_list(top)}。" if top else ""


def _below(rows: Sequence[Mapping[str, Any]]) -> str:
    below = [row for row in rows if Decimal(row["rate"]) < THRESHOLD]
    if not rows:
        return ""
    return (
        f"上传率低于{THRESHOLD:.0f}%的有{len(below)}个：{_list(below)}。"
        if below
        else f"各单位上传率均不低于{THRESHOLD:.0f}%。"
    )


def _most_missing(rows: Sequence[Mapping[str, Any]]) -> str:
    most = sorted((row for row in rows if row["missing"] > 0), key=lambda row: (-row["missing"], row["code"]))[
        :OUTLIERS
    ]
    return (
        "未上传人数最多的是：" + "、".join(f"{row['name']}（{row['missing']:,}人）" for row in most) + "。"
        if most
        else ""
    )


def _to_do(total: Mapping[str, Any]) -> str:
    m = total["measures"]
    return (
        f"需重新上传{m['returned']:,}人，照片待人工核对{m['flagged']:,}人，纸质留存{m['paper']:,}人，核查截止后上传{m['late']:,}人；"
        f"另有{m['orphans']:,}份电子档案的学生不在应上传范围内，未计入以上数字。"
    )


def _accepted(document: Document) -> str:
    return (
        f"本期有{len(document['parked'])}条记录未能计入，经确认后发布，编号见电子版附录。" if document["parked"] else ""
    )


def _list(rows: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(f"{row['name']}（{row['rate']}%）" for row in rows)


def notes(document: Document) -> list[str]:
    """The footnotes: cut-off, population rule, source, ties and zero denominators."""
    ranking = (
        "排名按未舍入的上传率由高到低，完全相同的名次并列，其后名次顺延；排名变化为比上期上升（＋）或下降（－）的名次。"
        if document["ranked"]
        else "班级只列出，不排名。"
    )
    edition = f"本版替代{document['replaces']}，原因：{document['reason']}。" if document["replaces"] else ""
    return [
        line
        for line in (
            f"统计截止：{date(document['day'])}24时（北京时间）。截止日之后到达的记录计入下一个未结账日，已发布的数字不再改变。",
            "应上传：截止时在籍在校、没有正在办理的学籍业务、属于本次核查范围的学生。休学、离校等学生的电子档案另计，不进入分子和分母。",
            "已上传：照片清晰、为确认表第一页、与学生本人相符，且未被退回或撤回的现行电子档案。纸质留存计入应上传，不计入已上传。",
            "家长上传包括家长账号上传和凭纸质表上传码上传；代传包括班主任和学校上传。需重传为最近一次档案被退回且尚无新档案。",
            "数据来源：全国学籍系统的学籍登记和电子档案的事件记录，结账后与各系统账目逐一核对相符。",
            f"上传率＝已上传÷应上传，四舍五入保留两位小数；应上传为零的记作“—”，列于末尾。{ranking}",
            edition,
        )
        if line
    ]
