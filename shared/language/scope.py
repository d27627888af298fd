"""The scope of a caller: prefixes of the organisation tree, and for guardians single pupils. Empty allows nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.language.path import is_path, upper_bound


@dataclass(frozen=True, slots=True)
class Scope:
    """paths: every path at or below one of these. pupils: exactly these."""

    paths: tuple[str, ...] = ()
    pupils: tuple[str, ...] = ()

    @classmethod
    def of(cls, paths: Iterable[str] = (), pupils: Iterable[str] = ()) -> Scope:
        """Drop texts that are no paths, so that a broken claim opens nothing, and paths below another."""
        clean = sorted({p for p in paths if is_path(p)})
        return cls(
            tuple(p for p in clean if not any(p != q and p.startswith(q) for q in clean)), tuple(sorted(set(pupils)))
        )

    def allows(self, path: str) -> bool:
        return is_path(path) and any(path.startswith(prefix) for prefix in self.paths)

    def allows_pupil(self, pupil: str) -> bool:
        return bool(pupil) and pupil in self.pupils

    def queries(self, field: str) -> list[Mapping[str, Any]]:
        """Range filters on a path field that together match exactly the allowed paths; one query each, no overlap."""
        return [{field: {"$gte": prefix, "$lt": upper_bound(prefix)}} for prefix in self.paths]
