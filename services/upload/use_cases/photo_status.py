"""Status of a sent photo, for its sender and for the people who look after the pupil; found by its receipt number."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.authorization import in_scope, require_photo_in_scope
from services.upload.dependencies import Dependencies
from services.upload.domain.form_state import Form
from services.upload.domain.outcome import ARCHIVED, DUPLICATE, Outcome
from services.upload.photos.protocol import SentPhoto
from services.upload.photos.sealed_ticket import unseal
from services.upload.roster_view.view import Entry
from services.upload.use_cases.tickets import is_holder
from shared.infrastructure.errors import Refused
from shared.language import receipts
from shared.language.path import parent
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class PhotoStatus:
    """received_at: ms since 1970, 0 while the bytes have not arrived. accepted: archived, and reviewed by a person.

    pupil: "" unless it is in the caller's scope.
    """

    photo: str
    receipt: str
    campaign: str
    pupil: str
    state: str
    reason: str
    message_zh: str
    message_en: str
    received_at: int
    accepted: bool


def photo_status(deps: Dependencies, id: str, caller: Caller, token: str) -> PhotoStatus:
    """Visible with the ticket's token, to the sender's account and to whom the pupil is in scope. Raises Refused."""
    photo = deps.photos.get(id) or unseal(deps.ticket_key, id, token)  # a ticket has no record yet
    if not photo:
        raise unknown_photo()
    if not is_holder(deps, photo, caller, token):
        require_photo_in_scope(caller, photo, deps.roster_view)
    return _status(deps, photo, knows_pupil=_entry_in_scope(deps, photo, caller) is not None)


def photos_of_receipt(deps: Dependencies, typed: str, caller: Caller, source: str) -> list[PhotoStatus]:
    """The photos with this receipt number in the caller's scope, [] without one. Raises Refused("receipt-mistyped").

    A number of another class or school is answered like one that nobody has.
    """
    found = []
    for photo in deps.photos.of_receipt(receipts.parse(typed)):
        if entry := _entry_in_scope(deps, photo, caller):
            deps.views.record(caller, "forms", [photo.pupil], deps.roster_view.path_of(entry), source)
            found.append(_status(deps, photo, knows_pupil=True))
    return found


@dataclass(frozen=True, slots=True)
class PhotoTrace:
    """Progress of a photo for technical support, without photo, pupil and class. school: path. Else PhotoStatus."""

    receipt: str
    school: str
    state: str
    reason: str
    message_zh: str
    message_en: str
    received_at: int
    accepted: bool


def trace(deps: Dependencies, typed: str, caller: Caller) -> list[PhotoTrace]:
    """Progress of the photos with this receipt number in the caller's scope. Raises Refused("receipt-mistyped")."""
    found = []
    for photo in deps.photos.of_receipt(receipts.parse(typed)):
        entry = deps.roster_view.entry(photo.campaign, photo.pupil)
        if entry and caller.scope.allows(path := deps.roster_view.path_of(entry)):
            status = _status(deps, photo, knows_pupil=False)
            found.append(
                PhotoTrace(
                    status.receipt,
                    parent(path),
                    status.state,
                    status.reason,
                    status.message_zh,
                    status.message_en,
                    status.received_at,
                    status.accepted,
                )
            )
    return found


def _entry_in_scope(deps: Dependencies, photo: SentPhoto, caller: Caller) -> Entry | None:
    entry = deps.roster_view.entry(photo.campaign, photo.pupil)
    return entry if entry and in_scope(caller, entry, deps.roster_view) else None


def _status(deps: Dependencies, photo: SentPhoto, *, knows_pupil: bool) -> PhotoStatus:
    form = deps.form(photo.campaign, photo.pupil)
    outcome = current_outcome(photo, form)
    return PhotoStatus(
        photo.id,
        photo.receipt,
        photo.campaign,
        photo.pupil if knows_pupil else "",
        outcome.state,
        outcome.reason,
        *outcome.message,
        photo.received_at,
        accepted=form.accepted and form.is_archive(photo.sha256),
    )


def current_outcome(photo: SentPhoto, form: Form) -> Outcome:
    """The outcome in the photo's record; once the photo has reached the form, the outcome in the form."""
    if not photo.sha256:
        return photo.outcome
    outcome = form.outcome_of(photo.sha256)
    is_duplicate = outcome == Outcome(ARCHIVED) and photo.outcome.reason == DUPLICATE
    return Outcome(ARCHIVED, DUPLICATE) if is_duplicate else outcome


def photo_of(deps: Dependencies, id: str) -> SentPhoto:
    """Raises Refused("not-found")."""
    photo = deps.photos.get(id)
    if not photo:
        raise unknown_photo()
    return photo


def unknown_photo() -> Refused:
    return Refused("not-found", "There is no such photo.", where="photo")
