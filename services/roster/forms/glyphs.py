"""The characters that the forms' font can show: its character map (OpenType cmap, format 12), read once."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

# Scripts of pupils' names that the font lacks, by the beginning of the names of their characters
SCRIPTS: Mapping[str, str] = {
    "TIBETAN": "藏文",
    "ARABIC": "维吾尔文等阿拉伯字母文字",
    "MONGOLIAN": "蒙古文",
    "YI SYLLABLE": "彝文",
    "NEW TAI LUE": "傣文",
    "TAI LE": "傣文",
}
FONT = Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"


@cache
def _ranges(font: Path = FONT) -> tuple[tuple[int, int], ...]:
    """First and last code point of every group of the first font of a collection."""
    data = font.read_bytes()
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    directory = range(start + 12, start + 12 + 16 * struct.unpack_from(">H", data, start + 4)[0], 16)
    cmap = next(struct.unpack_from(">I", data, at + 8)[0] for at in directory if data[at : at + 4] == b"cmap")
    for record in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * record + 4)[0]
        if struct.unpack_from(">H", data, table)[0] == 12:
            groups = struct.unpack_from(">I", data, table + 12)[0]
            return tuple(struct.unpack_from(">II", data, table + 16 + 12 * group) for group in range(groups))
    raise ValueError("the font has no character map for all planes")


@cache
def can_show(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _ranges())


def missing(text: str) -> str:
    """The characters of a text that the font cannot show, each once."""
    return "".join(sorted({c for c in text if not c.isspace() and not can_show(c)}))


def missing_scripts(text: str) -> Mapping[str, str]:
    """The same by script, for scripts that the font lacks as a whole: their Chinese name -> characters."""
    found: dict[str, str] = {}
    for character in missing(text):
        if script := _script(character):
            found[script] = found.get(script, "") + character
    return found


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    return next((script for beginning, script in SCRIPTS.items() if name.startswith(beginning)), "")
