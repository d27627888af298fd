"""Tickets: a client announces a photo, PUTs its bytes into the object store and completes the ticket.

After that the photo's bytes are stored and its state is CHECKING; the intake (intake.py) examines it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from hmac import compare_digest

from services.upload.dependencies import Dependencies
from services.upload.domain.outcome import OPEN
from services.upload.image.examined import MAX_BYTES
from services.upload.photos.protocol import SentPhoto
from services.upload.use_cases.device import count_burst
from services.upload.use_cases.sender import Sender, code_alone_off, may_send
from shared.eventsourcing.commands import require_same_request
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.correlation import request_id
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import keyed_hash
from shared.language import receipts
from shared.service.auth import Caller

TICKET_SECONDS = 3600
PICTURE = re.compile(r"image/[a-z0-9.+*-]{1,60}|application/pdf")
UNKNOWN_TYPE = "application/octet-stream"
TICKETS = uuid.UUID("6f2a5b0e-5f0b-4c39-9d2c-0d6f0a8b7c11")  # namespace of the ids
DAY_MS = 86_400_000
MAX_PER_DAY = 30  # photos of one form: each is an event, and no account is needed to send one


@dataclass(frozen=True, slots=True)
class PutHeaders:
    content_type: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """Permission to PUT one photo. token: proves later that the ticket is one's own. expires_at: ms since 1970."""

    ticket: str
    token: str
    expires_at: int
    put_url: str
    put_headers: PutHeaders


@dataclass(frozen=True, slots=True)
class ReceivedPhoto:
    """A photo whose bytes are stored. state: as of now."""

    photo: str
    token: str
    state: str


def require_acceptable(size: int) -> None:
    """Refuse early what the intake would refuse. The declared type is no reason: the intake looks at the bytes."""
    if size > MAX_BYTES:
        raise too_large()


def open_ticket(deps: Dependencies, sender: Sender, context: CommandContext, content_type: str, size: int) -> Ticket:
    """Open a ticket; a retry gets the existing one. Raises Refused."""
    photo, content_type = announce(deps, sender, context, size), declared_type(content_type)
    _require_valid(deps, photo)
    return Ticket(
        photo.id,
        token_of(deps, photo),
        photo.expires_at,
        deps.objects.presign_put(photo.incoming, TICKET_SECONDS, size=size, content_type=content_type),
        PutHeaders(content_type),
    )


def announce(deps: Dependencies, sender: Sender, context: CommandContext, size: int) -> SentPhoto:
    """The photo of this request, in state OPEN unless the request is a retry. Raises Refused."""
    now, entry, id = deps.clock.now(), sender.entry, uuid.uuid5(TICKETS, context.id).hex
    new = SentPhoto(
        id,
        entry.campaign,
        entry.pupil,
        sender.by,
        sender.account,
        context.fingerprint,
        size,
        created_at=now,
        expires_at=now + TICKET_SECONDS * 1000,
        device=sender.device,
        receipt=receipt_of(deps, id),
        correlation_id=request_id.get(),
    )
    if not may_send(deps, sender) and not deps.photos.get(new.id):  # a ticket from before the decision stays good
        raise code_alone_off()
    if deps.photos.opened_since(new.form, now - DAY_MS, MAX_PER_DAY) >= MAX_PER_DAY and not deps.photos.get(new.id):
        raise Refused(
            "too-many-photos",
            f"{MAX_PER_DAY} photos of this form were sent within a day; review those, or continue tomorrow.",
            kind="too-many",
        )
    photo = deps.photos.open(new)
    require_same_request(photo.fingerprint, context)
    count_burst(deps, photo)
    return photo


def complete_ticket(deps: Dependencies, id: str, caller: Caller, token: str) -> ReceivedPhoto:
    """Complete a ticket whose bytes have arrived; until they have, it stays open. A retry changes nothing."""
    photo = deps.photos.get(id)
    if not photo:
        raise Refused("not-found", "There is no such ticket.")
    if not is_holder(deps, photo, caller, token):
        raise Refused(
            "outside-scope", "This ticket is not yours: send its token in X-Ticket-Token.", where="X-Ticket-Token"
        )
    if photo.outcome.state == OPEN:
        _require_valid(deps, photo)
        _require_bytes(deps, photo)
        photo = receive(deps, photo)
    return received_photo(deps, photo)


def receive(deps: Dependencies, photo: SentPhoto) -> SentPhoto:
    try:
        return deps.photos.receive(photo.id, deps.clock.now())
    except LookupError as error:  # a sweep has deleted the old ticket in between
        raise Refused("unavailable", "The upload was interrupted; send the photo again.") from error


def received_photo(deps: Dependencies, photo: SentPhoto) -> ReceivedPhoto:
    return ReceivedPhoto(photo.id, token_of(deps, photo), photo.outcome.state)


def token_of(deps: Dependencies, photo: SentPhoto) -> str:
    """The ticket's token, derived from its id: a retry gets the same one, and none is stored."""
    return keyed_hash(deps.ticket_key, "ticket", photo.id)


def receipt_of(deps: Dependencies, id: str) -> str:
    """The receipt number of a photo, derived from its id as the token is; neither tells anything of the other."""
    return receipts.make(int(keyed_hash(deps.ticket_key, "receipt", id), 16))


def is_holder(deps: Dependencies, photo: SentPhoto, caller: Caller, token: str) -> bool:
    """True if the caller shows the ticket's token or is the account that opened it."""
    by_token = compare_digest(token.encode(), token_of(deps, photo).encode())
    return by_token or bool(caller.account and caller.account == photo.account)


def declared_type(content_type: str) -> str:
    """The media type under which the bytes are kept until they are checked: as declared, if it is one of pictures.

    It proves nothing. Browsers declare `image/*`, nothing at all, or what the file's name suggests.
    """
    plain = content_type.partition(";")[0].strip().lower()
    return plain if PICTURE.fullmatch(plain) else UNKNOWN_TYPE


def too_large() -> Refused:
    return Refused(
        "too-large",
        f"A photo has at most {MAX_BYTES // (1024 * 1024)} MB; take it in the phone's usual size.",
        where="photo",
    )


def _require_valid(deps: Dependencies, photo: SentPhoto) -> None:
    if photo.outcome.state == OPEN and deps.clock.now() > photo.expires_at:
        raise Refused(
            "ticket-expired", "This ticket has expired; ask for another one with a fresh Idempotency-Key.", kind="gone"
        )


def _require_bytes(deps: Dependencies, photo: SentPhoto) -> None:
    """Refuse unless the object store holds as many bytes as were announced; delete what is not as announced.

    The address was signed with size and type, so a store that checks them holds nothing else.
    """
    found = deps.objects.stat(photo.incoming)
    if not found:
        raise Refused(
            "not-uploaded",
            "The photo has not arrived; PUT it to put_url first. The ticket stays open.",
            kind="conflict",
        )
    if found.size != photo.size:
        deps.objects.remove(photo.incoming)
        raise Refused(
            "size-differs",
            f"{found.size} bytes arrived, {photo.size} were announced; they are deleted. PUT what was announced, or "
            "open another ticket. This one stays open.",
            kind="conflict",
        )
