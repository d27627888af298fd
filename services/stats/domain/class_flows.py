"""The flows of one school by class, read when it is asked for: a nation has millions of classes. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class ClassFlow(NamedTuple):
    """The changes at a school's classes on a day. changes: class -> measure -> change."""

    day: str
    changes: Mapping[str, Mapping[str, int]]


def figures_of_classes(flows: Iterable[ClassFlow], day: str) -> dict[str, Counter[str]]:
    """Class -> its figures at the end of a day."""
    out: dict[str, Counter[str]] = {}
    for flow in flows:
        for class_, changes in flow.changes.items() if flow.day <= day else ():
            out.setdefault(class_, Counter()).update(changes)
    return out


def changes_of_class(flows: Iterable[ClassFlow], class_: str) -> dict[str, Counter[str]]:
    """Day -> the changes of a class's figures on it."""
    out: dict[str, Counter[str]] = {}
    for flow in flows:
        if class_ in flow.changes:
            out.setdefault(flow.day, Counter()).update(flow.changes[class_])
    return out
