"""Tables in memory, for unit tests. They keep documents, so that rows are written and read as in Mongo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from services.roster.tables.kinds import Kind, tables_of
from services.roster.tables.rows import Document, HasId, Tables
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
        return [self._kind.read(document) for document in self._documents.values() if wanted & _values(document, field)]

    def first(self, field: str, value: str, by: str, limit: int) -> list[Any]:
        found = [(document[by], id) for id, document in self._documents.items() if value in _values(document, field)]
        return [self._kind.read(self._documents[id]) for _, id in sorted(found)[:limit]]

    def put(self, rows: Sequence[Any], session: Any = None) -> None:
        together = {**self._documents, **{row.id: self._kind.write(row) for row in rows}}
        for field in self._kind.unique:
            values = [value for document in together.values() for value in _values(document, field)]
            if len(values) != len(set(values)):
                raise Conflict(f"{self._kind.name}: {field} is taken")
        self._documents = together


def _values(document: Document, field: str) -> set[str]:
    value = document[field]
    return set(value) if isinstance(value, list) else {value}


def memory_tables() -> Tables:
    return tables_of(MemoryTable)
