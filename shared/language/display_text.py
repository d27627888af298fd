"""The one rule for names of people and things: what stands in them can be seen, and stands where it is seen.

Refused are control characters, bidirectional overrides, isolates and marks, zero-width and other format characters,
line and paragraph separators, surrogates, unassigned and private codes. No script loses a name by it: Chinese needs no
such character, Uyghur and Kazakh join by the letters themselves (ئ takes the place of a joiner), Tibetan stacks by its
subjoined letters. Mongolian alone needs one, the vowel separator, which stays where it follows a Mongolian letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # general categories of Unicode
MONGOLIAN_VOWEL_SEPARATOR = "\u180e"
MONGOLIAN = range(0x1820, 0x18AB)
IDEOGRAPHS = range(0x20000, 0x3FFFE)  # planes 2 and 3: GB 18030 grows faster than the tables of the interpreter


def is_ideograph_of_later_tables(character: str) -> bool:
    """True for a code of the ideographic planes that this interpreter does not know yet."""
    code = ord(character)
    return code in IDEOGRAPHS and code & 0xFFFE != 0xFFFE and unicodedata.category(character) == "Cn"


def hidden(text: str, allowed: Collection[str] = ()) -> str:
    """The characters that may not stand in a name, in their sequence. allowed: categories that may."""
    if text.isprintable():  # none of any of the categories; nearly every text, and a hundred times as fast
        return ""
    return "".join(character for at, character in enumerate(text) if _is_hidden(text, at, allowed))


def visible(text: str, allowed: Collection[str] = ()) -> str:
    """The text without them."""
    if text.isprintable():
        return text
    return "".join(character for at, character in enumerate(text) if not _is_hidden(text, at, allowed))


def _is_hidden(text: str, at: int, allowed: Collection[str]) -> bool:
    character = text[at]
    if character == MONGOLIAN_VOWEL_SEPARATOR and at and ord(text[at - 1]) in MONGOLIAN:
        return False
    category = unicodedata.category(character)
    return category in HIDDEN and category not in allowed and not is_ideograph_of_later_tables(character)
