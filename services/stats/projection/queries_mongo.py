"""What is read from the document store: pieces of a projection for the figures' cache, classes, closed days, published reports.

What belongs together is read in one transaction: the embedded store honours no snapshot outside one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from services.stats.domain.fold import Part, as_of
from services.stats.domain.tree import Unit
from services.stats.projection.cache import Flow
from services.stats.projection.collections_mongo import Document, Projection, Session, leaf_from
from shared.infrastructure.mongo import majority, reachable
from shared.language.class_names import class_name

FEW_SLOTS = 32  # up to here slots are asked for one by one


class Reads:
    """A projection, read."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection

    @contextmanager
    def together(self) -> Iterator[ClientSession]:
        """A snapshot: everything read with this session is of one moment."""
        client = self.projection.database.client
        with (
            reachable(),
            client.start_session() as session,
            session.start_transaction(read_concern=ReadConcern("snapshot")),
        ):
            yield session

    @reachable()
    def marks(self, kind: str, session: Session = None) -> dict[int, str]:
        """Slot -> mark, of "flows" or "units"."""
        return {
            document["slot"]: document["mark"]
            for document in self.projection.marks.find({"kind": kind}, session=session)
        }

    @reachable()
    def flows(self, slot: int, session: Session = None) -> list[Flow]:
        found = self.projection.flows.find({"slot": slot}, session=session)
        return [Flow(d["campaign"], d["school"], d["day"], d["total"], d["classes"]) for d in found]

    @reachable()
    def units(self, slots: Iterable[int], session: Session = None) -> dict[int, dict[str, Part]]:
        """Slot -> the parts of its units by stream."""
        found: dict[int, dict[str, Part]] = {slot: {} for slot in slots}
        filters = (
            [{"kind": "unit", "of": f"{slot:03x}"} for slot in sorted(found)]
            if len(found) <= FEW_SLOTS
            else [{"kind": "unit"}]
        )
        for document in (
            document for filter in filters for document in self.projection.tree.find(filter, session=session)
        ):
            if document["slot"] in found:
                found[document["slot"]].update(leaf_from(document))
        return found

    @reachable()
    def classes(self, school: str, day: str, session: Session = None) -> list[Unit]:
        """The classes of a school as of a day, by id."""
        leaves = (
            leaf_from(document)
            for document in self.projection.tree.find({"kind": "class", "of": school}, session=session)
        )
        states = [state for leaf in leaves for part in leaf.values() if (state := as_of(part, day))]
        return sorted(
            (
                Unit(state["id"], class_name(state["id"], day), "class", state["school"], state["open"])
                for state in states
            ),
            key=lambda unit: unit.code,
        )

    @reachable()
    def campaign(self, campaign: str, day: str, session: Session = None) -> Mapping[str, Any]:
        """The campaign as of a day, {} if it was not planned by then."""
        stream = f"campaign-{campaign}"
        leaf = self.projection.leaves_of([stream], session).get(stream, {})
        return as_of(leaf.get(stream, {}), day)

    @reachable()
    def books(self, publisher: str, through: str, session: Session = None) -> Counter[tuple[int, str, str]]:
        """(slot, day, "count" | "sum") -> what is learned of a publisher, through a day."""
        out: Counter[tuple[int, str, str]] = Counter()
        for document in self.projection.books.find({"publisher": publisher}, session=session):
            for day, entry in document["days"].items():
                if day <= through:
                    out.update({(document["slot"], day, what): n for what, n in entry.items() if n})
        return out

    @reachable()
    def parked(self, session: Session = None) -> list[Document]:
        """What could not be learned: key, reason, value (as the bus carried it)."""
        found = self.projection.database["parked"].find({"subscription": self.projection.name}, session=session)
        return sorted(found, key=lambda document: str(document["key"]))

    @reachable()
    def parked_count(self) -> int:
        return self.projection.database["parked"].count_documents({"subscription": self.projection.name})


class Register:
    """What statistics knows beside the projection: which days are closed, and which reports are published."""

    def __init__(self, database: Database[Document]) -> None:
        safe = majority(database)
        self._days, self._reports, self._projection = safe["closed_days"], safe["reports"], safe["projection"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._reports.create_index([("unit", ASCENDING), ("campaign", ASCENDING)])
        self._days.create_index([("day", ASCENDING)])

    @reachable()
    def active(self) -> int:
        """The number of the projection that answers."""
        document = self._projection.find_one({"_id": "active"})
        return int(document["number"]) if document else 1

    @reachable()
    def activate(self, number: int) -> None:
        """The flip: from now on this projection answers."""
        self._projection.replace_one({"_id": "active"}, {"number": number}, upsert=True)

    @reachable()
    def record_close(self, day: str, by: str, at: int) -> None:
        """A day is closed at every publisher, nothing of it is pending. Who asked first is kept."""
        self._days.update_one({"_id": day}, {"$setOnInsert": {"day": day, "by": by, "at": at}}, upsert=True)

    @reachable()
    def settle(self, day: str) -> None:
        """The books agreed with the stores' through this closed day: its figures are final."""
        self._days.update_one({"_id": day}, {"$set": {"day": day, "settled": True}}, upsert=True)

    @reachable()
    def settled_through(self) -> str:
        """The last day whose figures are known to be final, "" if none."""
        return max(
            (document["day"] for document in self._days.find({"day": {"$gte": ""}}) if document.get("settled")),
            default="",
        )

    @reachable()
    def closed_through(self) -> str:
        """The last day that is closed everywhere, "" if none."""
        return max((document["day"] for document in self._days.find({"day": {"$gte": ""}}, {"day": 1})), default="")

    def keep_report(self, report: Document, session: Any) -> None:
        self._reports.insert_one({"_id": report["id"], **report}, session=session)

    @reachable()
    def report(self, id: str) -> Document | None:
        return self._reports.find_one({"_id": id}, {"_id": 0})

    @reachable()
    def reports(self, unit: str, campaign: str) -> Sequence[Document]:
        """The reports of a unit in a campaign, the newest day first, of a day the newest version first."""
        found = self._reports.find({"unit": unit, "campaign": campaign}, {"_id": 0})
        return sorted(found, key=lambda document: (document["day"], document["version"]), reverse=True)
