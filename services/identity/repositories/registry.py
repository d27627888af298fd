"""The records of sign-ins from the registry: spent states, and which account a person of the registry has.

Implementations: memory.py, registry_mongo.py.
"""

from __future__ import annotations

from typing import Any, Protocol


class RegistryRecords(Protocol):
    """subject: keyed hash of the registry's id of a person."""

    def spend(self, state: str, until: int, now: int) -> bool:
        """Record that the state has been used; False if it was before. until: ms, at which it ends by itself."""
        ...

    def account_of(self, subject: str) -> str:
        """The account of a person, "" for none."""
        ...

    def bind(self, subject: str, account: str, session: Any, former: str = "") -> None:
        """Give a person this account. session: of the store's transaction. former: the account that it replaces.

        Raises Conflict if the person has another one than `former`.
        """
        ...
