"""Chains, the protocol: where a service keeps its audit trail. One test suite over memory and the document store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.service.audit_trail.entry import Entry

ANY_TIME = 1 << 47  # ms, later than any entry


@dataclass(frozen=True, slots=True)
class Search:
    """Entries of a unit and those below it. act, account: "" for all; account as actor or target.

    since, until: ms since 1970, from and before. before: id of an entry that is newer than those wanted, "" for none.
    """

    path: str
    act: str = ""
    account: str = ""
    since: int = 0
    until: int = ANY_TIME
    before: str = ""
    limit: int = 50


class Chains(Protocol):
    """Append-only: nothing changes or removes an entry."""

    def append(self, entry: Entry, session: Any = None) -> Entry:
        """Seal the entry as the next one of its unit's chain; the sealed entry.

        session: of the transaction to write in; then raises Conflict where another writer was faster.
        Raises Refused("unavailable").
        """
        ...

    def newest(self, search: Search) -> Sequence[Entry]:
        """The newest entries that the search finds, newest first."""
        ...

    def heads(self) -> Mapping[str, int]:
        """The units that have a chain, each with the number of its last entry as its writers have noted it.

        A writer that died may have left the number behind, never ahead.
        """
        ...

    def chain(self, unit: str) -> Iterator[Entry]:
        """The entries of a unit's chain by their numbers."""
        ...


def least_id(at: int) -> str:
    """The least id (UUID 7) of a millisecond; every earlier id is smaller."""
    digits = f"{at:012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


def newest_id(search: Search) -> str:
    """Ids below this one are wanted."""
    end = least_id(search.until)
    return min(search.before, end) if search.before else end
