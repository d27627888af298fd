"""Metrics: all in one file, named after their unit, bounded, used; and what pages and rules name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.metrics import every
from shared.infrastructure import metrics

REPO = Path(__file__).resolve().parents[2]
SOURCES = {path: path.read_text() for folder in ("services", "shared") for path in (REPO / folder).rglob("*.py")}
HOME = Path(metrics.__file__)
METRICS = {metric.name: metric for metric in every()}
SERIES = {name for metric in METRICS.values() for name in metric.series}
UNITS = {
    "seconds", "requests", "refusals", "events", "conflicts", "records", "campaigns", "photos", "endings", "slots",
    "audits", "pupils", "views",
}  # fmt: skip
# Labels, each with values that the code or the ministry's tree gives. A new one is a decision: can a client invent it?
LABELS = {
    "method", "rule", "status", "code", "publisher", "subscription", "state", "reason", "function", "ending",
    "outcome", "campaign", "unit", "measure", "event", "what", "role",
}  # fmt: skip
NAMED = re.compile(r"\brollcall_[a-z_]+_[a-z_]+\b")
DATABASES = re.compile(r"rollcall_(identity|roster|upload|stats)\b")
PAGES = [
    *(REPO / "docs" / name for name in ("operations.md", "guarantees.md", "security.md")),
    *(REPO / "docs" / "how-to").glob("*.md"),
    *(path for kind in ("yaml", "json") for path in (REPO / "deploy").rglob(f"*.{kind}")),
]


def test_metrics_are_made_in_one_file():
    made = [
        path.name for path, text in SOURCES.items() if re.search(r"\b(Counter|Gauge|Histogram|Summary)\(\s*\"", text)
    ]
    assert made == [HOME.name]


@pytest.mark.parametrize("metric", every(), ids=lambda metric: metric.name)
def test_a_metric_is_named_after_its_unit_and_its_labels_are_known(metric):
    assert metric.name.startswith("rollcall_") and metric.unit in UNITS
    assert set(metric.labels) <= LABELS
    assert metric.meaning


def test_every_metric_is_used():
    words = {word for path, text in SOURCES.items() if path != HOME for word in re.findall(r"\w+", text)}
    assert [name for name in vars(metrics) if name.isupper() and name not in words] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_every_metric_that_a_page_or_a_rule_names_exists(page):
    named = set(NAMED.findall(DATABASES.sub("", page.read_text())))
    assert named <= SERIES | METRICS.keys()
