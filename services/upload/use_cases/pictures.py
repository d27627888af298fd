"""Pictures of a photo for the people who review it: the cleaned JPEG and its thumbnail."""

from __future__ import annotations

from collections.abc import Iterator

from services.upload.authorization import require_photo_in_scope
from services.upload.dependencies import Dependencies
from services.upload.domain.outcome import WITHDRAWN
from services.upload.image.examined import MAX_BYTES, RejectedImage
from services.upload.photos.protocol import SentPhoto, archive_name, waiting_name
from services.upload.use_cases.photo_status import photo_of
from shared.infrastructure.errors import Refused
from shared.sandbox.sandbox import Unfinished
from shared.service.auth import Caller


def picture(deps: Dependencies, id: str, caller: Caller, source: str) -> Iterator[bytes]:
    """The cleaned JPEG, piece by piece. Raises Refused, for a withdrawn photo too."""
    return _recorded(deps, id, caller, source, "photo")


def _recorded(deps: Dependencies, id: str, caller: Caller, source: str, what: str) -> Iterator[bytes]:
    photo = photo_of(deps, id)
    entry = require_photo_in_scope(caller, photo, deps.roster_view)
    require_picture(photo)
    if deps.form(photo.campaign, photo.pupil).removed.get(photo.sha256) == WITHDRAWN:
        raise Refused("gone", "This photo was withdrawn.", where="photo")
    deps.views.record(caller, what, [photo.pupil], deps.roster_view.path_of(entry), source)
    try:
        return deps.sealed.pieces(archive_name(photo.form, photo.sha256), MAX_BYTES)
    except Refused as refused:
        if refused.code != "not-found":
            raise
    try:
        return deps.sealed.pieces(waiting_name(photo.form, photo.sha256), MAX_BYTES)
    except Refused as refused:
        if refused.code == "not-found" and deps.sealed.was_destroyed(photo.form):
            raise Refused("gone", "This photo was destroyed: withdrawn, erased, or kept long enough.") from refused
        raise


def thumbnail(deps: Dependencies, id: str, caller: Caller, source: str) -> bytes:
    """The picture at a size for lists, so that a class of forty-five loads over a slow line."""
    try:
        return deps.decoder.thumbnail(b"".join(_recorded(deps, id, caller, source, "thumbnail")))
    except RejectedImage as rejected:
        raise Refused("unavailable", "The stored photo cannot be read; an operator must check it.") from rejected
    except Unfinished as unfinished:
        raise Refused("unavailable", "Too many pictures are being made at the moment; try again.") from unfinished


def require_picture(photo: SentPhoto) -> None:
    """Only a photo that the intake did not refuse has a picture."""
    if not photo.sha256:
        raise Refused(
            "not-found", "This photo has no picture: it is not checked yet, or it was refused.", where="photo"
        )
