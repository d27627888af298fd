"""Tables in memory: for unit tests and trials. Keeps documents, so that what is read went through the same writing as in Mongo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from services.roster.tables.rows import Document, HasId, Kind, Tables, tables_of
from shared.infrastructure.errors import Conflict

R = TypeVar("R", bound=HasId)


class MemoryTable:
    def __init__(self, kind: Kind[Any]) -> None:
        self._kind = kind
        self._documents: dict[str, Document] = {}

    def get(self, id: str) -> Any:
        found = self._documents.get(id)
        return self._kind.read(found) if found is not None else None

    def many(self, ids: Iterable[str]) -> list[Any]:
        return [self._kind.read(self._documents[id]) for id in dict.fromkeys(ids) if id in self._documents]

    def find(self, field: str, values: Iterable[str]) -> list[Any]:
        wanted = set(values)
        return [self._kind.read(document) for document in self._documents.values() if wanted & _held(document, field)]

    def put(self, rows: Sequence[Any], session: Any = None) -> None:
        new = {row.id: self._kind.write(row) for row in rows}
        together = {**self._documents, **new}
        for field in self._kind.unique:
            values = [value for document in together.values() for value in _held(document, field)]
            if len(values) != len(set(values)):
                raise Conflict(f"{self._kind.name}: {field} is taken")
        self._documents = together


def _held(document: Document, field: str) -> set[str]:
    value = document[field]
    return set(value) if isinstance(value, list) else {value}


def memory_tables() -> Tables:
    return tables_of(MemoryTable)
