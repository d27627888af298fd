"""Stream `form-<campaign>-<pupil>`, public: which photo of a pupil's form is the archive, and which wait for a person."""

from __future__ import annotations

from collections.abc import Sequence

from services.upload.domain.form_commands import Accept, Archive, Command, Confirm, Flag, KeepOnPaper, Return, Withdraw
from services.upload.domain.form_state import GUARDIAN, SECOND, Form, evolve, public
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused


def form_decider(campaign: str, pupil: str) -> Decider[Command, Form]:
    """The decider of one form: `now` names campaign and pupil."""
    return Decider(Form(campaign, pupil), decide, evolve, public)


def decide(command: Command, form: Form) -> Sequence[NewEvent]:
    match command:
        case Archive():
            return _archive(command, form)
        case Flag(photo, by, how, reason):
            return [] if form.knows(photo) else [_flagged(photo, by, how, reason)]
        case Confirm():
            return _confirm(command, form)
        case Accept(photo):
            if not form.is_archive(photo):
                raise _another()
            return [] if form.accepted else [NewEvent("form.accepted", {"photo": photo})]
        case Return(photo, reason):
            if not form.is_archive(photo) and not form.waits(photo):
                raise _another()
            return [NewEvent("form.returned", {"photo": photo, "reason": reason})]
        case Withdraw():
            if not form.photos():
                raise Refused(
                    "nothing-to-withdraw", "There is no photo of this form that could be withdrawn.", kind="conflict"
                )
            return [NewEvent("form.withdrawn", {"photo": p.photo}) for p in form.photos()]
        case KeepOnPaper(reason):
            if form.archive:
                raise Refused(
                    "already-archived", "A photo of this form is archived; withdraw it first.", kind="conflict"
                )
            return [] if form.paper else [NewEvent("form.kept-on-paper", {"reason": reason})]


def _archive(command: Archive, form: Form) -> Sequence[NewEvent]:
    """The newest good photo is the archive, but a guardian's own gives way to others only after a yes: a guardian's, by sending that very photo, or a tap."""
    waits = form.waits(command.photo)
    if form.knows(command.photo) and not (waits and waits.reason == SECOND and command.by == GUARDIAN):
        return []
    if form.archive and form.archive.by == GUARDIAN and command.by != GUARDIAN:
        return [_flagged(command.photo, command.by, command.how, SECOND)]
    return [_archived(command.photo, command.by, command.how, command.on)]


def _confirm(command: Confirm, form: Form) -> Sequence[NewEvent]:
    if form.is_archive(command.photo):
        return []
    photo = form.waits(command.photo)
    if not photo:
        raise _another()
    if command.guardian and photo.reason != SECOND:
        raise Refused("outside-scope", "The class teacher or the school decides about this photo.")
    return [_archived(photo.photo, photo.by, photo.how, command.on)]


def _another() -> Refused:
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
