"""Data keys of the photos, in a key store of their own: one key per pupil and campaign, wrapped.

A key is current, then retired (it opens photos and seals none any more), then destroyed. What is left of it is its
number, so that no number of a form is ever used twice, and its digest, which the certificate of destruction names.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.upload.domain.destruction import WITHDRAWN

SPARING = ("", WITHDRAWN)  # reasons of a retirement that spares what the form holds; the others spare nothing


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key as the key store holds it. Times are milliseconds since 1970, 0 for never.

    form        stream of the form whose photos it seals
    number      1, 2, 3 ... of the form's keys
    digest      SHA-256 of the key itself: proves later which key was destroyed, and reveals nothing of it
    version     of the key-encryption key that wraps it
    wrapped     b"" once it is destroyed
    reason, by  of its retirement
    due_at      when a sweep completes what the retirement began
    """

    form: str
    number: int
    digest: str
    version: int
    wrapped: bytes
    created_at: int
    retired_at: int = 0
    reason: str = ""
    by: str = ""
    due_at: int = 0

    @property
    def owner(self) -> str:
        return f"{self.form} {self.number}"

    @property
    def is_destroyed(self) -> bool:
        return not self.wrapped

    @property
    def is_current(self) -> bool:
        return not self.retired_at and not self.is_destroyed

    @property
    def spares(self) -> bool:
        """True if a photo that its form holds may be sealed anew under another key."""
        return self.reason in SPARING


@dataclass(frozen=True, slots=True)
class Retirement:
    """reason: word of domain/destruction.py. by: an opaque account or operator. due_at: for the sweep."""

    reason: str
    by: str
    at: int
    due_at: int

    def outranks(self, reason: str) -> bool:
        """True if it may replace an earlier retirement of that reason: a withdrawal replaces no erasure."""
        return reason in SPARING or reason == self.reason


class DataKeys(Protocol):
    """Implementations: data_keys_memory.py, data_keys_mongo.py. Methods raise Refused("unavailable")."""

    def add(self, key: DataKey) -> DataKey:
        """Store a key. Returns the one that is there already if its form has one with this number."""
        ...

    def of_form(self, form: str) -> Sequence[DataKey]:
        """All keys of a form by number, destroyed ones too."""
        ...

    def of_pupil(self, pupil: str) -> Sequence[DataKey]: ...

    def of_campaign(self, campaign: str, after: str, limit: int) -> Sequence[str]:
        """Forms of a campaign with a key that is not destroyed, in order. after: the last form of the previous call."""
        ...

    def retire(self, form: str, retirement: Retirement, numbers: Collection[int] = ()) -> None:
        """Let no new photo of the form be sealed under its present keys. Of keys already retired, change the reason.

        A key is never seen retired without its reason. numbers: only these keys, () for all.
        """
        ...

    def due(self, now: int, limit: int) -> Sequence[str]:
        """Forms with a retirement that is not completed."""
        ...

    def destroy(self, key: DataKey) -> None:
        """Destroy a retired key for good; its number and its digest stay."""
        ...

    def completed(self, form: str, numbers: Collection[int]) -> None:
        """Record that there is nothing left to do for these destroyed keys; others of the form stay due."""
        ...

    def wrapped_otherwise(self, version: int, limit: int) -> Sequence[DataKey]:
        """Keys that another version of the key-encryption key wraps."""
        ...

    def rewrap(self, key: DataKey, version: int, wrapped: bytes) -> bool:
        """Replace the wrapping of a key, unless it has changed since it was read. Returns True if it was replaced."""
        ...

    def reachable(self) -> str:
        """ "" when the key store answers, else a sentence: a readiness check."""
        ...


def pupil_of(form: str) -> str:
    return form.rpartition("-")[2]


def campaign_of(form: str) -> str:
    return form.split("-")[1]
