"""Tickets: a client announces a photo, PUTs its bytes into the object store and completes the ticket.

A ticket is sealed and kept by the client (sealed_ticket.py). Its completion inserts the record of the photo: its bytes
are stored then, its state is CHECKING, and the intake (intake.py) examines it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from hmac import compare_digest

from services.upload.dependencies import Dependencies
from services.upload.domain.outcome import CHECKING, Outcome
from services.upload.image.examined import MAX_BYTES
from services.upload.photos.protocol import SentPhoto
from services.upload.photos.sealed_ticket import seal, unseal
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
    """Permission to PUT one photo. token: the sealed ticket, to complete it with. expires_at: ms since 1970."""

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
    """Seal a ticket; nothing is stored. A retry gets the same id, valid from now. Raises Refused."""
    photo, content_type = announce(deps, sender, context, size), declared_type(content_type)
    if not deps.given_tickets.take(photo, photo.created_at - DAY_MS, MAX_PER_DAY):
        raise too_many()
    return Ticket(
        photo.id,
        seal(deps.ticket_key, photo),
        photo.expires_at,
        deps.objects.presign_put(photo.incoming, TICKET_SECONDS, size=size, content_type=content_type),
        PutHeaders(content_type),
    )


def announce(deps: Dependencies, sender: Sender, context: CommandContext, size: int) -> SentPhoto:
    """The photo of this request, in state OPEN: nothing is stored of it yet. Raises Refused."""
    now, entry, id = deps.clock.now(), sender.entry, uuid.uuid5(TICKETS, context.id).hex
    expires_at = now + TICKET_SECONDS * 1000
    if not may_send(deps, sender) and not deps.photos.get(id):  # a photo from before the decision stays good
        raise code_alone_off()
    return SentPhoto(
        id,
        entry.campaign,
        entry.pupil,
        sender.by,
        sender.account,
        context.fingerprint,
        size,
        created_at=now,
        expires_at=expires_at,
        device=sender.device,
        receipt=receipt_of(deps, id),
    )


def complete_ticket(deps: Dependencies, id: str, token: str) -> ReceivedPhoto:
    """Record the photo of a ticket whose bytes have arrived; until they have, the ticket stays open.

    A retry changes nothing.
    """
    photo = unseal(deps.ticket_key, id, token)
    if not photo:
        raise Refused(
            "outside-scope",
            "This is not the token of this ticket: send the one that you got with it in X-Ticket-Token.",
            where="X-Ticket-Token",
        )
    is_over = deps.clock.now() > photo.expires_at
    found = deps.photos.get(id) if is_over else recorded(deps, photo)
    if not found:
        if is_over or deps.photos.is_closed(photo):
            raise _expired()
        _require_bytes(deps, photo)
        found = record(deps, photo)
    return received_photo(deps, _same_request(found, photo))


def recorded(deps: Dependencies, photo: SentPhoto) -> SentPhoto | None:
    """The record of an announced photo, None if there is none yet. Raises Refused for the 31st photo of a form."""
    sent = deps.photos.sent_since(photo.form, deps.clock.now() - DAY_MS, MAX_PER_DAY)
    found = next((one for one in sent if one.id == photo.id), None)
    if not found and len(sent) >= MAX_PER_DAY and not (found := deps.photos.get(photo.id)):
        raise too_many()
    return _same_request(found, photo) if found else None


def record(deps: Dependencies, photo: SentPhoto) -> SentPhoto:
    """Record a photo whose bytes are stored: one insert. Returns the record of a photo with its id if there is one."""
    now = deps.clock.now()
    new = replace(
        photo,
        outcome=Outcome(CHECKING),
        received_at=now,
        due_at=now,
        original=photo.incoming,
        correlation_id=request_id.get(),
    )
    return _same_request(deps.photos.add(new), photo)


def _same_request(found: SentPhoto, photo: SentPhoto) -> SentPhoto:
    """Raises Refused("key-reused") if the record is another request's with the same key."""
    require_same_request(found.fingerprint, CommandContext(photo.id, photo.account, photo.fingerprint))
    return found


def too_many() -> Refused:
    return Refused(
        "too-many-photos",
        f"{MAX_PER_DAY} photos of this form were sent within a day; review those, or continue tomorrow.",
        kind="too-many",
    )


def received_photo(deps: Dependencies, photo: SentPhoto) -> ReceivedPhoto:
    return ReceivedPhoto(photo.id, token_of(deps, photo), photo.outcome.state)


def token_of(deps: Dependencies, photo: SentPhoto) -> str:
    """The token that shows the status of a photo to its sender, derived from its id: none is stored."""
    return keyed_hash(deps.ticket_key, "ticket", photo.id)


def receipt_of(deps: Dependencies, id: str) -> str:
    """The receipt number of a photo, derived from its id as the token is; neither tells anything of the other."""
    return receipts.make(int(keyed_hash(deps.ticket_key, "receipt", id), 16))


def is_holder(deps: Dependencies, photo: SentPhoto, caller: Caller, token: str) -> bool:
    """True if the caller shows the token of the photo or of its ticket, or is the account that has sent it."""
    by_token = compare_digest(token.encode(), token_of(deps, photo).encode())
    is_sender = bool(caller.account and caller.account == photo.account)
    return by_token or is_sender or unseal(deps.ticket_key, photo.id, token) is not None


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


def _expired() -> Refused:
    return Refused(
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
