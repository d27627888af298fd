"""An entry of the audit trail, and the hash that ties it to the one before it in its chain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import orjson

from shared.language.class_names import parse_class_id
from shared.language.path import ROOT, child, codes, is_path, last

FIRST = 1  # number of the first entry of a chain
NOTHING_BEFORE = ""  # what the first entry has in place of a hash


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. A chain is that of a unit in a service; its entries are numbered from 1 without holes.

    id: ordered by time over all chains and services. at: ms since 1970. path: of the unit, at that time.
    target: an opaque id. source: a network address. facts: of the act, nothing personal.
    previous: hash of the entry before. hash: over everything else.
    """

    id: str
    at: int
    service: str
    path: str
    act: str
    account: str
    role: str
    target: str
    source: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    number: int = 0
    previous: str = NOTHING_BEFORE
    hash: str = ""

    @property
    def unit(self) -> str:
        return last(self.path)

    def following(self, number: int, previous: str) -> Entry:
        """The entry after the one with this number and hash, sealed."""
        placed = replace(self, number=number + 1, previous=previous)
        return replace(placed, hash=digest(placed))


def digest(entry: Entry) -> str:
    """SHA-256 over the canonical form: JSON with sorted keys, without `hash`."""
    content = {name: value for name, value in asdict(entry).items() if name != "hash"}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def unit_path(path: str) -> str:
    """The path of the unit at or above a path: of a class its school. The nation for what is no path."""
    if not is_path(path):
        return ROOT
    units = [code for code in codes(path) if parse_class_id(code) is None]
    return f"/{'/'.join(units)}/"


def prefixes(path: str) -> list[str]:
    """The path and every path above it, the nation's first."""
    found = [child("/", codes(path)[0])]
    for code in codes(path)[1:]:
        found.append(child(found[-1], code))
    return found
