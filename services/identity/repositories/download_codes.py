"""Keyed hashes of download codes, beside their streams. Here: memory; download_codes_mongo.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class KeptCode:
    """The last code of a person: its number in the person's stream, and its keyed hash."""

    number: int
    hashed: str


NO_CODE = KeptCode(0, "")


class DownloadCodes(Protocol):
    def get(self, account: str) -> KeptCode:
        """NO_CODE for a person who never had one."""
        ...

    def put(self, account: str, kept: KeptCode, session: Any) -> None:
        """Replace the person's last code. session: of the store's transaction, as given to `also`."""
        ...


class MemoryDownloadCodes:
    def __init__(self) -> None:
        self._kept = dict[str, KeptCode]()

    def get(self, account: str) -> KeptCode:
        return self._kept.get(account, NO_CODE)

    def put(self, account: str, kept: KeptCode, session: Any) -> None:
        self._kept[account] = kept
