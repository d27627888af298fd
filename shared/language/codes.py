"""Codes that people read and type: of forms (registration, upload, serial), accounts (activation, reset, download),
applications (answer).

A code is 14 random characters (69 bits) and two check characters, a Reed-Solomon word over the field of 31 elements:
any two wrong characters and any swap of two are detected. The alphabet omits characters that people confuse: 0 O 1 I L.
The check characters tell what kind of code it is, too: typing the code of the other page is told so, though no
one is asked whether the code exists. One wrong character, or characters in another order, never make another kind.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import keyed_hash

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BASE = len(ALPHABET)  # 31, a prime, which the check characters require
RANDOM, LENGTH, GROUP = 14, 16, 4
SERIAL_RANDOM, SERIAL_LENGTH = 4, 8
REGISTRATION, UPLOAD, RESET, ACTIVATION, SERIAL = "registration", "upload", "reset", "activation", "serial"
ANSWER, RECOVERY, DOWNLOAD = "answer", "recovery", "download"
# The sum of all values of a code, by its kind. The weighted sum is 0 for all: one wrong character changes both.
SUM_OF = {UPLOAD: 0, REGISTRATION: 1, RESET: 2, ACTIVATION: 3, ANSWER: 4, RECOVERY: 5, DOWNLOAD: 6}
# What a code of this kind is called in the refusal of a field that wants another kind.
OF_ANOTHER_KIND = {
    UPLOAD: ("page-one-code", "This is the upload code of page 1."),
    REGISTRATION: ("page-two-code", "This is the registration code of page 2."),
    RESET: ("reset-code-here", "This is a reset code, which is for choosing a new password."),
    ACTIVATION: ("activation-code-here", "This is an activation code, which is for the first sign-in of staff."),
    ANSWER: ("answer-code-here", "This is an answer code, which shows where an application stands."),
    RECOVERY: ("recovery-code-here", "This is a recovery code, which stands for a one-time code at the sign-in."),
    DOWNLOAD: ("download-code-here", "This is a download code, which unlocks one print run."),
}
VALUE = {character: value for value, character in enumerate(ALPHABET)}
NEVER_USED = frozenset("0O1IL")
SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_·.]+")
PAGE_ONE = re.compile(r"(https?://[^#\s]+)/u#([^.#]+)\.([^.#]+)\Z", re.IGNORECASE)
PAGE_TWO = re.compile(r"https?://[^#\s]+/r#([^.#]+)\Z", re.IGNORECASE)
PASTED = re.compile(r"/(?:[ura]|reset)(?:#|%23)([^.#\s]+)", re.IGNORECASE)  # the code in an address, complete or not

RandBelow = Callable[[int], int]  # uniformly distributed in 0..n-1


@dataclass(frozen=True, slots=True)
class PageOne:
    """The content of the QR of page 1: the upload code and the serial of the sheet, both in plain characters.

    portal: the address before them, in lower case. Whether it is ours is for the reader to decide.
    """

    code: str
    serial: str
    portal: str


@dataclass(frozen=True, slots=True)
class PageTwo:
    """The content of the QR of page 2: the registration code."""

    code: str


def make(randbelow: RandBelow = secrets.randbelow, *, kind: str) -> str:
    """A new code: 16 characters without dashes. randbelow: the source of randomness. kind: a key of SUM_OF."""
    body = [randbelow(BASE) for _ in range(RANDOM)]
    return "".join(ALPHABET[value] for value in body + _check_values(body, SUM_OF[kind]))


def make_serial(upload_code: str, key: bytes, randbelow: RandBelow = secrets.randbelow) -> str:
    """A new serial of a sheet with this upload code: 4 random characters, and 4 that only the holder of the key knows.

    So a reader tells an invented serial from one that it has not heard of yet, without asking anybody.
    """
    chosen = "".join(ALPHABET[randbelow(BASE)] for _ in range(SERIAL_RANDOM))
    return chosen + _proof(upload_code, chosen, key)


def is_proven(serial: str, upload_code: str, key: bytes) -> bool:
    """True if the serial was made for this upload code under this key. Guessing one succeeds once in 920,000 times."""
    proof = _proof(upload_code, serial[:SERIAL_RANDOM], key)
    return hmac.compare_digest(serial[SERIAL_RANDOM:].encode(), proof.encode())


def _proof(upload_code: str, chosen: str, key: bytes) -> str:
    number = int(keyed_hash(key, "sheet", f"{normalise(upload_code)}.{chosen}"), 16)
    return "".join(ALPHABET[number // BASE**place % BASE] for place in range(SERIAL_LENGTH - SERIAL_RANDOM))


def _check_values(body: Sequence[int], wanted: int) -> list[int]:
    """The two values that make the sum of all values `wanted`, and the sum of values times position (1..16) 0."""
    plain, weighted = _sums(body)
    last = (RANDOM + 1) * (plain - wanted) - weighted
    return [(wanted - plain - last) % BASE, last % BASE]


def _sums(values: Sequence[int]) -> tuple[int, int]:
    return sum(values) % BASE, sum(position * value for position, value in enumerate(values, 1)) % BASE


def kind_of(code: str) -> str:
    """The kind that the check characters tell, of 16 plain characters; "" for what is no code."""
    if len(code) != LENGTH or any(c not in VALUE for c in code):
        return ""
    sums = _sums([VALUE[c] for c in code])
    return next((kind for kind, wanted in SUM_OF.items() if sums == (wanted, 0)), "")


def is_code(code: str, kind: str) -> bool:
    """True if these are 16 characters of the alphabet with the check characters of this kind."""
    return kind_of(code) == kind


def is_serial(serial: str) -> bool:
    return len(serial) == SERIAL_LENGTH and all(c in VALUE for c in serial)


def normalise(text: str) -> str:
    """Upper case, half width, without spaces, dashes and dots."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def plain(text: str) -> str:
    """The characters of a code as typed, or as pasted with the address of its QR, right or not."""
    pasted = PASTED.search(text)
    return normalise(pasted[1] if pasted else text)


