"""Paths in the organisation tree: "/000000/110000/110101/2111000001/2111000001p202301/".

Every path begins and ends with "/", so a prefix test is exact and a range query needs no regular expression.
"""

from __future__ import annotations

import re

NATION = "000000"
ROOT = f"/{NATION}/"
PATH = re.compile(r"/(?:[^/\s]+/)+")  # a lone "/" would be a prefix of everything


def child(path: str, code: str) -> str:
    return f"{path}{code}/"


def codes(path: str) -> list[str]:
    """The units of a path from the nation down."""
    return path.strip("/").split("/")


def above(path: str) -> str:
    """The path of the unit directly above."""
    return path[: path.rstrip("/").rindex("/") + 1]


def last(path: str) -> str:
    return codes(path)[-1]


def parent(path: str) -> str:
    """The path of the unit above; "/" above the nation."""
    return path.rstrip("/").rpartition("/")[0] + "/"


def is_path(text: str) -> bool:
    return PATH.fullmatch(text) is not None


def upper_bound(path: str) -> str:
    """The smallest text greater than every path below this one: "0" follows "/" in ASCII."""
    return path[:-1] + "0"
