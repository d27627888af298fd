"""The publishers over HTTP: they close days, and return the control totals of their stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from services.stats.domain.measures import CATEGORIES_OF
from services.stats.domain.reconciliation import Closing, PublisherTotals, TotalsByDay


class Client(Protocol):
    """shared.service.service_client.InternalClient, or a double."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]: ...
    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]: ...


class PublisherClients:
    """All publishers over HTTP. Every method raises Refused("unavailable") when one of them is unavailable."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = clients

    @property
    def names(self) -> list[str]:
        return sorted(self._clients)

    def close(self, day: str) -> list[Closing]:
        """Close a day at every publisher; a repetition only asks how many events are pending."""
        responses = {name: self._clients[name].post("/internal/close", {"day": day}) for name in self.names}
        return [Closing(name, each["closed_through"], each["pending"]) for name, each in responses.items()]

    def control_totals(self, through: str) -> list[PublisherTotals]:
        return [self._control_totals(name, through) for name in self.names]

    def _control_totals(self, name: str, through: str) -> PublisherTotals:
        response = self._clients[name].get(
            "/internal/control-totals", {"through": through, "categories": ",".join(CATEGORIES_OF[name])}
        )
        totals: TotalsByDay = Counter()
        for row in response["totals"]:
            slot, day = row["slot"], row["day"]
            totals.update({(slot, day, "count"): row["count"], (slot, day, "hash_total"): row["hash_total"]})
        return PublisherTotals(Closing(name, response["closed_through"], response["pending"]), totals)
