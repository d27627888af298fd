"""Records of sent photos, from ticket to outcome: private, beside the events. A photo's id is its ticket's.

OPEN (a ticket) -> CHECKING (its bytes are stored) -> ARCHIVED, WAITING or REFUSED (the outcome of the intake). Later
changes to an archived or waiting photo are events of its form and do not change the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.upload.domain.outcome import OPEN, Outcome

INCOMING = "incoming/"  # objects as they were sent, with all their metadata, until they are settled
OPENED = Outcome(OPEN)
GIVEN_UP = 0  # expires_at of a ticket that can no longer be completed


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A photo and the form for which it was sent. Times are milliseconds since 1970.

    by, how      words of the contract
    account      of the sender, "" when an upload code was enough
    fingerprint  hash of the request, so that one key is not used for two requests
    size         bytes, as announced
    due_at       when a worker may claim it: the end of a lease or of a pause
    attempts     number of claims; reveals a photo that crashes its workers
    content      SHA-256 of the bytes as they arrived
    device       keyed hash of network address and browser of a sender without an account, "" after a month (device.py)
    sha256       SHA-256 of the cleaned photo, its name in form and object store; "" until there is one
    cut_short    the end of its file is missing; its reviewer is told
    receipt      its number for people (shared/language/receipts.py)
    correlation_id  of the request that announced it: its check belongs to that request
    hold         the command that came during its check to put it on hold; "" if none came
    """

    id: str
    campaign: str
    pupil: str
    by: str
    account: str
    fingerprint: str
    size: int
    created_at: int
    expires_at: int
    how: str = "single"  # "stack" is reserved: scans of many forms are not read yet
    outcome: Outcome = OPENED
    received_at: int = 0
    due_at: int = 0
    attempts: int = 0
    content: str = ""
    sha256: str = ""
    device: str = ""
    cut_short: bool = False
    receipt: str = ""
    correlation_id: str = ""
    hold: str = ""

    @property
    def form(self) -> str:
        return form_stream(self.campaign, self.pupil)

    @property
    def incoming(self) -> str:
        return f"{INCOMING}{self.id}"


def form_stream(campaign: str, pupil: str) -> str:
    return f"form-{campaign}-{pupil}"


def archive_name(form: str, sha256: str) -> str:
    return f"archive/{form}/{sha256}.jpg"


def waiting_name(form: str, sha256: str) -> str:
    return f"waiting/{form}/{sha256}.jpg"


class Photos(Protocol):
    """Implementation: mongo.py. Every method raises Refused("unavailable") when the store is unavailable."""

    def open(self, photo: SentPhoto) -> SentPhoto:
        """Store a new ticket. Returns the existing one if there is one with this id."""
        ...

    def get(self, id: str) -> SentPhoto | None: ...

    def of_receipt(self, receipt: str) -> Sequence[SentPhoto]:
        """The photos with this receipt number whose bytes are stored, oldest first; hardly ever more than one."""
        ...

    def opened_since(self, form: str, at: int, limit: int) -> int:
        """The number of a form's tickets opened after `at`, counted up to `limit`."""
        ...

    def forms_of_device(self, device: str, since: int, before: int, limit: int) -> int:
        """The number of forms for which this device has opened tickets in [since, before), without an account.

        Counted up to `limit`. 0 for the device "".
        """
        ...

    def forget_devices(self, before: int) -> None:
        """Delete the hashes of senders from the records of tickets opened before this moment."""
        ...

    def receive(self, id: str, at: int) -> SentPhoto:
        """Record that the bytes are stored: OPEN -> CHECKING, due at once. Changes nothing in any other state.

        Raises LookupError for an unknown photo and for a ticket that was given up.
        """
        ...

    def claim(self, now: int, lease: int) -> SentPhoto | None:
        """Claim the photo that has been due for longest, for `lease` ms, and count the attempt."""
        ...

    def unchecked(self, limit: int) -> int:
        """Count the photos that have arrived and are not checked, claimed ones included, at most `limit`."""
        ...

    def oldest_unchecked(self) -> int | None:
        """The arrival (ms) of the photo that has waited for longest, claimed or not. None if none waits."""
        ...

    def put_back(self, photo: SentPhoto, due_at: int) -> None:
        """End a claim without an outcome, for a reason outside the photo: the attempt is not counted."""
        ...

    def settle(self, photo: SentPhoto) -> bool:
        """Record outcome, content, sha256 and cut_short of a photo in state CHECKING. A photo is settled once only.

        Returns False, and records nothing, if it is to be put on hold and `photo` does not know that yet.
        """
        ...

    def of_form(self, form: str) -> Sequence[SentPhoto]:
        """All settled photos of a form, oldest first."""
        ...

    def close_pending(self, form: str, by: str = "") -> int:
        """Give up the open tickets of a form. Returns the number of photos whose bytes are being checked.

        by: only those of this kind of sender; "" for all.
        """
        ...

    def hold_pending(self, form: str, account: str, command: str) -> int:
        """Give up the open tickets of an account; the photos of it that are being checked are put on hold afterwards.

        Returns the number that this command was the first to hold so; the same for a repeated command.
        """
        ...

    def held_pending(self, form: str) -> int:
        """The number of a form's photos that are being checked and will be put on hold."""
        ...

    def abandoned(self, before: int, limit: int) -> Sequence[SentPhoto]:
        """Tickets that expired before this moment and were never completed, given up or not."""
        ...

    def give_up(self, id: str) -> bool:
        """Close a ticket for completion, the condition for deleting its object. Returns True if it is closed now."""
        ...

    def forget(self, id: str) -> bool:
        """Delete a ticket that was given up. Returns True if it existed.

        Its object must be deleted first: after this call no record leads to it.
        """
        ...
