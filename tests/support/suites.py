"""The targets of the Makefile as selections of tests, and which tests stay together when two workers share them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

ENGINES = {"document_store", "object_store"}  # fixtures
IMPLEMENTATIONS = {"mongo", "kafka"}  # parameters of the suites that every implementation of a protocol runs
UNIT = "not (engine or kafka or browser or system or mutant)"
REST_OF_TEST = f"not ({UNIT}) and not thorough and (smoke or not system)"
REST_OF_PROVE = f"({UNIT}) or mutant or thorough or (system and not smoke)"  # rules: with more examples
FIRST = ("system", "mutant")  # in this order, then everything else: what takes long begins early


def arrange(items: list[pytest.Item]) -> None:
    """Mark what starts an engine, keep the tests of one copy on one worker, and put first what takes long."""
    for item in items:
        if _meets_an_engine(item):
            item.add_marker("engine")
        if item.get_closest_marker("system"):
            bus = "kafka" if item.get_closest_marker("kafka") else "embedded bus"
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} on {bus}"))
    items.sort(key=lambda item: _rank(mark.name for mark in item.iter_markers()))


def _meets_an_engine(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    parameters = getattr(item, "callspec", None)
    values = parameters.params.values() if parameters else ()
    return bool(fixtures & ENGINES) or any(value in IMPLEMENTATIONS for value in values if isinstance(value, str))


def _rank(marks: Iterable[str]) -> int:
    return min((FIRST.index(name) for name in marks if name in FIRST), default=len(FIRST))
