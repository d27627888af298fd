"""Parts of an import: the classes and the kinds of change that a school takes now; the rest is left for later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

KINDS: Mapping[str, tuple[str, ...]] = {  # of a change: the outcomes of its rows
    "new": ("added", "waiting"),
    "changed": ("changed", "proposed"),
    "moved": ("moved",),
    "rejoined": ("rejoined",),
}
KIND_OF = {outcome: kind for kind, outcomes in KINDS.items() for outcome in outcomes}


@dataclass(frozen=True, slots=True)
class Parts:
    """classes: those in the file, so a move belongs to the class it goes to. kinds: of KINDS. Empty means all."""

    classes: Collection[str] = ()
    kinds: Collection[str] = ()

    @property
    def is_all(self) -> bool:
        return not self.classes and not self.kinds

    def take(self, class_: str, kind: str) -> bool:
        return (not self.classes or class_ in self.classes) and (not self.kinds or kind in self.kinds)


ALL = Parts()
