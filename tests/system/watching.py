"""A real Prometheus beside a copy, and what it answers to the dashboards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.watch.boards import BOARDS
from deploy.watch.prometheus import Prometheus

STEP = 5  # seconds


def filled(expression: str, campaign: str) -> str:
    """An expression with the values that Grafana puts in."""
    return expression.replace("$__rate_interval", "1m").replace("$campaign", campaign)


@dataclass
class Watching:
    """prometheus: asks a copy since `began`."""

    prometheus: Prometheus
    began: float = field(default_factory=time.time)

    def empty_panels(self, campaigns: Sequence[str]) -> list[str]:
        """The panels that had nothing to show in the whole time, whichever campaign was chosen."""
        return [
            f"{board.id}: {panel.english}: {query.expression}"
            for board in BOARDS
            for panel, query in board.queries()
            if not any(self.numbers(filled(query.expression, campaign)) for campaign in campaigns)
        ]

    def numbers(self, expression: str) -> list[str]:
        """Values of an expression over the whole time."""
        span = {"start": str(self.began), "end": str(time.time()), "step": str(STEP)}
        found = self._get("query_range", query=expression, **span)["result"]
        return [value for line in found for _, value in line["values"] if value != "NaN"]

    def unhealthy_rules(self) -> list[str]:
        """Rules that Prometheus could not evaluate. Raises AssertionError when it has loaded none."""
        rules = [rule for group in self._get("rules")["groups"] for rule in group["rules"]]
        assert rules
        return [rule["name"] for rule in rules if rule["health"] != "ok"]

    def _get(self, what: str, **parameters: str) -> Any:
        response = httpx.get(f"{self.prometheus.address}/api/v1/{what}", params=parameters, timeout=30)
        assert response.status_code == 200, response.text
        return response.json()["data"]
