"""Data keys in memory, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from services.upload.photos.data_keys import DataKey, Retirement, campaign_of, pupil_of


class MemoryDataKeys:
    def __init__(self) -> None:
        self._keys: dict[tuple[str, int], DataKey] = {}
        self._lock = threading.Lock()

    def add(self, key: DataKey) -> DataKey:
        with self._lock:
            return self._keys.setdefault((key.form, key.number), key)

    def of_form(self, form: str) -> Sequence[DataKey]:
        return self._where(lambda key: key.form == form)

    def of_pupil(self, pupil: str) -> Sequence[DataKey]:
        return self._where(lambda key: pupil_of(key.form) == pupil)

    def of_campaign(self, campaign: str, after: str, limit: int) -> Sequence[str]:
        found = self._where(lambda key: campaign_of(key.form) == campaign and not key.is_destroyed and key.form > after)
        return _forms(found, limit)

    def retire(self, form: str, retirement: Retirement, numbers: Collection[int] = ()) -> None:
        with self._lock:
            for id, key in self._keys.items():
                wanted = key.form == form and not key.is_destroyed and (not numbers or key.number in numbers)
                if wanted and retirement.outranks(key.reason):
                    self._keys[id] = replace(
                        key,
                        retired_at=key.retired_at or retirement.at,
                        reason=retirement.reason,
                        by=retirement.by,
                        due_at=retirement.due_at,
                    )

    def due(self, now: int, limit: int) -> Sequence[str]:
        return _forms(self._where(lambda key: 0 < key.due_at <= now), limit)

    def destroy(self, key: DataKey) -> None:
        with self._lock:
            found = self._keys[key.form, key.number]
            if found.retired_at:
                self._keys[key.form, key.number] = replace(found, version=0, wrapped=b"")

    def completed(self, form: str, numbers: Collection[int]) -> None:
        with self._lock:
            for id, key in self._keys.items():
                if key.form == form and key.number in numbers and key.is_destroyed:
                    self._keys[id] = replace(key, due_at=0)

    def wrapped_otherwise(self, version: int, limit: int) -> Sequence[DataKey]:
        return self._where(lambda key: not key.is_destroyed and key.version != version)[:limit]

    def rewrap(self, key: DataKey, version: int, wrapped: bytes) -> bool:
        with self._lock:
            found = self._keys[key.form, key.number]
            if found.wrapped != key.wrapped:
                return False
            self._keys[key.form, key.number] = replace(found, version=version, wrapped=wrapped)
            return True

    def reachable(self) -> str:
        return ""

    def _where(self, wanted: Callable[[DataKey], bool]) -> list[DataKey]:
        with self._lock:
            return sorted(filter(wanted, self._keys.values()), key=lambda key: (key.form, key.number))


def _forms(keys: Iterable[DataKey], limit: int) -> list[str]:
    return list(islice(dict.fromkeys(key.form for key in keys), limit))
