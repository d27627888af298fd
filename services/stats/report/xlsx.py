"""The report as a spreadsheet: the letter's table and all measures. The same report gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter

from services.stats.domain.measures import NAMES
from services.stats.report import text
from services.stats.report.columns import NOTHING, columns
from shared.infrastructure.sheets import cell
from shared.language.measure_names import zh


def spreadsheet(document: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    # A file with the time of its making would have other bytes every time.
    workbook.set_properties({"title": document["title"], "created": datetime.fromisoformat(document["day"])})
    _table(workbook, document)
    _measures(workbook, document)
    _notes(workbook, document)
    workbook.close()
    return out.getvalue()


def _formats(workbook: Any) -> dict[str, Any]:
    base = {"font_name": "Noto Sans CJK SC", "font_size": 10, "valign": "vcenter"}
    boxed = {**base, "border": 1, "border_color": "#B8C2CC"}
    return {
        "title": workbook.add_format(
            {**base, "font_size": 16, "bold": True, "font_color": "#B3201B", "align": "center"}
        ),
        "subtitle": workbook.add_format({**base, "font_color": "#5B6770", "align": "center"}),
        "head": workbook.add_format(
            {**boxed, "bold": True, "bg_color": "#EEF2F6", "align": "center", "text_wrap": True}
        ),
        "text": workbook.add_format(boxed),
        "integer": workbook.add_format({**boxed, "num_format": "#,##0"}),
        "decimal": workbook.add_format({**boxed, "num_format": "0.00"}),
        "change": workbook.add_format({**boxed, "num_format": "+0.00;-0.00;0.00"}),
        "rank_change": workbook.add_format({**boxed, "num_format": "+0;-0;0"}),
        "nothing": workbook.add_format({**boxed, "align": "center", "font_color": "#8A949E"}),
        "line": workbook.add_format({**base, "text_wrap": True, "valign": "top"}),
    }


def _table(workbook: Any, document: Mapping[str, Any]) -> None:
    sheet, of, listed = workbook.add_worksheet("通报"), _formats(workbook), columns(document["ranked"])
    sheet.merge_range(0, 0, 0, len(listed) - 1, cell(document["title"]), of["title"])
    sheet.merge_range(
        1,
        0,
        1,
        len(listed) - 1,
        cell(f"{text.campaign(document)}　截至{document['day']}　第{document['number']}期"),
        of["subtitle"],
    )
    sheet.set_row(0, 30)
    sheet.set_row(2, 32)
    for number, column in enumerate(listed):
        sheet.set_column(number, number, column.width)
        sheet.write(2, number, column.heading, of["head"])
    for line, row in enumerate([*document["children"], {**document["total"], "name": "合计"}], 3):
        for number, column in enumerate(listed):
            value = column.value(row)
            kind = (
                ("change" if column.digits else "rank_change")
                if column.signed
                else "decimal"
                if column.digits
                else "integer"
            )
            if value is None:
                sheet.write_string(line, number, NOTHING, of["nothing"])
            elif isinstance(value, str):
                sheet.write_string(line, number, cell(value), of["text"])
            else:
                sheet.write_number(line, number, value, of[kind])
    if document["folded"]:
        line = 4 + len(document["children"])
        sheet.merge_range(line, 0, line, len(listed) - 1, cell(document["folded"]), of["line"])
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _measures(workbook: Any, document: Mapping[str, Any]) -> None:
    """Every measure of every child, with codes: for programs and other spreadsheets."""
    sheet, of = workbook.add_worksheet("全部指标"), _formats(workbook)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 1 + len(NAMES), 11)
    for number, heading in enumerate(["代码", "名称", *(zh(name) for name in NAMES)]):
        sheet.write_string(0, number, heading, of["head"])
    for line, row in enumerate([document["total"], *document["children"], *document["nobody_expected"]], 1):
        sheet.write_string(line, 0, row["code"], of["text"])
        sheet.write_string(line, 1, cell(row["name"]), of["text"])
        for number, name in enumerate(NAMES, 2):
            sheet.write_number(line, number, row["measures"][name], of["integer"])
    sheet.freeze_panes(1, 2)


def _notes(workbook: Any, document: Mapping[str, Any]) -> None:
    sheet, of = workbook.add_worksheet("说明"), _formats(workbook)
    sheet.set_column(0, 0, 110)
    versions = document["versions"]
    lines = [
        *document["text"],
        "",
        *document["notes"],
        "",
        f"编号：{document['id']}　第{document['version']}版",
        f"指标版本：{versions['measures']}　组织树：{versions['tree'][:16]}　程序：{versions['code']}",
        *(
            f"{publisher}：{totals['count']}条记录，校验和{totals['hash_total']}"
            for publisher, totals in document["control_totals"].items()
        ),
        *(f"未计入的记录：{item['key']}（{item['reason']}）" for item in document["parked"]),
    ]
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, cell(line), of["line"])
