"""The publishers as statistics meets them: their days are closed, and their books compared with ours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

from services.stats.domain.measures import CATEGORIES_OF, account
from shared.eventsourcing.event import Undecodable, from_wire, id_hash

BookRows = Counter[tuple[int, str, str]]  # (slot, day, "count" | "sum")


@dataclass(frozen=True, slots=True)
class Closing:
    """How far a publisher's books are closed, and how many events of the day have not reached the bus yet."""

    publisher: str
    closed_through: str
    pending: int

    def final(self, day: str) -> bool:
        return self.closed_through >= day and self.pending == 0

    def shown(self) -> dict[str, Any]:
        return {"name": self.publisher, "closed_through": self.closed_through, "pending": self.pending}


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What a publisher's store holds through a day, of the categories that statistics learns."""

    closing: Closing
    rows: BookRows


@dataclass(frozen=True, slots=True)
class Difference:
    """A slot's day on which a store and statistics do not hold the same events. Each side: (count, sum)."""

    publisher: str
    slot: int
    day: str
    store: tuple[int, int]
    learned: tuple[int, int]

    def shown(self) -> dict[str, Any]:
        return {
            "publisher": self.publisher,
            "slot": self.slot,
            "day": self.day,
            "store": {"count": self.store[0], "sum": self.store[1]},
            "learned": {"count": self.learned[0], "sum": self.learned[1]},
        }


class Client(Protocol):
    """shared.service.service_client.InternalClient, or a double."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]: ...
    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]: ...


class Publishers:
    """All publishers. Every method raises Refused("unavailable") when one of them is away."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = clients

    @property
    def names(self) -> list[str]:
        return sorted(self._clients)

    def close(self, day: str) -> list[Closing]:
        """Close a day everywhere; the same again only asks how many events are pending."""
        answers = {name: self._clients[name].post("/internal/close", {"day": day}) for name in self.names}
        return [Closing(name, answer["closed_through"], answer["pending"]) for name, answer in answers.items()]

    def books(self, through: str) -> list[ControlTotals]:
        return [self._books(name, through) for name in self.names]

    def _books(self, name: str, through: str) -> ControlTotals:
        answer = self._clients[name].get(
            "/internal/control-totals", {"through": through, "categories": ",".join(CATEGORIES_OF[name])}
        )
        rows: BookRows = Counter()
        for row in answer["totals"]:
            rows.update(
                {(row["slot"], row["day"], "count"): row["count"], (row["slot"], row["day"], "sum"): row["hash_total"]}
            )
        return ControlTotals(Closing(name, answer["closed_through"], answer["pending"]), rows)


def compare(publisher: str, store: BookRows, learned: BookRows) -> list[Difference]:
    """Where the two differ, by slot and day."""
    found = []
    for slot, day in sorted({(slot, day) for slot, day, _ in [*store, *learned]}):
        theirs, ours = ((rows[slot, day, "count"], rows[slot, day, "sum"]) for rows in (store, learned))
        if theirs != ours:
            found.append(Difference(publisher, slot, day, theirs, ours))
    return found


Account = tuple[str, int, str]  # publisher, slot, day


def prints_of_parked(values: Iterable[bytes]) -> Mapping[Account, set[int]]:
    """The fingerprints of parked events, by the account of the books in which they are, if a store holds them."""
    prints: defaultdict[Account, set[int]] = defaultdict(set)
    for value in values:
        try:
            event = from_wire(value)
            slot, publisher = account(event.stream)
        except (Undecodable, KeyError, ValueError):
            continue  # bytes without a place in any books
        prints[publisher, slot, event.day].add(id_hash(event.id))
    return prints


def explains(parked: Mapping[Account, set[int]], difference: Difference) -> bool:
    """Whether some of the parked events are all that the store holds more than we do; others may be in no store at all."""
    missing, total = (theirs - ours for theirs, ours in zip(difference.store, difference.learned, strict=True))
    known = parked.get((difference.publisher, difference.slot, difference.day), set())
    return missing > 0 and any(sum(some) == total for some in combinations(sorted(known), missing))


def lag_of(differences: Sequence[Difference]) -> int:
    """How many events statistics does not know yet, as far as counts can tell."""
    per_slot: Counter[tuple[str, int]] = Counter()
    for d in differences:
        per_slot[d.publisher, d.slot] += d.store[0] - d.learned[0]
    return sum(abs(n) for n in per_slot.values())
