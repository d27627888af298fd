"""Confirmation forms as PDF: page 1 to check, sign and photograph, page 2 to register. One typst run per class."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import segno

from services.roster.forms import glyphs
from services.roster.roster_file.code_lists import ID_TYPES, SEX_NAMES
from services.roster.roster_file.columns import HEADINGS, TITLE
from shared.infrastructure.typesetting import typeset
from shared.language import codes, form_layout
from shared.language.form_title import FORM_TITLE

TEMPLATE = Path(__file__).with_name("forms.typ")
STARRED = frozenset(
    (
        "name",
        "sex",
        "birth_date",
        "birth_place",
        "ethnic_group",
        "country",
        "id_type",
        "overseas",
        "health",
        "household_place",
        "household_kind",
        "entry_month",
        "entry_way",
        "grade",
        "class",
        "boarding",
        "address",
        "phone",
        "postcode",
        "only_child",
        "preschool",
    )
)
ADDRESSES = ("address", "post_address", "home_address")
GUARDIAN = ("name", "relation", "ethnic_group", "work", "address", "phone", "is_guardian", "id_type", "id_number")
FIELDS = tuple(
    name
    for name in HEADINGS
    if not name.startswith("guardian")
    and name not in (*ADDRESSES, "name", "pupil_number", "school_code", "school_name", "county")
)
YES_OR_NO = frozenset(("only_child", "preschool", "left_behind", "migrant", "orphan", "martyr", "aid", "school_bus"))
LONG_WORD = re.compile(r"[!-~]{18}(?=[!-~]{3})")  # such as mail addresses, which may break after it
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


def render(forms: Sequence[Form], campaign: str, portal_url: str) -> bytes:
    """A PDF with two pages per form, in the given sequence."""
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
        "forms": [_as_json(form, portal_url) for form in forms],
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
        "qr": asdict(form_layout.QR),
        "signature": asdict(form_layout.SIGNATURE),
        "marks": [asdict(mark) for mark in form_layout.MARKS],
        "label_width": form_layout.LABEL_WIDTH,
        "change_width": form_layout.CHANGE_WIDTH,
    }


def _as_json(form: Form, portal_url: str) -> dict[str, Any]:
    shown = {**form.fields, "grade": form.grade, "class": form.class_}
    return {
        "name": shown["name"],
        "school": form.school,
        "class": form.class_,
        "missing": bool(glyphs.missing("".join(shown.values()))),
        "fields": [_pair(name, shown) for name in ("name", "pupil_number", *FIELDS)],
        "addresses": [_pair(name, shown) for name in ADDRESSES],
        "guardians": [[_pair(f"guardian{n}_{name}", shown) for n in (1, 2)] for name in GUARDIAN],
        "upload_code": codes.grouped(form.upload_code),
        "registration_code": codes.grouped(form.registration_code),
        "serial": form.serial,
        "upload_qr": _qr(codes.page_one_address(portal_url, form.upload_code, form.serial), quiet=0),
        "registration_qr": _qr(codes.page_two_address(portal_url, form.registration_code)),
    }


def _pair(name: str, fields: Mapping[str, str]) -> tuple[str, str]:
    return TITLE[name] + ("*" if name in STARRED else ""), _shown(name, fields.get(name, ""))


def _shown(name: str, value: str) -> str:
    words = in_words(name, value)
    return LONG_WORD.sub(lambda found: found[0] + "\u200b", value) if words == value else words


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
