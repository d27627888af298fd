"""Samples of a running copy: memory of each process, and the numbers that its workers report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.engines import resident_mb
from deploy.local.settings import is_worker
from deploy.local.stack import Stack

# Of the embedded store: so small that it is full within minutes. What the store grows by afterwards is not cached data.
STORE_CACHE = "64M"
# Number -> its metric. Each is the worst of all workers.
METRICS: Mapping[str, str] = {
    "lag": "rollcall_lag_records",
    "unpublished": "rollcall_oldest_unpublished_seconds",
    "age": "rollcall_read_model_age_seconds",
    "unchecked": "rollcall_unchecked_photos",
    "drift": "rollcall_drift_slots",
    "parked": "rollcall_parked_events",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """at: seconds since the steady work began. memory: process -> MB with its children. numbers: None if unreported.

    steps: of people, done so far.
    """

    at: float
    steps: int
    memory: Mapping[str, float]
    numbers: Mapping[str, float | None]

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @staticmethod
    def of(document: Mapping[str, Any]) -> Sample:
        return Sample(**document)


def take(stack: Stack, at: float, steps: int) -> Sample:
    """Raises nothing when a worker does not respond: its numbers are missing then."""
    memory = {name: round(resident_mb([process.pid]), 1) for name, process in stack.processes.items()}
    return Sample(round(at, 1), steps, memory, worst(_pages(stack)))


def _pages(stack: Stack) -> Iterable[str]:
    for name in filter(is_worker, stack.names):
        try:
            yield stack.metrics(name)
        except httpx.HTTPError:
            continue


def worst(pages: Iterable[str]) -> dict[str, float | None]:
    """The maximum of each number over its labels and over all pages of metrics."""
    found: dict[str, float | None] = dict.fromkeys(METRICS)
    by_metric = {metric: number for number, metric in METRICS.items()}
    for page in pages:
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                if number := by_metric.get(sample.name):
                    found[number] = max(sample.value, found[number] or 0.0)
    return found
