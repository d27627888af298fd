"""The queries on a projection: flows, units, classes, campaigns, control totals, parked events.

Reads that belong together are made in one transaction: the embedded store honours no snapshot outside one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from services.stats.domain.class_flows import ClassFlow
from services.stats.domain.columns import Flow
from services.stats.domain.fold import as_of
from services.stats.domain.tree import Unit, UnitVersion, versions_of
from services.stats.projection.collections_mongo import Document, Projection, Session
from services.stats.projection.documents_mongo import history_from
from shared.infrastructure.mongo import reachable
from shared.language.class_names import class_name

FEW_SLOTS = 32  # up to here slots are read one by one


class ProjectionQueries:
    """Every query may be given the session of `snapshot_session`."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection

    @contextmanager
    def snapshot_session(self) -> Iterator[ClientSession]:
        """A session in which every query sees the projection at the same moment."""
        client = self.projection.database.client
        with (
            reachable(),
            client.start_session() as session,
            session.start_transaction(read_concern=ReadConcern("snapshot")),
        ):
            yield session

    @reachable()
    def tags(self, kind: str, session: Session = None) -> dict[int, str]:
        """Slot -> tag, of "flows", "units" or "classes"."""
        found = self.projection.tags.find({"kind": kind}, session=session)
        return {document["slot"]: document["tag"] for document in found}

    @reachable()
    def flows(self, slot: int, session: Session = None) -> list[Flow]:
        found = self.projection.flows.find({"slot": slot}, ("campaign", "school", "day", "total"), session=session)
        return [Flow(d["campaign"], d["school"], d["day"], d["total"]) for d in found]

    @reachable()
    def class_flows(self, campaign: str, school: str, session: Session = None) -> list[ClassFlow]:
        found = self.projection.flows.find({"school": school, "campaign": campaign}, session=session)
        return [ClassFlow(d["day"], d["classes"]) for d in found]

    @reachable()
    def units(self, slots: Iterable[int], session: Session = None) -> dict[int, list[tuple[UnitVersion, ...]]]:
        """Slot -> the versions of each of its units."""
        found: dict[int, list[tuple[UnitVersion, ...]]] = {slot: [] for slot in slots}
        one_by_one = [{"kind": "unit", "of": f"{slot:03x}"} for slot in sorted(found)]
        for filter in one_by_one if len(found) <= FEW_SLOTS else [{"kind": "unit"}]:
            for document in self.projection.tree.find(filter, session=session):
                if document["slot"] in found:
                    found[document["slot"]].extend(map(versions_of, history_from(document).values()))
        return found

    @reachable()
    def classes(self, school: str, day: str, session: Session = None) -> list[Unit]:
        """The classes of a school as of a day, by id."""
        found = self.projection.tree.find({"kind": "class", "of": school}, session=session)
        states = [
            state
            for document in found
            for stream_history in history_from(document).values()
            if (state := as_of(stream_history, day))
        ]
        classes = [
            Unit(state["id"], class_name(state["id"], day), "class", state["school"], state["open"]) for state in states
        ]
        return sorted(classes, key=lambda unit: unit.code)

    @reachable()
    def campaign(self, campaign: str, day: str, session: Session = None) -> Mapping[str, Any]:
        """The state of a campaign as of a day, {} if it was not planned by then."""
        stream = f"campaign-{campaign}"
        history = self.projection.histories_of([stream], session).get(stream, {})
        return as_of(history.get(stream, {}), day)

    @reachable()
    def campaigns(self, day: str) -> list[Mapping[str, Any]]:
        """The states of all campaigns that were planned by a day."""
        histories = map(history_from, self.projection.tree.find({"kind": "campaign"}))
        states = [as_of(history, day) for each in histories for history in each.values()]
        return [state for state in states if state]

    @reachable()
    def control_totals(self, publisher: str, through: str, session: Session = None) -> Counter[tuple[int, str, str]]:
        """(slot, day, "count" | "hash_total") -> total of a publisher's events in the projection, through a day."""
        out: Counter[tuple[int, str, str]] = Counter()
        for document in self.projection.control_totals.find({"publisher": publisher}, session=session):
            for day, totals in document["days"].items():
                if day <= through:
                    out.update({(document["slot"], day, field): n for field, n in totals.items() if n})
        return out

    @reachable()
    def parked(self, session: Session = None) -> list[Document]:
        """Parked events by key: key, reason, value (bytes of the bus)."""
        found = self.projection.database["parked"].find({"subscription": self.projection.name}, session=session)
        return sorted(found, key=lambda document: str(document["key"]))

    @reachable()
    def parked_count(self, session: Session = None) -> int:
        """The number of parked events."""
        parked = self.projection.database["parked"]
        return parked.count_documents({"subscription": self.projection.name}, session=session)
