"""Direct upload: a photo in one multipart request, stored before the response is sent."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from services.upload.dependencies import Dependencies
from services.upload.image.examined import MAX_BYTES
from services.upload.use_cases.sender import Sender
from services.upload.use_cases.tickets import (
    ReceivedPhoto,
    announce,
    declared_type,
    received_photo,
    record,
    recorded,
    too_large,
)
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused

PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A file of a multipart form. digest: its SHA-256. size: in bytes. stream: at its beginning."""

    stream: BinaryIO
    content_type: str
    digest: str
    size: int


def photo_file(stream: BinaryIO, content_type: str) -> PhotoFile:
    """Read the file once, piece by piece. Raises Refused for an empty file and for one above MAX_BYTES."""
    digest, size = sha256(), 0
    while piece := stream.read(PIECE):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    if size > MAX_BYTES:
        raise too_large()
    if not size:
        raise Refused("empty-photo", "The photo is empty; choose it again.", where="photo")
    return PhotoFile(stream, declared_type(content_type), digest.hexdigest(), size)


def send_photo(deps: Dependencies, sender: Sender, context: CommandContext, file: PhotoFile) -> ReceivedPhoto:
    """Store the bytes and record the photo: durable in object store and document store when this returns."""
    photo = announce(deps, sender, context, file.size)
    found = recorded(deps, photo)
    if not found:
        deps.objects.put_stream(photo.incoming, file.stream, file.size, file.content_type)
        found = record(deps, photo)
    return received_photo(deps, found)
