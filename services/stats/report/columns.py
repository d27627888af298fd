"""The columns of the report's table: the same in the spreadsheet and in the letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.language.measure_names import zh

NOTHING = "—"  # for a rate without a denominator, or a change without an earlier report
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """heading: in Chinese. value: a row's number or text, or None. digits: decimals of a number. width: characters."""

    heading: str
    value: Callable[[Row], Any]
    digits: int = 0
    width: int = 9
    signed: bool = False

    def shown(self, row: Row) -> str:
        """The value as the letter prints it."""
        value = self.value(row)
        if value is None:
            return NOTHING
        if isinstance(value, str):
            return value
        sign = "+" if self.signed and value else ""
        return format(value, f"{sign},.{self.digits}f").replace("-", "－").replace("+", "＋")


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def columns(ranked: bool) -> list[Column]:
    """The columns for a ranked table of units, or for a table of classes, which are listed without a rank."""
    name = Column("地区（单位）" if ranked else "班级", lambda row: row["name"], width=22)
    rank = [Column(zh("rank"), lambda row: row["rank"], width=6)] if ranked else []
    climbed = [Column(zh("rank_change"), lambda row: row["rank_change"], width=9, signed=True)] if ranked else []
    return [
        *rank,
        name,
        Column(f"{zh('expected')}（人）", lambda row: row["measures"]["expected"], width=12),
        Column(f"{zh('uploaded')}（人）", lambda row: row["measures"]["uploaded"], width=12),
        Column(f"{zh('rate')}（%）", lambda row: _number(row["rate"]), digits=2, width=11),
        Column(f"{zh('change')}（百分点）", lambda row: _number(row["change"]), digits=2, width=15, signed=True),
        *climbed,
        Column(f"{zh('by_parents')}（%）", lambda row: _number(row["by_parents"]), digits=2, width=13),
        Column(f"{zh('by_proxy')}（%）", lambda row: _number(row["by_proxy"]), digits=2, width=10),
        Column(f"{zh('paper')}（人）", lambda row: row["measures"]["paper"], width=13),
        Column(f"{zh('returned')}（人）", lambda row: row["measures"]["returned"], width=12),
    ]
