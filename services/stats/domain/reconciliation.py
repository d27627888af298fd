"""Reconciliation of the publishers' control totals with those of the projection: PURE."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.stats.domain.measures import control_key
from shared.eventsourcing.event import Undecodable, from_wire, id_hash

TotalsByDay = Counter[tuple[int, str, str]]  # (slot, day, "count" | "hash_total")


@dataclass(frozen=True, slots=True)
class Closing:
    """A publisher's last closed day ("" if none), and how many events of the day in question are not on the bus yet."""

    name: str
    closed_through: str
    pending: int

    def final(self, day: str) -> bool:
        return self.closed_through >= day and self.pending == 0


@dataclass(frozen=True, slots=True)
class PublisherTotals:
    """The control totals of a publisher's store through a day, over the categories that statistics handles."""

    closing: Closing
    totals: TotalsByDay


@dataclass(frozen=True, slots=True)
class Totals:
    """Number of events, and sum of their id hashes."""

    count: int
    hash_total: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A slot's day on which a store and the projection do not hold the same events."""

    publisher: str
    slot: int
    day: str
    store: Totals
    projection: Totals


def reconcile(publisher: str, store: TotalsByDay, projection: TotalsByDay) -> list[Difference]:
    """The differences between the two, by slot and day."""
    found = []
    for slot, day in sorted({(slot, day) for slot, day, _ in [*store, *projection]}):
        theirs, ours = (Totals(each[slot, day, "count"], each[slot, day, "hash_total"]) for each in (store, projection))
        if theirs != ours:
            found.append(Difference(publisher, slot, day, theirs, ours))
    return found


Group = tuple[str, int, str]  # publisher, slot, day: one control total


def hashes_of_parked(values: Iterable[bytes]) -> Mapping[Group, set[int]]:
    """The id hashes of parked events, by the control total that counts them if a store holds them."""
    hashes: defaultdict[Group, set[int]] = defaultdict(set)
    for value in values:
        try:
            event = from_wire(value)
            slot, publisher = control_key(event.stream)
        except (Undecodable, KeyError, ValueError):
            continue  # no event of any publisher
        hashes[publisher, slot, event.day].add(id_hash(event.id))
    return hashes


def explains(parked: Mapping[Group, set[int]], difference: Difference) -> bool:
    """True if the events that only the store holds are among the parked ones, some of which may be in no store."""
    missing = difference.store.count - difference.projection.count
    hash_total = difference.store.hash_total - difference.projection.hash_total
    hashes = parked.get((difference.publisher, difference.slot, difference.day), set())
    return missing > 0 and any(sum(some) == hash_total for some in combinations(sorted(hashes), missing))


def lag_of(differences: Sequence[Difference]) -> int:
    """The number of events that are not in the projection yet, as far as counts can tell."""
    per_slot: Counter[tuple[str, int]] = Counter()
    for each in differences:
        per_slot[each.publisher, each.slot] += each.store.count - each.projection.count
    return sum(abs(n) for n in per_slot.values())
