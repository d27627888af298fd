"""The sentences of the letter, in Chinese, as the ministry writes them: PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.language.campaign_state import STATE_NAMES
from shared.language.measure_names import MEASURE_NAMES, zh

THRESHOLD = Decimal("90.00")  # percent; units below are named
NAMED = 5  # units named in a list
OUTLIERS = 3
FOLDED = 12  # units without expected pupils that the one line names

Document = Mapping[str, Any]


def title(document: Document) -> str:
    return f"{document['unit']['name']}学籍系统建设应用月度通报"


def campaign(document: Document) -> str:
    """The campaign with its state on the day: 2026年秋季学籍核查（进行中）."""
    return f"{document['campaign']['name']}（{STATE_NAMES[document['campaign']['state']][0]}）"


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
        return f"{_as_of(document)}没有{zh('expected')}电子档案的学生。"
    change = ""
    if total["change"] is not None:
        points = Decimal(total["change"])
        direction = "上升" if points > 0 else "下降"
        before = f"上期（{date(document['compared_with']['day'])}）"
        how = f"比{before}{direction}{abs(points)}个百分点" if points else "与上期持平"
        change = f"，{how}"
    return (
        f"{_as_of(document)}{zh('expected')}学生电子档案{m['expected']:,}人，"
        f"{zh('uploaded')}{m['uploaded']:,}人，{zh('rate')}{total['rate']}%{change}。"
    )


def _as_of(document: Document) -> str:
    return f"截至{date(document['day'])}24时，{document['campaign']['name']}中{document['unit']['name']}"


def _senders(total: Mapping[str, Any]) -> str:
    if total["by_parents"] is None:
        return ""
    return (
        f"{zh('uploaded')}的电子档案中，{zh('by_parents')}占{total['by_parents']}%，班主任和学校{zh('by_proxy')}占{total['by_proxy']}%；"
        f"班主任或学校{zh('accepted')}{total['measures']['accepted']:,}份。"
    )


def _top(rows: Sequence[Mapping[str, Any]]) -> str:
    """A unit below the threshold is never praised: it stands in the other list, however few are better."""
    top = [
        row for row in rows if row["rank"] is not None and row["rank"] <= NAMED and Decimal(row["rate"]) >= THRESHOLD
    ]
    return f"{zh('rate')}居前的是：{_list(top)}。" if top else ""


def _below(rows: Sequence[Mapping[str, Any]]) -> str:
    below = [row for row in rows if Decimal(row["rate"]) < THRESHOLD]
    if not rows:
        return ""
    return (
        f"{zh('rate')}低于{THRESHOLD:.0f}%的有{len(below)}个：{_list(below)}。"
        if below
        else f"各单位{zh('rate')}均不低于{THRESHOLD:.0f}%。"
    )


def _most_missing(rows: Sequence[Mapping[str, Any]]) -> str:
    most = sorted((row for row in rows if row["missing"] > 0), key=lambda row: (-row["missing"], row["code"]))[
        :OUTLIERS
    ]
    return (
        f"{zh('missing')}人数最多的是：" + "、".join(f"{row['name']}（{row['missing']:,}人）" for row in most) + "。"
        if most
        else ""
    )


def _to_do(total: Mapping[str, Any]) -> str:
    m = total["measures"]
    return (
        f"{zh('returned')}{m['returned']:,}人，{zh('flagged')}{m['flagged']:,}人，{zh('paper')}{m['paper']:,}人，"
        f"{zh('late')}{m['late']:,}人；另有{m['orphans']:,}份电子档案的学生{zh('orphans')}，未计入以上数字。"
    )


def without_pupils(document: Document) -> str:
    """The one line for units (or classes) of which nobody is expected; "" if there are none."""
    rows = document["nobody_expected"]
    names = "、".join(row["name"] for row in rows[:FOLDED]) + ("等" if len(rows) > FOLDED else "")
    what = "单位" if document["ranked"] else "班级"
    return f"另有{len(rows)}个{what}没有{zh('expected')}学生，不列入上表：{names}。" if rows else ""


def _accepted(document: Document) -> str:
    return (
        f"本期有{len(document['parked'])}条记录未能计入，经确认后发布，编号见电子版附录。" if document["parked"] else ""
    )


def _list(rows: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(f"{row['name']}（{row['rate']}%）" for row in rows)


def notes(document: Document) -> list[str]:
    """The footnotes: cut-off, population rule, source, ties and zero denominators."""
    ranking = (
        f"{zh('rank')}按未舍入的{zh('rate')}由高到低，完全相同的名次并列，其后名次顺延；"
        f"{zh('rank_change')}为比上期上升（＋）或下降（－）的名次。"
        if document["ranked"]
        else "班级只列出，不排名。"
    )
    edition = f"本版替代{document['replaces']}，原因：{document['reason']}。" if document["replaces"] else ""
    return [
        line
        for line in (
            f"统计截止：{date(document['day'])}24时（北京时间）。"
            "截止日之后到达的记录计入下一个未结账日，已发布的数字不再改变。",
            f"{zh('expected')}：截止时{MEASURE_NAMES['expected'].hint_zh}的学生。"
            f"休学、离校等学生的电子档案另计，不进入分子和分母。",
            f"{zh('uploaded')}：照片清晰、为确认表第一页、与学生本人相符，且未被退回或撤回的现行电子档案。"
            f"{zh('paper')}{MEASURE_NAMES['paper'].hint_zh}。",
            f"{zh('by_parents')}包括{zh('by_guardian')}和{zh('by_code')}；{zh('by_proxy')}包括{zh('by_teacher')}和{zh('by_school')}。"
            f"{zh('returned')}：最近一次档案被退回且尚无新档案。",
            "数据来源：全国学籍系统的学籍登记和电子档案的事件记录，结账后与各系统账目逐一核对相符。",
            f"{zh('rate')}＝{zh('uploaded')}÷{zh('expected')}，四舍五入保留两位小数；{zh('expected')}为零的不列入表内。{ranking}",
            edition,
        )
        if line
    ]
