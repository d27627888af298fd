"""Refusals of a roster file as a whole, in English and Chinese."""

from __future__ import annotations

from typing import NoReturn

from shared.infrastructure.errors import Refused


def refuse(code: str, detail: str, zh: str, kind: str = "unprocessable") -> NoReturn:
    raise Refused(code, detail, kind=kind, where="file", extra={"message_zh": zh})


def empty() -> NoReturn:
    refuse("file-empty", "The file has no rows.", "文件中没有内容。")


def too_large(megabytes: int) -> NoReturn:
    refuse(
        "file-too-large",
        f"The file is larger than {megabytes} MB; split it.",
        f"文件超过 {megabytes} MB，请分成几个文件。",
        "too-large",
    )


def too_many(rows: int, columns: int) -> NoReturn:
    refuse(
        "file-too-many-rows",
        f"More than {rows} rows or {columns} columns are filled, or cells lie far apart; split the file, or copy the "
        "roster into a new workbook.",
        f"有内容的行超过 {rows} 行或列超过 {columns} 列，或者单元格相距太远。请拆分，或把名册复制到新的工作簿。",
        "too-large",
    )


def wrong_type() -> NoReturn:
    refuse(
        "file-type",
        "This is no table that can be read: workbooks (.xlsx, .xls), text (.csv, .txt) and tables of web pages are. "
        "Open the roster in Excel or WPS and save it as .xlsx.",
        "这个文件不是能读取的表格。可以导入工作簿（.xlsx、.xls）、文本（.csv、.txt）和网页表格。"
        "请用 Excel 或 WPS 打开名册，另存为 .xlsx 再导入。",
        "unsupported-media",
    )


def damaged_workbook() -> NoReturn:
    refuse(
        "file-damaged",
        "The workbook is damaged; save it again as .xlsx and repeat the import.",
        "工作簿已损坏，请重新保存为 .xlsx 后再导入。",
    )


def damaged_text(line: int) -> NoReturn:
    refuse(
        "file-damaged",
        f"Line {line} cannot be read as a row of the table; open the file in a spreadsheet and save it as .xlsx.",
        f"第 {line} 行起无法按表格读取，请用表格软件打开后另存为 .xlsx 再导入。",
    )


def open_quote(line: int) -> NoReturn:
    refuse(
        "file-damaged",
        f"A quotation mark in line {line} never closes and takes in the rows below; nothing was imported. Delete it, "
        "or save the file as .xlsx.",
        f"第 {line} 行有一个英文双引号没有成对，会把下面的行并进去，所以没有导入。"
        "请删掉这个引号，或另存为 .xlsx 再导入。",
    )


def macros() -> NoReturn:
    refuse(
        "file-macros",
        "The workbook contains macros; save it as .xlsx without macros.",
        "工作簿含有宏，请另存为不含宏的 .xlsx。",
    )


def encrypted() -> NoReturn:
    refuse(
        "file-encrypted",
        "The workbook is protected by a password; save it without one.",
        "文件设有密码，请取消密码后再导入。",
    )


def bomb() -> NoReturn:
    refuse(
        "file-bomb", "The workbook unpacks to far more than a roster needs.", "工作簿解压后过大，已拒绝。", "too-large"
    )


def too_costly() -> NoReturn:
    refuse(
        "file-too-costly",
        "Reading this file takes far more time or memory than a roster does; it was not read. Copy its rows into a new "
        "workbook and import that.",
        "读取这个文件要花的时间或内存远超一份名册，没有导入。请把内容复制到新的工作簿后再导入。",
    )
