"""Forms as people see them: one line each, for the class teacher's list and for the guardian."""

from __future__ import annotations

from typing import Any

from services.upload.dependencies import Dependencies
from services.upload.domain.form_state import REPLACED, WITHDRAWN, Form
from services.upload.domain.form_state import Photo as FormPhoto
from services.upload.photos.protocol import Photo, form_stream
from services.upload.roster_view.view import Entry
from services.upload.use_cases.photo_status import standing_of
from shared.infrastructure.clock import iso

MISSING, WAITING, ARCHIVED, ACCEPTED, RETURNED, PAPER = STATES = (
    "missing",
    "waiting",
    "archived",
    "accepted",
    "returned",
    "paper",
)


def form_line(deps: Dependencies, entry: Entry) -> dict[str, Any]:
    """{campaign, pupil, expected, state, by, how, reason, photo, received_at, waiting: [{photo, by, reason, received_at}], void_sheets}

    state: one of STATES.
    """
    form = deps.form(entry.campaign, entry.pupil)
    known = {
        photo.sha256: photo for photo in deps.photos.of_form(form_stream(entry.campaign, entry.pupil)) if photo.sha256
    }
    state, shown, reason = _summary(form)
    waiting = [
        {"photo": known[w.photo].id, "by": w.by, "reason": w.reason, "received_at": iso(known[w.photo].received_at)}
        for w in form.waiting
        if w.photo in known
    ]
    photo = known.get(shown.photo) if shown else None
    return {
        "campaign": entry.campaign,
        "pupil": entry.pupil,
        "expected": entry.expected,
        "state": state,
        "by": shown.by if shown else "",
        "how": shown.how if shown else "",
        "reason": reason,
        "photo": photo.id if photo else "",
        "received_at": iso(photo.received_at) if photo else "",
        "waiting": waiting,
        "void_sheets": len(entry.void_sheets),
    }


def _summary(form: Form) -> tuple[str, FormPhoto | None, str]:
    """State, the photo to look at, and the reason to show. An archive comes first: a second photo that waits stands in `waiting`."""
    if form.archive:
        return ACCEPTED if form.accepted else ARCHIVED, form.archive, ""
    if form.waiting:
        return WAITING, form.waiting[-1], form.waiting[-1].reason
    if form.paper:
        return PAPER, None, ""
    if form.returned:
        sha256, why = [(p, fate) for p, fate in form.gone.items() if fate not in (REPLACED, WITHDRAWN)][-1]
        return RETURNED, FormPhoto(sha256, "", ""), why
    return MISSING, None, ""


def photo_status(photo: Photo, form: Form) -> dict[str, Any]:
    """{photo, state, reason, message_zh, message_en, received_at}"""
    standing = standing_of(photo, form)
    chinese, english = standing.texts
    return {
        "photo": photo.id,
        "campaign": photo.campaign,
        "state": standing.state,
        "reason": standing.reason,
        "message_zh": chinese,
        "message_en": english,
        "received_at": iso(photo.received_at) if photo.received_at else "",
    }
