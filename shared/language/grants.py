"""Grants: permissions that an account holds beyond those of its role, each for a part of the tree and for some days.

An access token carries them as [prefix, [further path, first day, last day, [names]], ...]: what all their paths begin
with is said once, and those with the same place and days stand together. A cookie of 4 kB holds the token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.language.path import is_path


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """permission: its name. path: it holds there and below. Days of Beijing, both included; last_day "": no end."""

    permission: str
    path: str
    first_day: str
    last_day: str = ""

    def is_over(self, day: str) -> bool:
        return bool(self.last_day) and self.last_day < day

    def holds_on(self, day: str) -> bool:
        return self.first_day <= day and not self.is_over(day)


def as_claim(grants: Iterable[Grant]) -> list[Any]:
    """The claim of a token; [] without grants."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for grant in sorted(grants):
        together.setdefault((grant.path, grant.first_day, grant.last_day), []).append(grant.permission)
    if not together:
        return []
    prefix = _common_start([path for path, _, _ in together])
    return [prefix, *([path.removeprefix(prefix), *days, names] for (path, *days), names in together.items())]


def _common_start(texts: Sequence[str]) -> str:
    # What the first and the last in order have in common, all between them have, too.
    first, last = min(texts), max(texts)
    differs = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differs, len(first))]


def of_claim(claim: Sequence[Any]) -> tuple[Grant, ...]:
    """The grants of a token. Texts that are no paths are dropped, so that a broken claim opens nothing."""
    prefix, *places = claim or ("",)
    return tuple(
        Grant(name, prefix + path, first, last)
        for path, first, last, names in places
        for name in names
        if is_path(prefix + path)
    )
