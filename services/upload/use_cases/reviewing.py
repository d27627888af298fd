"""Decisions of people about a form: archive a waiting photo, accept or return one, withdraw, keep on paper."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from services.upload.dependencies import Dependencies
from services.upload.domain.destruction import WITHDRAWN
from services.upload.domain.form import form_decider
from services.upload.domain.form_commands import Accept, Command, Confirm, KeepOnPaper, Return, Withdraw
from services.upload.domain.outcome import WITHDRAWN as GONE
from services.upload.image.examined import MAX_BYTES
from services.upload.photos.protocol import SentPhoto, archive_name, form_stream, waiting_name
from services.upload.roster_view.view import Entry
from services.upload.use_cases.destruction import destroy, retire
from services.upload.use_cases.photo_status import photo_of
from services.upload.use_cases.pictures import require_picture
from shared.eventsourcing.commands import events_of
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.permissions import REVIEW_FORMS
from shared.service.auth import Caller

DECISIONS = ARCHIVE, ACCEPT, RETURN = "archive", "accept", "return"  # ARCHIVE: a waiting photo


@dataclass(frozen=True, slots=True)
class Review:
    """photo: id. decision: one of DECISIONS. reason: of a return, word of the contract."""

    photo: str
    decision: str
    reason: str = ""


def review(deps: Dependencies, entry: Entry, review: Review, caller: Caller, context: CommandContext) -> None:
    """Record a decision about a photo of this form. Raises Refused."""
    photo, by_guardian = photo_of(deps, review.photo), not caller.may(REVIEW_FORMS)
    if (photo.campaign, photo.pupil) != (entry.campaign, entry.pupil):
        raise Refused("not-found", "There is no such photo.", where="photo")
    require_picture(photo)
    if by_guardian and review.decision != ARCHIVE:
        raise Refused("outside-scope", "Only the class teacher or the school may review photos.")
    command = _command(deps, photo, review, by_guardian)
    try:
        deps.handle(entry.campaign, entry.pupil, command, context)
    except Refused:
        if review.decision == ARCHIVE and deps.form(entry.campaign, entry.pupil).removed.get(photo.sha256) == GONE:
            destroy(deps, photo.form, WITHDRAWN, context.actor)  # the copy was made while the photo was withdrawn
        raise
    if review.decision == ARCHIVE:
        deps.sealed.remove(waiting_name(photo.form, photo.sha256))


def withdraw(deps: Dependencies, entry: Entry, context: CommandContext, by: str = "") -> int:
    """Withdraw every photo of the form and destroy them for good. by: only photos of this kind of sender.

    Returns how many. Raises Refused("nothing-to-withdraw"), and then nothing is destroyed.

    Retired before the event, so that a sweep completes what a crash interrupts, and again after it: a photo that came
    in between is withdrawn too, and lies under the next key.
    """
    form = form_stream(entry.campaign, entry.pupil)
    history, decider = deps.store.load(form), form_decider(entry.campaign, entry.pupil)
    if not events_of(context, history):
        decider.decide(Withdraw(by), decider.fold(history))
        retire(deps, form, WITHDRAWN, context.actor)
    handled = deps.handle(entry.campaign, entry.pupil, Withdraw(by), context)
    destroy(deps, form, WITHDRAWN, context.actor)
    return len(handled.events)


def keep_on_paper(deps: Dependencies, entry: Entry, reason: str, context: CommandContext) -> None:
    """reason: word of the contract's PAPER."""
    deps.handle(entry.campaign, entry.pupil, KeepOnPaper(reason), context)


def _command(deps: Dependencies, photo: SentPhoto, review: Review, by_guardian: bool) -> Command:
    if review.decision == ACCEPT:
        return Accept(photo.sha256)
    if review.decision == RETURN:
        return Return(photo.sha256, review.reason)
    _copy_to_archive(deps, photo)
    return Confirm(photo.sha256, day_of(deps.clock.now()), by_guardian)


def _copy_to_archive(deps: Dependencies, photo: SentPhoto) -> None:
    """Copy the very bytes that were checked, before any event says that they are in the archive.

    The form holds the photo already, so retiring the copy's key from now on finds it and seals it anew.
    """
    if deps.sealed.renew(archive_name(photo.form, photo.sha256), MAX_BYTES):
        return
    jpeg = deps.sealed.get(waiting_name(photo.form, photo.sha256), MAX_BYTES)
    if sha256(jpeg).hexdigest() != photo.sha256:
        raise Refused(
            "unavailable",
            "The stored photo is not the one that was checked; an operator must check it before it can be archived.",
        )
    deps.sealed.confirm(deps.sealed.put_once(archive_name(photo.form, photo.sha256), jpeg))
