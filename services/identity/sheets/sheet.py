"""Activation sheets as PDF: one page for each account, or a list to cut, of four accounts a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import segno

from shared.infrastructure.clock import day_of
from shared.infrastructure.typesetting import typeset
from shared.language import codes

TEMPLATE, FONTS = Path(__file__).with_name("sheets.typ"), files("noto_cjk_sans_otc")
PAGES, LIST = "pages", "list"
LAYOUTS = (PAGES, LIST)
TITLE_OF_TEACHERS, TITLE = "班主任平台信息表", "平台账号激活单"


@dataclass(frozen=True, slots=True)
class Sheet:
    """place: the classes or the unit. code: "" for an account that is active already. ends_at: of the code, in ms."""

    name: str
    login: str
    place: str
    code: str
    ends_at: int


def render(sheets: Sequence[Sheet], unit: str, *, of_teachers: bool, layout: str, portal_url: str) -> bytes:
    """The sheets with a code, and at the end a list of the accounts that are active already. layout: of LAYOUTS."""
    data = {
        "title": TITLE_OF_TEACHERS if of_teachers else TITLE,
        "unit": unit,
        "place": "班级" if of_teachers else "单位",
        "layout": layout,
        "address": f"{portal_url}/a".split("://")[-1],
        "sheets": [_view(sheet, portal_url) for sheet in sheets if sheet.code],
        "active": [[sheet.name, sheet.login, sheet.place] for sheet in sheets if not sheet.code],
    }
    with as_file(FONTS) as fonts:
        return typeset(TEMPLATE, data, [fonts], tagged=False)


def _view(sheet: Sheet, portal_url: str) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "login": sheet.login,
        "place": sheet.place,
        "code": sheet.code,
        "qr": _qr(codes.activation_address(portal_url, sheet.code, sheet.login)),
        "ends": _day(sheet.ends_at),
    }


def _day(ms: int) -> str:
    year, month, day = day_of(ms).split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _qr(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=4, scale=4, xmldecl=False)
    return drawing.getvalue().decode()
