"""Confirmation forms as PDF: page 1 to check, sign and photograph, page 2 to register; a cover sheet before a class.

One typst run per print.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import segno

from services.roster.forms import cells, glyphs
from services.roster.roster_file.code_lists import ID_TYPES, SEX_NAMES
from services.roster.roster_file.columns import HEADINGS
from shared.infrastructure.typesetting import typeset
from shared.language import codes, form_layout
from shared.language.form_title import FORM_TITLE

TEMPLATE = Path(__file__).with_name("forms.typ")
ADDRESSES = ("address", "post_address", "home_address")
FIELDS = tuple(
    name
    for name in HEADINGS
    if not name.startswith("guardian")
    and name not in (*ADDRESSES, "name", "pupil_number", "school_code", "school_name", "county")
)
YES_OR_NO = frozenset(("only_child", "preschool", "left_behind", "migrant", "orphan", "martyr", "aid", "school_bus"))
BREAKABLE = re.compile(r".{4}(?=.{3})")  # pieces of a word that is longer than its line
ON_A_COVER = 66  # names on a cover sheet
NOTHING_MISSING = "\ue000{9}"  # a pattern that matches nothing on a form


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet. fields: personal fields by the names of columns.HEADINGS. Codes and serial in plain characters."""

    school: str
    class_: str
    grade: str
    fields: Mapping[str, str]
    upload_code: str
    registration_code: str
    serial: str


def pages_of(classes: Iterable[int]) -> int:
    """The pages of a print: two of each form, and the cover sheets of a class with several. classes: forms in each."""
    return sum(2 * forms + (-(-forms // ON_A_COVER) if forms > 1 else 0) for forms in classes)


def render(forms: Sequence[Form], campaign: str, portal_url: str) -> bytes:
    """A PDF with two pages per form, in the given sequence; those of a class, if several, follow a cover sheet."""
    texts = "".join(form.school + form.class_ + "".join(form.fields.values()) for form in forms)
    scripts = glyphs.missing_scripts(texts)
    missing = "".join(set(glyphs.missing(texts)).difference(*scripts.values()))
    data = {
        "title": FORM_TITLE,
        "campaign": campaign,
        "register_address": f"{portal_url}/r",
        "missing": f"[{re.escape(missing)}]" if missing else NOTHING_MISSING,
        "scripts": [{"name": name, "pattern": _run_of(characters)} for name, characters in scripts.items()],
        "layout": _layout(),
        "on_a_cover": ON_A_COVER,
        "classes": [
            [_as_json(form, portal_url) for form in of_class]
            for _, of_class in groupby(forms, lambda form: (form.school, form.class_))
        ],
    }
    return typeset(TEMPLATE, data, glyphs.FOLDERS, tagged=False)


def _run_of(characters: str) -> str:
    """A pattern for text in these characters, with the spaces inside it."""
    one = f"[{re.escape(characters)}]"
    return f"{one}+(?: +{one}+)*"


def _layout() -> dict[str, Any]:
    return {
        "margin_x": form_layout.MARGIN_X,
        "margin_top": form_layout.MARGIN_TOP,
        "margin_bottom": form_layout.MARGIN_BOTTOM,
        "quiet": form_layout.QUIET,
        "beside_qr": form_layout.BESIDE_QR,
        "qr": asdict(form_layout.QR),
        "signature": asdict(form_layout.SIGNATURE),
        "marks": [asdict(mark) for mark in form_layout.MARKS],
        "heading": {"top": cells.TOP, "height": cells.HEADING},
        "padding": cells.PADDING,
        "strips": [asdict(strip) for strip in cells.STRIPS],
        "cells": [asdict(cell) for cell in cells.CELLS],
    }


def _as_json(form: Form, portal_url: str) -> dict[str, Any]:
    shown = {**form.fields, "grade": form.grade, "class": form.class_}
    return {
        "name": shown["name"],
        "school": form.school,
        "class": form.class_,
        "missing": bool(glyphs.missing("".join(shown.values()))),
        "values": [_value(cell, shown.get(cell.field, "")) for cell in cells.CELLS],
        "upload_code": codes.grouped(form.upload_code),
        "registration_code": codes.grouped(form.registration_code),
        "serial": form.serial,
        "upload_qr": _qr(codes.page_one_address(portal_url, form.upload_code, form.serial), quiet=0),
        "registration_qr": _qr(codes.page_two_address(portal_url, form.registration_code)),
    }


def _value(cell: cells.Cell, value: str) -> tuple[str, bool]:
    """The text of a cell, and whether it may be too long for its type. A long word, as of a mail address, may break."""
    words, most = in_words(cell.field, value), cell.pieces()
    text = re.sub(rf"[!-~]{{{most + 1},}}", lambda word: BREAKABLE.sub("\\g<0>\u200b", word[0]), words)
    return text, cell.is_long(words)


def in_words(name: str, value: str) -> str:
    """The value of a field as people read it: codes of the registry as their words."""
    if name == "sex":
        return SEX_NAMES.get(value, value)
    if name.endswith("id_type"):
        return ID_TYPES.get(value, value)
    if name in YES_OR_NO or name.endswith("is_guardian"):
        return {"1": "是", "0": "否", "Y": "是", "N": "否"}.get(value, value)
    return value


def _qr(text: str, quiet: int = 4) -> str:
    """An SVG. quiet: modules of white around it. Level Q restores a quarter: bad photos need that more than large
    modules.
    """
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(
        out, kind="svg", border=quiet, xmldecl=False, svgns=True, omitsize=False, scale=4
    )
    return out.getvalue().decode()
