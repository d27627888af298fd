"""Columns of a file of accounts, by their headings in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HEADINGS: Mapping[str, str] = {
    "角色": "role",
    "role": "role",
    "路径": "path",
    "path": "path",
    "单位代码": "unit",
    "单位": "unit",
    "学校标识码": "unit",
    "unit": "unit",
    "unit code": "unit",
    "账号名": "login",
    "账号": "login",
    "登录名": "login",
    "login": "login",
    "姓名": "display_name",
    "真实姓名": "display_name",
    "name": "display_name",
    "display_name": "display_name",
}
FIELDS = ("role", "path", "unit", "login", "display_name")
NEEDED = ("role", "login", "display_name")
PLACES = ("path", "unit")  # one of them
RECOGNISED = 3  # headings by which a row is that of the headings; titles and notes may stand above


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """Field -> index of its first column."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if field := HEADINGS.get(cell.strip().casefold()):
            found.setdefault(field, index)
    return found


def missing(columns: Mapping[str, int]) -> list[str]:
    """The needed fields without a column."""
    lacking = [field for field in NEEDED if field not in columns]
    return lacking if any(place in columns for place in PLACES) else [*lacking, "unit"]