def parse(text: str, where: str = "code", *, kind: str) -> str:
    """A code of this kind as 16 plain characters: typed, or pasted with the address of its QR.

    Raises Refused, which states the mistake, names another kind of code as such, and never repeats the text.
    """
    code = plain(text)
    if misread := sorted(NEVER_USED & set(code)):
        raise Refused(
            "code-characters", f"Codes never contain {' '.join(misread)}; look at the paper again.", where=where
        )
    if any(c not in VALUE for c in code):
        raise Refused("code-characters", "A code consists of the letters A-Z and the digits 2-9 only.", where=where)
    if len(code) != LENGTH:
        raise Refused(
            "code-length", f"A code has {LENGTH} characters in four groups of four; these are {len(code)}.", where=where
        )
    found = kind_of(code)
    if found and found != kind:
        raise Refused(*OF_ANOTHER_KIND[found], where=where)
    if not found:
        raise Refused(
            "code-mistyped",
            "A character of the code is wrong or two are swapped; compare it with the paper.",
            where=where,
        )
    return code


def grouped(code: str) -> str:
    """The printed form: "ABCD-EFGH-JKMN-PQRS"."""
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def code_hash(kind: str, code: str, key: bytes) -> str:
    """32 hexadecimal digits that find a code again without keeping it. kind: REGISTRATION, UPLOAD or SERIAL."""
    return keyed_hash(key, kind, normalise(code))


def page_one_address(portal_url: str, upload_code: str, serial: str) -> str:
    """The address in the QR of page 1. Browsers never send the part after "#", so no server log contains the code."""
    return f"{portal_url}/u#{normalise(upload_code)}.{normalise(serial)}"


def page_two_address(portal_url: str, registration_code: str) -> str:
    """The address in the QR of page 2."""
    return f"{portal_url}/r#{normalise(registration_code)}"


def activation_address(portal_url: str, activation_code: str, login: str) -> str:
    """The address in the QR of an activation sheet: the code, and the login that it belongs to."""
    return f"{portal_url}/a#{normalise(activation_code)}.{quote(login, safe='')}"


def reset_address(portal_url: str, reset_code: str) -> str:
    """The address in the QR of a reset slip."""
    return f"{portal_url}/reset#{normalise(reset_code)}"


def parse_qr(text: str) -> PageOne | PageTwo | None:
    """The content of a QR of a form, of this deployment or another; None for any other QR."""
    if found := PAGE_ONE.match(text.strip()):
        code, serial = normalise(found[2]), normalise(found[3])
        return PageOne(code, serial, found[1].lower()) if is_code(code, UPLOAD) and is_serial(serial) else None
    if found := PAGE_TWO.match(text.strip()):
        code = normalise(found[1])
        return PageTwo(code) if is_code(code, REGISTRATION) else None
    return None
