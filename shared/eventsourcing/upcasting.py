"""Upcasting: events of an old schema are read as events of the newest one, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from shared.eventsourcing.event import Event

Shape = tuple[Mapping[str, Any], Mapping[str, Any]]  # data, state
Upcaster = Callable[[Mapping[str, Any], Mapping[str, Any]], Shape]


class Upcasters:
    """(type, schema) -> the function that returns data and state of schema + 1. Run when an event is read."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, int], Upcaster] = {}

    def register(self, type: str, schema: int, step: Upcaster) -> None:
        if (type, schema) in self._steps:
            raise ValueError(f"{type} schema {schema} has an upcaster already")
        self._steps[type, schema] = step

    def __call__(self, event: Event) -> Event:
        data, state, schema = event.data, event.state, event.schema
        while step := self._steps.get((event.type, schema)):
            data, state = step(data, state)
            schema += 1
        return event if schema == event.schema else replace(event, data=data, state=state, schema=schema)
