"""Cells of page 1: label, registered value and change column (变更栏) of each field, at fixed places.

Every row is at least 8 mm high, and the white of a change column takes handwriting of 5 mm: a name of 20 characters, an
address, an ID number in boxes. What is long shrinks inside its own cell, so no row moves and none gets narrower.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.roster.roster_file.columns import TITLE
from shared.language.form_layout import BESIDE_QR, MARGIN_X, PAGE, SIGNATURE, Area

WRITTEN, BOXES, DATE, YES_NO, SEX = "written", "boxes", "date", "yes-no", "sex"  # what the change column offers
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
OF_GUARDIANS = {
    "name": "姓名",
    "relation": "关系",
    "ethnic_group": "民族",
    "work": "单位",
    "address": "住址",
    "phone": "电话",
    "is_guardian": "是否监护人",
    "id_type": "身份证件类型",
    "id_number": "证件号",
}
TOP, BELOW_QR = 35.2, 61.6  # millimetres from the top: of the heading row, of the rows that are as wide as the page
HEADING, STRIP = 4.6, 6.0  # height of the heading row; width of the strip that names a guardian
PADDING = 0.8
TYPE = 9 * 25.4 / 72  # millimetres of an em at 9 pt
LINE, FIRST = 1.17, 0.9  # ems from a line to the next, and of a single one


@dataclass(frozen=True, slots=True)
class Cell:
    """A field with the areas of its three columns. boxes: how many are printed into the change column."""

    field: str
    title: str
    label: Area
    value: Area
    change: Area
    kind: str = WRITTEN
    boxes: int = 0

    def is_long(self, text: str) -> bool:
        """True unless the text surely fits at 9 pt."""
        ems = sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.7 for c in text)
        across = (self.value.width - 2 * PADDING) / TYPE
        lines = 1 + int((self.value.height / TYPE - FIRST) / LINE)
        return (ems > across and (lines < 2 or ems > 0.75 * across * lines)) or not all(map(_is_plain, text))

    def pieces(self) -> int:
        """Characters of a word without a break that surely fit into one line: there it may be broken."""
        return max(4, int((self.value.width - 2 * PADDING) / TYPE / 0.6))


def _is_plain(character: str) -> bool:
    return character.isascii() or unicodedata.east_asian_width(character) in "WFA"


@dataclass(frozen=True, slots=True)
class Strip:
    """The name of a guardian, downwards along that guardian's rows."""

    title: str
    area: Area


Columns = tuple[str, float, float, float]  # field, widths of label, value and change
Row = tuple[float, Sequence[Columns]]  # height, and fields from left to right

HALF, THIRD, QUARTER = (19.4, 32.0, 41.6), (17.6, 20.0, 24.4), (22.6, 6.4, 17.5)
WIDE = (17.6, 68.4, 100.0)
BESIDE: Sequence[Row] = ((11.4, [("name", 17.6, 46.4, 78.0)]), (9.0, [("id_number", 17.6, 37.4, 87.0)]))
ACROSS: Sequence[Row] = (
    (8.0, [("pupil_number", 17.6, 37.4, 69.0), ("id_type", *THIRD)]),
    (8.0, [(name, *THIRD) for name in ("sex", "ethnic_group", "country")]),
    (8.0, [(name, *HALF) for name in ("birth_date", "former_name")]),
    (8.0, [(name, *HALF) for name in ("name_pinyin", "native_place")]),
    (8.0, [(name, *HALF) for name in ("birth_place", "household_place")]),
    (8.0, [(name, *THIRD) for name in ("household_kind", "overseas", "political_status")]),
    (8.0, [(name, *THIRD) for name in ("health", "disability", "special_class")]),
    (8.0, [(name, *THIRD) for name in ("entry_month", "entry_way", "source")]),
    (8.0, [(name, *THIRD) for name in ("grade", "class", "boarding")]),
    (8.0, [(name, *THIRD) for name in ("left_behind", "distance", "transport")]),
    (8.0, [(name, *QUARTER) for name in ("only_child", "preschool", "orphan", "migrant")]),
    (8.0, [*((name, *QUARTER) for name in ("martyr", "aid", "school_bus")), ("postcode", 16.2, 12.4, 17.9)]),
    (8.0, [(name, *HALF) for name in ("phone", "email")]),
    (10.2, [("address", *WIDE)]),
    (9.0, [("post_address", *WIDE)]),
    (9.0, [("home_address", *WIDE)]),
)
GUARDIAN: Sequence[Row] = (
    (8.0, [("name", 12.0, 38.0, 68.0), ("relation", 12.0, 20.0, 30.0)]),
    (8.0, [("id_number", 12.0, 36.0, 70.0), ("id_type", *THIRD)]),
    (8.0, [("phone", 12.0, 25.0, 41.0), ("ethnic_group", 12.0, 16.0, 24.0), ("is_guardian", 19.4, 6.6, 24.0)]),
    (10.2, [("address", 12.0, 46.0, 60.0), ("work", 12.0, 22.0, 28.0)]),
)
TICKED = frozenset(("only_child", "preschool", "orphan", "migrant", "martyr", "aid", "school_bus"))
NUMBERED = {"id_number": 18, "pupil_number": 19}
BROKEN = {
    "id_type": 4,
    "overseas": 3,
    "left_behind": 4,
    "preschool": 4,
    "migrant": 6,
    "martyr": 5,
}  # titles of two lines


def _kind(field: str) -> str:
    if field in TICKED or field.endswith("is_guardian"):
        return YES_NO
    if field.endswith("id_number") or field == "pupil_number":
        return BOXES
    return {"sex": SEX, "birth_date": DATE}.get(field, WRITTEN)


def _cells(rows: Sequence[Row], top: float, left: float = MARGIN_X, guardian: int = 0) -> Iterator[Cell]:
    for height, fields in rows:
        across = left
        for field, *widths in fields:
            label, value, change = _side_by_side(across, top, height, widths)
            name, title = (f"guardian{guardian}_{field}", OF_GUARDIANS[field]) if guardian else (field, TITLE[field])
            shown, boxes = _in_lines(field, title + "*" * (name in STARRED)), NUMBERED.get(field, 0)
            yield Cell(name, shown, label, value, change, _kind(name), boxes)
            across = change.right
        top += height


def _side_by_side(left: float, top: float, height: float, widths: Sequence[float]) -> Iterator[Area]:
    for width in widths:
        yield Area(left, top, width, height)
        left += width


def _in_lines(field: str, title: str) -> str:
    at = BROKEN.get(field, len(title))
    return "\n".join(filter(None, (title[:at], title[at:])))


def _height(rows: Sequence[Row]) -> float:
    return sum(height for height, _ in rows)


OF_FIRST = BELOW_QR + _height(ACROSS)  # top of the first guardian's rows
STRIPS = tuple(
    Strip(f"监护人{n}", Area(MARGIN_X, OF_FIRST + (n - 1) * _height(GUARDIAN), STRIP, _height(GUARDIAN)))
    for n in (1, 2)
)
CELLS = (
    *_cells(BESIDE, TOP + HEADING),
    *_cells(ACROSS, BELOW_QR),
    *(cell for n, strip in enumerate(STRIPS, 1) for cell in _cells(GUARDIAN, strip.area.top, strip.area.right, n)),
)
# Every row ends where the paper does, or the QR begins, and none reaches the signature box.
assert all(cell.change.right <= PAGE[0] - MARGIN_X + 1e-6 and cell.change.bottom < SIGNATURE.top for cell in CELLS)
assert all(cell.change.right <= BESIDE_QR for cell in CELLS if cell.change.top < BELOW_QR)
