"""From a ticket to a photo whose bytes are safe. Nothing is judged here: that is the intake's business."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any, BinaryIO

from services.upload.authorization import HANDS, covers, entry_for, entry_of_code, require_running
from services.upload.dependencies import Dependencies
from services.upload.image.examine import MAX_BYTES
from services.upload.photos.protocol import OPEN, Photo
from services.upload.roster_view.view import Entry
from shared.eventsourcing.commands import require_same_request
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import keyed_hash
from shared.service.auth import Caller, require_role

TICKET_SECONDS = 3600
TYPES = ("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/webp", "image/heic", "image/heif")
UNKNOWN = "application/octet-stream"
UNSURE = ("", UNKNOWN)  # what browsers say of a HEIC file that they do not know
TICKETS = uuid.UUID("6f2a5b0e-5f0b-4c39-9d2c-0d6f0a8b7c11")
PIECE = 1 << 16
MOST_A_DAY, DAY_MS = (
    30,
    86_400_000,
)  # photos of one form: every one is an event, and nobody needs an account to send one


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a photo for whom. by: the contract's word. actor: the account, or the upload code's hash where no account is needed."""

    entry: Entry
    by: str
    account: str
    actor: str


def sender_of(deps: Dependencies, caller: Caller, asked: Mapping[str, Any]) -> Sender:
    """asked: pupil or upload_code, perhaps campaign. The paper in hand is enough for anybody, and then the photo is sent "by code"."""
    if typed := asked.get("upload_code"):
        entry = entry_of_code(deps.view, deps.code_key, typed)
        if asked.get("pupil", entry.pupil) != entry.pupil or asked.get("campaign", entry.campaign) != entry.campaign:
            raise Refused(
                "other-child", "This upload code belongs to another pupil or another campaign.", where="upload_code"
            )
    else:
        require_role(caller, HANDS)
        entry = entry_for(
            caller, deps.view, deps.view.campaign(asked.get("campaign", ""), day_of(deps.clock.now())), asked["pupil"]
        )
    require_running(entry, deps.clock.now())
    own = covers(caller, entry, deps.view)
    return Sender(entry, caller.role if own else "code", caller.account, caller.account or f"code:{entry.upload_code}")


def token_of(deps: Dependencies, photo: Photo) -> str:
    """Made again from the ticket whenever it is asked for, so that a repeated request gets the same and nothing needs to be kept."""
    return keyed_hash(deps.code_key, "ticket", photo.id)


def open_ticket(deps: Dependencies, sender: Sender, context: CommandContext, size: int) -> Photo:
    """The ticket of this request, as far as it is; a repeated request finds the first one."""
    now, entry = deps.clock.now(), sender.entry
    asked = Photo(
        uuid.uuid5(TICKETS, context.id).hex,
        entry.campaign,
        entry.pupil,
        sender.by,
        sender.account,
        context.fingerprint,
        size,
        now,
        now + TICKET_SECONDS * 1000,
    )
    if deps.photos.opened_since(asked.form, now - DAY_MS, MOST_A_DAY) >= MOST_A_DAY and not deps.photos.get(asked.id):
        raise Refused(
            "too-many-photos",
            f"{MOST_A_DAY} photos of this form have been sent within a day; look at those, or go on tomorrow.",
            kind="too-many",
        )
    photo = deps.photos.open(asked)
    require_same_request(photo.request, context)
    return photo


def require_open(deps: Dependencies, photo: Photo) -> None:
    if photo.state == OPEN and deps.clock.now() > photo.expires_at:
        raise Refused(
            "ticket-expired", "This ticket has expired; ask for another one with a fresh Idempotency-Key.", kind="gone"
        )


def holds(deps: Dependencies, photo: Photo, caller: Caller, token: str) -> bool:
    """Whether somebody shows the ticket's token, or is the account that asked for it."""
    return compare_digest(token.encode(), token_of(deps, photo).encode()) or bool(
        caller.account and caller.account == photo.account
    )


def complete(deps: Dependencies, id: str, caller: Caller, token: str) -> Photo:
    """The client says that the bytes are there. Until they are, the ticket stays open."""
    photo = deps.photos.get(id)
    if not photo:
        raise Refused("not-found", "There is no such ticket.")
    if not holds(deps, photo, caller, token):
        raise Refused(
            "outside-scope", "This is somebody else's ticket: send its token in X-Ticket-Token.", where="X-Ticket-Token"
        )
    if photo.state != OPEN:
        return photo
    require_open(deps, photo)
    found = deps.objects.stat(photo.incoming)
    if not found:
        raise Refused(
            "not-uploaded",
            "The photo has not arrived; PUT it to put_url first. The ticket stays open.",
            kind="conflict",
        )
    if found.size > MAX_BYTES:
        deps.objects.remove(photo.incoming)
        raise too_large()
    if found.size != photo.size:
        raise Refused(
            "size-differs",
            f"{found.size} bytes have arrived, {photo.size} were announced; PUT the photo again. The ticket stays open.",
            kind="conflict",
        )
    return receive(deps, photo)


def receive(deps: Dependencies, photo: Photo) -> Photo:
    try:
        return deps.photos.receive(photo.id, deps.clock.now())
    except LookupError as error:  # the ticket was so old that it was swept away at this very moment
        raise Refused("unavailable", "Something came in between; send the photo again.") from error


def content_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of a file, read piece by piece; it stands at its beginning again."""
    digest, size = sha256(), 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def take(
    deps: Dependencies, sender: Sender, context: CommandContext, file: BinaryIO, size: int, content_type: str
) -> Photo:
    """A photo in one request: ticket, bytes, done. Durable in object store and document store when this returns."""
    photo = open_ticket(deps, sender, context, size)
    if photo.state != OPEN:
        return photo
    deps.objects.put_stream(photo.incoming, file, size, content_type)
    return receive(deps, photo)


def too_large() -> Refused:
    return Refused(
        "too-large",
        f"A photo has at most {MAX_BYTES // (1024 * 1024)} MB; take it in the phone's usual size.",
        where="photo",
    )


def check_type(content_type: str, also: tuple[str, ...] = ()) -> None:
    """What a sender declares is believed only to refuse early; the bytes are looked at later."""
    if content_type.partition(";")[0].strip().lower() not in TYPES + also:
        raise Refused("unsupported-media", "Send the photo as JPEG, PNG, WebP or HEIC.", where="content_type")
