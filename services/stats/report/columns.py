"""The columns of the report's table: the same in the spreadsheet and in the letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = "—"  # where there is nothing to divide by, or nothing to compare with
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """heading: Chinese. value: a number or text of a row, None for nothing. digits: decimals of a number. width: in characters."""

    heading: str
    value: Callable[[Row], Any]
    digits: int = 0
    width: int = 9
    signed: bool = False

    def shown(self, row: Row) -> str:
        """As the letter prints it."""
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
    """For a table of units that are ranked, or of classes that are only listed."""
    name = Column("地区（单位）" if ranked else "班级", lambda row: row["name"], width=22)
    rank = [Column("排名", lambda row: row["rank"], width=6)] if ranked else []
    climbed = [Column("排名变化", lambda row: row["rank_change"], width=9, signed=True)] if ranked else []
    return [
        *rank,
        name,
        Column("应上传（人）", lambda row: row["measures"]["expected"], width=12),
        Column("已上传（人）", lambda row: row["measures"]["uploaded"], width=12),
        Column("上传率（%）", lambda row: _number(row["rate"]), digits=2, width=11),
        Column("比上期（百分点）", lambda row: _number(row["change"]), digits=2, width=15, signed=True),
        *climbed,
        Column("家长上传（%）", lambda row: _number(row["by_parents"]), digits=2, width=13),
        Column("代传（%）", lambda row: _number(row["by_proxy"]), digits=2, width=10),
        Column("纸质留存（人）", lambda row: row["measures"]["paper"], width=13),
        Column("需重传（人）", lambda row: row["measures"]["returned"], width=12),
    ]
