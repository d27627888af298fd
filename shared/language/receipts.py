"""Receipt numbers of photos (受理号): what a family reads out on the telephone, and a teacher types in.

Nine digits and a check digit (ISO 7064 MOD 11,10, the sibling for digits of the one in ID numbers), spoken like a
telephone number: 482-177-3052. It opens nothing: only a person who may see a photo finds it by this number.
So two photos in different schools may have the same one.
"""

from __future__ import annotations

import re
import unicodedata

from shared.infrastructure.errors import Refused
from shared.language.codes import SEPARATORS

DIGITS = 9
RECEIPT = re.compile(rf"[0-9]{{{DIGITS + 1}}}\Z")


def make(number: int) -> str:
    """The receipt number of any number, however large: its last nine digits and the check digit."""
    digits = f"{number % 10**DIGITS:0{DIGITS}d}"
    return digits + _check_digit(digits)


def is_receipt(text: str) -> bool:
    return RECEIPT.match(text) is not None and _check_digit(text[:-1]) == text[-1]


def parse(text: str, where: str = "receipt") -> str:
    """A typed number as ten plain digits. Raises Refused("receipt-mistyped")."""
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not is_receipt(digits):
        raise Refused(
            "receipt-mistyped",
            f"A receipt number has {DIGITS + 1} digits, like 482-177-3052; one of these is missing or wrong.",
            where=where,
        )
    return digits


def grouped(receipt: str) -> str:
    """482-177-3052, as it is shown."""
    return f"{receipt[:3]}-{receipt[3:6]}-{receipt[6:]}"


def _check_digit(digits: str) -> str:
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
