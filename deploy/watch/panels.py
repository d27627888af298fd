"""Grafana's documents for boards, rows and panels. Schema 39 (Grafana 11)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NUMBER, LINES, BARS, TABLE = "stat", "timeseries", "bargauge", "table"
AT_ONCE = (NUMBER, BARS, TABLE)  # show the present moment alone
WIDTH, HEIGHT = 24, {NUMBER: 4, LINES: 8, BARS: 12, TABLE: 12}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
REGIONS = Path(__file__).resolve().parents[2] / "services" / "roster" / "data" / "regions.csv"


@dataclass(frozen=True, slots=True)
class Query:
    """expression: PromQL. legend: the label that names a line, or a word."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """width: of 24. red: from which value on it is red; None: never. unit: Grafana's word for it."""

    chinese: str
    english: str
    kind: str
    unit: str
    queries: tuple[Query, ...]
    width: int = 8
    red: float | None = None

    @property
    def title(self) -> str:
        return f"{self.chinese} · {self.english}"


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """refresh, since: in Grafana's words. variable: a label of a metric that people choose a value of, or "": none."""

    id: str
    title: str
    rows: tuple[Row, ...]
    refresh: str = "30s"
    since: str = "now-3h"
    variable: tuple[str, str] = ("", "")  # label, metric

    def queries(self) -> Iterator[tuple[Panel, Query]]:
        for row in self.rows:
            for panel in row.panels:
                for query in panel.queries:
                    yield panel, query

    def document(self) -> dict[str, Any]:
        return {
            "uid": self.id,
            "title": self.title,
            "tags": ["rollcall"],
            "schemaVersion": 39,
            "editable": False,
            "timezone": "Asia/Shanghai",
            "refresh": self.refresh,
            "time": {"from": self.since, "to": "now"},
            "templating": {"list": list(self._variables())},
            "panels": list(_placed(self.rows)),
        }

    def _variables(self) -> Iterator[Mapping[str, Any]]:
        yield {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
        label, metric = self.variable
        if label:
            values = f"label_values({metric}, {label})"
            yield {"name": label, "type": "query", "datasource": SOURCE, "query": values, "refresh": 2, "sort": 2}


def _placed(rows: Sequence[Row]) -> Iterator[Mapping[str, Any]]:
    """Rows below each other, the panels of a row from left to right; a full line begins the next one."""
    number = y = 0
    for row in rows:
        number += 1
        yield {"id": number, "type": "row", "title": row.title, "gridPos": _at(0, y, WIDTH, 1), "panels": []}
        x, y, height = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > WIDTH:
                x, y, height = 0, y + height, 0
            number, height = number + 1, max(height, HEIGHT[panel.kind])
            yield {"id": number, **_panel(panel), "gridPos": _at(x, y, panel.width, HEIGHT[panel.kind])}
            x += panel.width
        y += height


def _at(x: int, y: int, width: int, height: int) -> Mapping[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(panel: Panel) -> Mapping[str, Any]:
    steps: list[Mapping[str, Any]] = [{"color": "green", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    defaults = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": _names_of_units(panel)},
        "options": _options(panel),
        "targets": [_target(panel, n, query) for n, query in enumerate(panel.queries)],
        **({"transformations": [{"id": "merge", "options": {}}]} if panel.kind == TABLE else {}),
    }


def _options(panel: Panel) -> Mapping[str, Any]:
    if panel.kind == LINES:
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    if panel.kind == TABLE:
        return {"showHeader": True}
    reduced = {"calcs": ["lastNotNull"], "fields": "", "values": panel.kind == BARS}
    return {"reduceOptions": reduced, **({"orientation": "horizontal"} if panel.kind == BARS else {})}


def _target(panel: Panel, number: int, query: Query) -> Mapping[str, Any]:
    legend = f"{{{{{query.legend}}}}}" if f"({query.legend}" in query.expression else query.legend
    return {
        "refId": chr(ord("A") + number),
        "datasource": SOURCE,
        "expr": query.expression,
        "legendFormat": legend,
        "instant": panel.kind in AT_ONCE,
        "range": panel.kind not in AT_ONCE,
        "format": "table" if panel.kind in (TABLE, BARS) else "time_series",
    }


def _names_of_units(panel: Panel) -> list[Mapping[str, Any]]:
    """In tables: the names of provinces instead of their codes."""
    if panel.kind not in (TABLE, BARS):
        return []
    with REGIONS.open(newline="") as file:
        names = {row["code"]: {"text": row["name"]} for row in csv.DictReader(file) if row["level"] == "province"}
    mappings = [{"type": "value", "options": names}]
    return [{"matcher": {"id": "byName", "options": "unit"}, "properties": [{"id": "mappings", "value": mappings}]}]
