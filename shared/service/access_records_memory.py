"""Access records in memory, for unit tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.service.access_records import AccessRecord


class MemoryAccessRecords:
    def __init__(self) -> None:
        self._kept: dict[str, AccessRecord] = {}

    def add(self, record: AccessRecord) -> None:
        self._kept.setdefault(record.id, record)

    def of_pupil(self, pupil: str, before: int, limit: int) -> Sequence[AccessRecord]:
        return self._newest(lambda record: pupil in record.pupils, before, limit)

    def under(self, path: str, before: int, limit: int) -> Sequence[AccessRecord]:
        return self._newest(lambda record: record.path.startswith(path), before, limit)

    def _newest(self, wanted: Callable[[AccessRecord], bool], before: int, limit: int) -> Sequence[AccessRecord]:
        found = [record for record in self._kept.values() if record.at < before and wanted(record)]
        return sorted(found, key=lambda record: record.id, reverse=True)[:limit]
