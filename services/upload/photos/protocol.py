"""Photos on their way, from ticket to outcome: private records beside the events. A photo's id is its ticket's.

OPEN (a ticket) -> CHECKING (its bytes are safe) -> ARCHIVED, WAITING or REFUSED (what the check made of it).
What became of an archived or waiting photo later is told by its form's events, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.upload.domain.matching import ARCHIVED, REFUSED, WAITING

INCOMING = "incoming/"  # where a photo lies as it was sent, with all its metadata, until it is decided
OPEN, CHECKING = "open", "checking"
SETTLED = (ARCHIVED, WAITING, REFUSED)
GIVEN_UP = 0  # expires_at of a ticket that nobody may complete any more


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo and whose form it was sent for. Times are ms since 1970.

    by, how    of the contract
    account    that sent it, "" when an upload code was enough
    request    hash of what was asked for, so that a key is not used for two things
    size       bytes that were announced
    due_at     from when a worker may take it: the end of a lease, or of a pause
    attempts   how often it was taken; a photo that kills its workers is found by it
    content    SHA-256 of what arrived; sha256: of the cleaned photo, which is its name in form and object store
    """

    id: str
    campaign: str
    pupil: str
    by: str
    account: str
    request: str
    size: int
    created_at: int
    expires_at: int
    how: str = "single"
    state: str = OPEN
    reason: str = ""
    received_at: int = 0
    due_at: int = 0
    attempts: int = 0
    content: str = ""
    sha256: str = ""

    @property
    def form(self) -> str:
        return form_stream(self.campaign, self.pupil)

    @property
    def incoming(self) -> str:
        return f"{INCOMING}{self.id}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check made of a photo; see Photo."""

    state: str
    reason: str = ""
    content: str = ""
    sha256: str = ""


def form_stream(campaign: str, pupil: str) -> str:
    return f"form-{campaign}-{pupil}"


def archive_name(form: str, sha256: str) -> str:
    return f"archive/{form}/{sha256}.jpg"


def waiting_name(form: str, sha256: str) -> str:
    return f"waiting/{form}/{sha256}.jpg"


class Photos(Protocol):
    """Implementation: photos_mongo.py. Every method raises Refused("unavailable") when the store is away."""

    def open(self, photo: Photo) -> Photo:
        """Keep a new ticket; the one that is already there under this id holds."""
        ...

    def get(self, id: str) -> Photo | None: ...

    def opened_since(self, form: str, at: int, limit: int) -> int:
        """How many photos of a form were announced after this moment; counted up to `limit`."""
        ...

    def receive(self, id: str, at: int) -> Photo:
        """Its bytes are safe: OPEN -> CHECKING, due at once. A photo that is further stays as it is.

        LookupError for an unknown one, and for one that was given up.
        """
        ...

    def claim(self, now: int, lease: int) -> Photo | None:
        """Take the photo that has waited longest, for `lease` ms; afterwards another worker may take it. attempts is raised by one."""
        ...

    def put_back(self, photo: Photo, due_at: int) -> None:
        """Give a claimed photo back unchecked, through no fault of its own: this attempt does not count."""
        ...

    def settle(self, id: str, outcome: Outcome) -> None:
        """CHECKING -> an outcome; the first one holds."""
        ...

    def of_form(self, form: str) -> Sequence[Photo]:
        """All photos with an outcome, oldest first."""
        ...

    def abandoned(self, before: int, limit: int) -> Sequence[Photo]:
        """Tickets that expired before this moment and were never completed, given up or not."""
        ...

    def give_up(self, id: str) -> bool:
        """Let nobody complete a ticket any more: whether that is so now. Only then may its object go."""
        ...

    def forget(self, id: str) -> bool:
        """Drop a ticket that was given up: whether it was there. Only once its object is gone: it is all that still tells of it."""
        ...
