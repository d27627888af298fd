"""The characters that the forms' fonts can show: their character maps (OpenType cmap), read once.

One font has the ideographs and the alphabets around them, one each Tibetan and Arabic letters (fonts/README.md).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

# Scripts of pupils' names that no font here has, by the beginning of the names of their characters
SCRIPTS: Mapping[str, str] = {"MONGOLIAN": "蒙古文", "YI SYLLABLE": "彝文", "NEW TAI LUE": "傣文", "TAI LE": "傣文"}
IDEOGRAPHS = Path(str(files("noto_cjk_sans_otc"))) / "NotoSansCJK-Regular.ttc"
OF_SCRIPTS = Path(__file__).parent / "fonts"
FOLDERS = (IDEOGRAPHS.parent, OF_SCRIPTS)
FULL, OF_THE_FIRST_PLANE = 12, 4  # formats of a character map


@cache
def _ranges() -> tuple[tuple[int, int], ...]:
    """First and last code point of every group of every font."""
    fonts = (IDEOGRAPHS, *sorted(OF_SCRIPTS.glob("*.ttf")))
    return tuple(group for font in fonts for group in _groups(font.read_bytes()))


def _groups(font: bytes) -> Iterator[tuple[int, int]]:
    """Groups of a font, or of the first of a collection."""
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    directory = range(start + 12, start + 12 + 16 * struct.unpack_from(">H", font, start + 4)[0], 16)
    cmap = next(struct.unpack_from(">I", font, at + 8)[0] for at in directory if font[at : at + 4] == b"cmap")
    offsets = range(cmap + 8, cmap + 8 + 8 * struct.unpack_from(">H", font, cmap + 2)[0], 8)
    tables = [cmap + struct.unpack_from(">I", font, at)[0] for at in offsets]
    by_format = {struct.unpack_from(">H", font, table)[0]: table for table in tables}
    if table := by_format.get(FULL):
        count = struct.unpack_from(">I", font, table + 12)[0]
        return ((first, last) for first, last, _ in struct.iter_unpack(">III", font[table + 16 :][: 12 * count]))
    table = by_format[OF_THE_FIRST_PLANE]
    size = struct.unpack_from(">H", font, table + 6)[0]  # bytes of each list: the last code points, then the first
    lasts, firsts = (struct.unpack_from(f">{size // 2}H", font, at) for at in (table + 14, table + 16 + size))
    return zip(firsts, lasts, strict=True)


@cache
def can_show(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _ranges())


def missing(text: str) -> str:
    """The characters of a text that no font can show, each once."""
    return "".join(sorted({c for c in text if not c.isspace() and not can_show(c)}))


def missing_scripts(text: str) -> Mapping[str, str]:
    """The same by script, for scripts that the fonts lack as a whole: their Chinese name -> characters."""
    found: dict[str, str] = {}
    for character in missing(text):
        if script := _script(character):
            found[script] = found.get(script, "") + character
    return found


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    return next((script for beginning, script in SCRIPTS.items() if name.startswith(beginning)), "")
