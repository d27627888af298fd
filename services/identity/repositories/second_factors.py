"""Keys of second factors, sealed, and hashes of recovery codes, beside the accounts' streams. Here: memory; mongo."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class FactorRecord:
    """sealed: the key in force, b"" without one. pending: a key that waits for its first code.

    last_step: the time step of the last code that was taken: it and earlier ones are taken no more.
    recovery: keyed hashes of the recovery codes that are left.
    """

    account: str
    sealed: bytes = b""
    pending: bytes = b""
    last_step: int = 0
    recovery: tuple[str, ...] = ()


class SecondFactors(Protocol):
    """`session` of the writing methods is the one of the store's transaction, as given to `also`."""

    def get(self, account: str) -> FactorRecord | None: ...

    def begin(self, account: str, pending: bytes, session: Any) -> None:
        """Keep a key until its first code comes."""
        ...

    def confirm(self, account: str, step: int, recovery: Sequence[str], session: Any) -> None:
        """Put the pending key in force. step: of its first code."""
        ...

    def use_step(self, account: str, step: int) -> bool:
        """Take a code of this step; False if one of this or a later step was taken before."""
        ...

    def set_recovery(self, account: str, recovery: Sequence[str], session: Any) -> None: ...

    def remove(self, account: str, session: Any) -> None: ...


class MemorySecondFactors:
    def __init__(self) -> None:
        self._lock, self._records = threading.Lock(), dict[str, FactorRecord]()

    def get(self, account: str) -> FactorRecord | None:
        return self._records.get(account)

    def begin(self, account: str, pending: bytes, session: Any) -> None:
        self._records[account] = replace(self._records.get(account, FactorRecord(account)), pending=pending)

    def confirm(self, account: str, step: int, recovery: Sequence[str], session: Any) -> None:
        self._records[account] = FactorRecord(account, self._records[account].pending, b"", step, tuple(recovery))

    def use_step(self, account: str, step: int) -> bool:
        with self._lock:
            found = self._records.get(account)
            if found is None or found.last_step >= step:
                return False
            self._records[account] = replace(found, last_step=step)
            return True

    def set_recovery(self, account: str, recovery: Sequence[str], session: Any) -> None:
        self._records[account] = replace(self._records[account], recovery=tuple(recovery))

    def remove(self, account: str, session: Any) -> None:
        self._records.pop(account, None)
