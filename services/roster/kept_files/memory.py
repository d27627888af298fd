"""Kept roster files in memory, for unit tests."""

from __future__ import annotations

from services.roster.kept_files.protocol import OF_A_SCHOOL, KeptFile


class MemoryKeptFiles:
    def __init__(self) -> None:
        self._files: dict[str, KeptFile] = {}

    def keep(self, file: KeptFile) -> None:
        self._files[file.id] = file
        of_school = [each for each in self._files.values() if each.school == file.school]
        for old in sorted(of_school, key=lambda each: (-each.until, each.id))[OF_A_SCHOOL:]:
            del self._files[old.id]

    def until(self, id: str) -> int:
        return self._files[id].until if id in self._files else 0

    def get(self, id: str) -> KeptFile | None:
        return self._files.get(id)

    def remove(self, id: str) -> None:
        self._files.pop(id, None)

    def remove_due(self, now: int) -> int:
        due = [id for id, file in self._files.items() if file.until <= now]
        for id in due:
            del self._files[id]
        return len(due)
