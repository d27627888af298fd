"""A backup of one service's database, restored while everything else keeps running."""

from __future__ import annotations

from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession

from shared.infrastructure.mongo import majority, transaction


class Backup:
    """A copy of a database, made with the driver in one transaction."""

    def __init__(self, client: MongoClient[dict[str, Any]], database: str) -> None:
        self._client, self._database = client, majority(client[database])
        self._kept = transaction(client, self._all)

    def _all(self, session: ClientSession) -> dict[str, list[dict[str, Any]]]:
        return {
            name: list(self._database[name].find(session=session)) for name in self._database.list_collection_names()
        }

    def restore(self) -> None:
        """Restore the copy in one transaction. Indexes stay; collections without a copy become empty."""

        def act(session: ClientSession) -> None:
            for name in sorted(present | self._kept.keys()):
                self._database[name].delete_many({}, session=session)
                if documents := self._kept.get(name):
                    self._database[name].insert_many(documents, session=session)

        present = set(self._database.list_collection_names())
        transaction(self._client, act)
