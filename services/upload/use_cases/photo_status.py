"""Status of a sent photo, for its sender and for the people who look after the pupil."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.authorization import require_photo_in_scope
from services.upload.dependencies import Dependencies
from services.upload.domain.form_state import Form
from services.upload.domain.outcome import ARCHIVED, DUPLICATE, Outcome
from services.upload.photos.protocol import SentPhoto
from services.upload.use_cases.tickets import is_holder
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class PhotoStatus:
    """received_at: ms since 1970, 0 while the bytes have not arrived."""

    photo: str
    campaign: str
    state: str
    reason: str
    message_zh: str
    message_en: str
    received_at: int


def photo_status(deps: Dependencies, id: str, caller: Caller, token: str) -> PhotoStatus:
    """Visible with the ticket's token, to the sender's account and to whom the pupil is in scope. Raises Refused."""
    photo = photo_of(deps, id)
    if not is_holder(deps, photo, caller, token):
        require_photo_in_scope(caller, photo, deps.view)
    outcome = current_outcome(photo, deps.form(photo.campaign, photo.pupil))
    return PhotoStatus(photo.id, photo.campaign, outcome.state, outcome.reason, *outcome.message, photo.received_at)


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
        raise Refused("not-found", "There is no such photo.", where="photo")
    return photo
