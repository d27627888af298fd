"""What people decide about a photo: the tap that archives, review, return. And the picture that they look at."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from services.upload.dependencies import Dependencies
from services.upload.domain.form_commands import Accept, Command, Confirm, Return
from services.upload.domain.form_state import WITHDRAWN, Form
from services.upload.image.examine import MAX_BYTES, Unfit, thumbnail
from services.upload.photos.protocol import Photo, archive_name, waiting_name
from services.upload.roster_view.view import Entry
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused


def review(
    deps: Dependencies,
    entry: Entry,
    photo: Photo,
    decision: str,
    reason: str,
    context: CommandContext,
    *,
    guardian: bool,
) -> None:
    """decision: "archive" (a waiting photo), "accept" or "return" (with a reason of the contract)."""
    if guardian and decision != "archive":
        raise Refused("outside-scope", "The class teacher or the school reviews photos.")
    deps.command(entry.campaign, entry.pupil, _command(deps, photo, decision, reason, guardian), context)
    if decision == "archive":
        deps.objects.remove(waiting_name(photo.form, photo.sha256))


def _command(deps: Dependencies, photo: Photo, decision: str, reason: str, guardian: bool) -> Command:
    if decision == "accept":
        return Accept(photo.sha256)
    if decision == "return":
        return Return(photo.sha256, reason)
    _into_archive(deps, photo)
    return Confirm(photo.sha256, day_of(deps.clock.now()), guardian)


def _into_archive(deps: Dependencies, photo: Photo) -> None:
    """The very bytes that were checked, before any event says that they are there."""
    if deps.objects.stat(archive_name(photo.form, photo.sha256)):
        return
    jpeg = deps.objects.get(waiting_name(photo.form, photo.sha256), MAX_BYTES)
    if sha256(jpeg).hexdigest() != photo.sha256:
        raise Refused(
            "unavailable",
            "The stored photo is not the one that was checked; it must be looked after before it can be archived.",
        )
    deps.objects.put_once(archive_name(photo.form, photo.sha256), jpeg, "image/jpeg")


def photo_of(deps: Dependencies, id: str, entry: Entry | None = None) -> Photo:
    """A photo by its id; of this entry, if one is given."""
    photo = deps.photos.get(id)
    if not photo or (entry and (photo.campaign, photo.pupil) != (entry.campaign, entry.pupil)):
        raise Refused("not-found", "There is no such photo.", where="photo")
    return photo


def require_picture(photo: Photo) -> None:
    """Only photos that passed the check have a picture."""
    if not photo.sha256:
        raise Refused(
            "not-found", "This photo has no picture: it is not checked yet, or it was refused.", where="photo"
        )


def small_picture(deps: Dependencies, photo: Photo, form: Form) -> bytes:
    """The same at a size for lists: a class of forty-five fits through a thin line."""
    try:
        return thumbnail(b"".join(picture(deps, photo, form)))
    except Unfit as unfit:
        raise Refused("unavailable", "The stored photo cannot be read; it must be looked after.") from unfit


def picture(deps: Dependencies, photo: Photo, form: Form) -> Iterator[bytes]:
    """The cleaned JPEG, piece by piece; what was withdrawn is shown to nobody."""
    require_picture(photo)
    if form.gone.get(photo.sha256) == WITHDRAWN:
        raise Refused("gone", "This photo was withdrawn.", where="photo")
    try:
        return deps.objects.pieces(archive_name(photo.form, photo.sha256))
    except Refused as refused:
        if refused.code != "not-found":
            raise
    return deps.objects.pieces(waiting_name(photo.form, photo.sha256))
