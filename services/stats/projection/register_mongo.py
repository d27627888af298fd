"""The register: the active projection, closed days, published reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.stats.projection.collections_mongo import Document
from shared.infrastructure.mongo import majority, reachable


class Register:
    """State of statistics that outlives a projection."""

    def __init__(self, database: Database[Document]) -> None:
        safe = majority(database)
        self._days, self._reports, self._projection = safe["closed_days"], safe["reports"], safe["projection"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._reports.create_index([("unit", ASCENDING), ("campaign", ASCENDING)])
        self._days.create_index([("day", ASCENDING)])

    @reachable()
    def active(self) -> int:
        """The number of the projection that serves reads."""
        document = self._projection.find_one({"_id": "active"})
        return int(document["number"]) if document else 1

    @reachable()
    def activate(self, number: int) -> None:
        """Let this projection serve reads from now on."""
        self._projection.replace_one({"_id": "active"}, {"number": number}, upsert=True)

    @reachable()
    def record_close(self, day: str, by: str, at: int) -> None:
        """Record that a day is closed at every publisher with nothing pending. The first `by` and `at` are kept."""
        self._days.update_one({"_id": day}, {"$setOnInsert": {"day": day, "by": by, "at": at}}, upsert=True)

    @reachable()
    def settle(self, day: str) -> None:
        """Record that control totals agreed with the stores' through this closed day: its figures are final."""
        self._days.update_one({"_id": day}, {"$set": {"day": day, "settled": True}}, upsert=True)

    def settled_through(self) -> str:
        """The last settled day, "" if none."""
        return self.through()[1]

    def closed_through(self) -> str:
        """The last day that is closed at every publisher, "" if none."""
        return self.through()[0]

    @reachable()
    def through(self, session: Any = None) -> tuple[str, str]:
        """The last closed day and the last settled one, "" if none."""
        days = list(self._days.find({"day": {"$gte": ""}}, {"day": 1, "settled": 1}, session=session))
        settled = (document["day"] for document in days if document.get("settled"))
        return max((document["day"] for document in days), default=""), max(settled, default="")

    def keep_report(self, summary: Document, session: Any) -> None:
        """Keep the summary of an edition: when it is drafted, and when it is published."""
        self._reports.replace_one(
            {"_id": summary["id"]}, {"_id": summary["id"], **summary}, upsert=True, session=session
        )

    @reachable()
    def report(self, id: str) -> Document | None:
        """The summary of an edition."""
        return self._reports.find_one({"_id": id}, {"_id": 0})

    @reachable()
    def reports(self, unit: str, campaign: str) -> Sequence[Document]:
        """Summaries of a unit's editions in a campaign, the newest day first, of a day the newest version first."""
        found = self._reports.find({"unit": unit, "campaign": campaign}, {"_id": 0})
        return sorted(found, key=lambda document: (document["day"], document["version"]), reverse=True)
