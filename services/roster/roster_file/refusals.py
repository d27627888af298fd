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
        f"The sheet uses more than {rows} rows or {columns} columns; split it.",
        f"表格超过 {rows} 行或 {columns} 列，请拆分。",
        "too-large",
    )


def wrong_type() -> NoReturn:
    refuse(
        "file-type",
        "Only .xlsx workbooks and .csv files are read; save the roster as one of them.",
        "只能导入 .xlsx 或 .csv 文件，请另存后再导入。",
        "unsupported-media",
    )


def damaged_workbook() -> NoReturn:
    refuse(
        "file-damaged",
        "The workbook is damaged; save it again as .xlsx and repeat the import.",
        "工作簿已损坏，请重新保存为 .xlsx 后再导入。",
    )


def damaged_text() -> NoReturn:
    refuse("file-damaged", "The file is not a table of comma-separated values.", "文件不是有效的 CSV 表格。")


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
