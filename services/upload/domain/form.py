"""Stream `form-<campaign>-<pupil>`, public: the photo that is the archive of a pupil's form, and the waiting ones."""

from __future__ import annotations

from collections.abc import Sequence

from services.upload.domain.form_commands import (
    Accept,
    Archive,
    Command,
    Confirm,
    Flag,
    Hold,
    KeepOnPaper,
    Return,
    Withdraw,
)
from services.upload.domain.form_state import Form, evolve, public
from services.upload.domain.outcome import ON_HOLD, SECOND_PHOTO
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused

GUARDIAN = "guardian"  # of the contract's BY


def form_decider(campaign: str, pupil: str) -> Decider[Command, Form]:
    """The decider of one form; its public state names campaign and pupil."""
    return Decider(Form(campaign, pupil), decide, evolve, public)


def decide(command: Command, form: Form) -> Sequence[NewEvent]:
    match command:
        case Archive():
            return _archive(command, form)
        case Flag(photo, by, how, reason):
            return [] if form.has_seen(photo) else [_flagged(photo, by, how, reason)]
        case Confirm():
            return _confirm(command, form)
        case Accept(photo):
            if not form.is_archive(photo):
                raise _not_current()
            return [] if form.accepted else [NewEvent("form.accepted", {"photo": photo})]
        case Return(photo, reason):
            if not form.is_archive(photo) and not form.waiting_photo(photo):
                raise _not_current()
            return [NewEvent("form.returned", {"photo": photo, "reason": reason})]
        case Hold(chosen):
            held = [photo for photo in form.photos() if photo.sha256 in chosen and photo.reason != ON_HOLD]
            return [NewEvent("form.held", {"photo": photo.sha256}) for photo in held]
        case Withdraw(by):
            photos = [photo for photo in form.photos() if by in ("", photo.by)]
            if not photos:
                raise Refused(
                    "nothing-to-withdraw", "There is no photo of this form that could be withdrawn.", kind="conflict"
                )
            return [NewEvent("form.withdrawn", {"photo": photo.sha256}) for photo in photos]
        case KeepOnPaper(reason):
            if form.archive:
                raise Refused(
                    "already-archived", "A photo of this form is archived; withdraw it first.", kind="conflict"
                )
            return [] if form.paper else [NewEvent("form.kept-on-paper", {"reason": reason})]


def _archive(command: Archive, form: Form) -> Sequence[NewEvent]:
    """The newest good photo becomes the archive. Only a guardian's own photo is not replaced by somebody else's.

    That second photo waits until a person confirms it, or until the guardian sends the very same photo.
    """
    waiting = form.waiting_photo(command.photo)
    sent_by_guardian_too = waiting and waiting.reason == SECOND_PHOTO and command.by == GUARDIAN
    if form.has_seen(command.photo) and not sent_by_guardian_too:
        return []
    if form.archive and form.archive.by == GUARDIAN and command.by != GUARDIAN:
        return [_flagged(command.photo, command.by, command.how, SECOND_PHOTO)]
    return [_archived(command.photo, command.by, command.how, command.on)]


def _confirm(command: Confirm, form: Form) -> Sequence[NewEvent]:
    if form.is_archive(command.photo):
        return []
    photo = form.waiting_photo(command.photo)
    if not photo:
        raise _not_current()
    if command.guardian and photo.reason != SECOND_PHOTO:
        raise Refused("outside-scope", "Only the class teacher or the school may decide about this photo.")
    # A photo that was archived before it was held keeps its day: nobody is late because of somebody else's mistake.
    return [_archived(photo.sha256, photo.by, photo.how, photo.on or command.on)]


def _not_current() -> Refused:
    return Refused(
        "photo-not-current",
        "This photo is not the one that is archived or waiting; load the form again.",
        kind="conflict",
        where="photo",
    )


def _archived(photo: str, by: str, how: str, on: str) -> NewEvent:
    return NewEvent("form.archived", {"photo": photo, "by": by, "how": how, "on": on})


def _flagged(photo: str, by: str, how: str, reason: str) -> NewEvent:
    return NewEvent("form.flagged", {"photo": photo, "by": by, "how": how, "reason": reason})
