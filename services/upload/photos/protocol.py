"""Records of sent photos, from the arrival of their bytes to the outcome: private, beside the events.

A photo's id is its ticket's.

OPEN (a sealed ticket, without a record) -> CHECKING (its bytes are stored) -> ARCHIVED, WAITING or REFUSED (the outcome
of the intake). Later changes to an archived or waiting photo are events of its form and do not change the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.upload.domain.outcome import OPEN, Outcome

INCOMING = "incoming/"  # objects as they were sent, with all their metadata, until they are settled
OPENED = Outcome(OPEN)
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A photo and the form for which it was sent. Times are milliseconds since 1970.

    by, how      words of the contract
    account      of the sender, "" when an upload code was enough
    fingerprint  hash of the request, so that one key is not used for two requests
    size         bytes, as announced
    created_at   of the ticket, or of the request with the photo; expires_at: end of the ticket
    due_at       when a worker may claim it: the end of a lease or of a pause
    attempts     number of claims; reveals a photo that crashes its workers
    content      SHA-256 of the bytes as they arrived
    device       keyed hash of network address and browser of a sender without an account, "" after a month (device.py)
    sha256       SHA-256 of the cleaned photo, its name in form and object store; "" until there is one
    cut_short    the end of its file is missing; its reviewer is told
    receipt      its number for people (shared/language/receipts.py)
    correlation_id  of the request that has recorded it: its check belongs to that request
    hold         the command that came during its check to put it on hold; "" if none came
    original     name of the object with its bytes as they were sent; "" before it is recorded
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
    original: str = ""

    @property
    def form(self) -> str:
        return form_stream(self.campaign, self.pupil)

    @property
    def incoming(self) -> str:
        """The name of its original: of ticket and request, so that a key used twice cannot replace another's bytes.

        It begins with the hour in which the ticket ends: who finds it without a record knows how old it is.
        """
        return self.original or f"{INCOMING}{self.expires_at // HOUR_MS:07d}-{self.id}-{self.fingerprint[:16]}"


def form_stream(campaign: str, pupil: str) -> str:
    return f"form-{campaign}-{pupil}"


def original_before(id: str) -> str:
    """The name of an original that the release before has stored."""
    return f"{INCOMING}{id}"


def archive_name(form: str, sha256: str) -> str:
    return f"archive/{form}/{sha256}.jpg"


def waiting_name(form: str, sha256: str) -> str:
    return f"waiting/{form}/{sha256}.jpg"


class Photos(Protocol):
    """Implementation: mongo.py. Every method raises Refused("unavailable") when the store is unavailable."""

    def add(self, photo: SentPhoto) -> SentPhoto:
        """Record a photo whose bytes are stored. Returns the existing record if there is one with this id."""
        ...

    def get(self, id: str) -> SentPhoto | None: ...

    def of_receipt(self, receipt: str) -> Sequence[SentPhoto]:
        """The photos with this receipt number, oldest first; hardly ever more than one."""
        ...

    def sent_since(self, form: str, at: int, limit: int) -> Sequence[SentPhoto]:
        """At most `limit` photos of a form that have arrived after `at`."""
        ...

    def forms_of_device(self, device: str, since: int, before: int, limit: int) -> int:
        """The number of forms for which this device has announced photos in [since, before), without an account.

        Counted up to `limit`. 0 for the device "".
        """
        ...

    def forget_devices(self, before: int) -> None:
        """Delete the hashes of senders from the records of photos announced before this moment."""
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

    def close_pending(self, form: str, at: int, by: str = "") -> int:
        """Close the tickets of a form opened until `at`. Returns the number of photos whose bytes are being checked.

        by: only those of this kind of sender; "" for all.
        """
        ...

    def hold_pending(self, form: str, at: int, account: str, command: str) -> int:
        """Close the tickets of an account opened until `at`; its photos in the check are put on hold afterwards.

        Returns the number that this command was the first to hold so; the same for a repeated command.
        """
        ...

    def is_closed(self, photo: SentPhoto) -> bool:
        """True if the ticket of this photo was closed before the photo was recorded.

        To be asked by who checks it as well: a ticket may be closed while its photo is recorded.
        """
        ...

    def held_pending(self, form: str) -> int:
        """The number of a form's photos that are being checked and will be put on hold."""
        ...
