"""Lists of forms, one line each: for the class teacher's class and for the guardian's child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.upload.authorization import require_in_scope, require_pupil
from services.upload.dependencies import Dependencies
from services.upload.domain.form_state import Form, FormPhoto
from services.upload.domain.outcome import REPLACED, WITHDRAWN
from services.upload.photos.protocol import form_stream
from services.upload.roster_view.view import Entry
from services.upload.use_cases.device import is_burst
from shared.infrastructure.clock import day_of
from shared.language.campaign_state import is_over
from shared.service.auth import Caller, require_path

FORM_STATES = MISSING, WAITING, ARCHIVED, ACCEPTED, RETURNED, PAPER = (
    "missing",
    "waiting",
    "archived",
    "accepted",
    "returned",
    "paper",
)


@dataclass(frozen=True, slots=True)
class WaitingPhoto:
    """A photo that waits for a person. photo: id. received_at: ms since 1970."""

    photo: str
    receipt: str
    by: str
    reason: str
    received_at: int


@dataclass(frozen=True, slots=True)
class FormLine:
    """A pupil's form. state: one of FORM_STATES. received_at: ms since 1970, 0 without a photo.

    by, how, photo, receipt and received_at belong to the photo to look at, "" without one. burst: so does this; its
    device has sent for many pupils within a day, without an account. cut_short: so does this; its file lacks the end.
    over: the campaign's last day is over, so that no decision about the form changes a figure any more.
    """

    campaign: str
    pupil: str
    expected: bool
    state: str
    by: str
    how: str
    reason: str
    photo: str
    receipt: str
    received_at: int
    waiting: Sequence[WaitingPhoto]
    void_sheets: int
    burst: bool
    cut_short: bool
    over: bool


def forms_of_class(deps: Dependencies, class_id: str, campaign: str, caller: Caller, source: str) -> list[FormLine]:
    """campaign: "" for the one that is running. Raises Refused."""
    path = deps.roster_view.path_of_class(class_id)
    require_path(caller, path)
    campaign = deps.roster_view.campaign(campaign, day_of(deps.clock.now()))
    entries = deps.roster_view.entries_of_class(class_id, campaign)
    deps.views.record(caller, "forms", [entry.pupil for entry in entries], path, source)
    return [form_line(deps, entry) for entry in entries]


def forms_of_pupil(deps: Dependencies, pupil: str, caller: Caller, source: str) -> list[FormLine]:
    """The forms of all campaigns. Raises Refused."""
    require_pupil(caller, pupil)
    entries = deps.roster_view.entries_of_pupil(pupil)
    for entry in entries:
        require_in_scope(caller, entry, deps.roster_view)
    if entries:
        deps.views.record(caller, "forms", [pupil], deps.roster_view.path_of(entries[-1]), source)
    return [form_line(deps, entry) for entry in entries]


def form_line(deps: Dependencies, entry: Entry) -> FormLine:
    form = deps.form(entry.campaign, entry.pupil)
    photos = deps.photos.of_form(form_stream(entry.campaign, entry.pupil))
    sent = {photo.sha256: photo for photo in photos if photo.sha256}
    state, shown, reason = _summary(form)
    photo = sent.get(shown.sha256) if shown else None
    return FormLine(
        entry.campaign,
        entry.pupil,
        entry.expected,
        state,
        by=shown.by if shown else "",
        how=shown.how if shown else "",
        reason=reason,
        photo=photo.id if photo else "",
        receipt=photo.receipt if photo else "",
        received_at=photo.received_at if photo else 0,
        waiting=[
            WaitingPhoto(photo.id, photo.receipt, waiting.by, waiting.reason, photo.received_at)
            for waiting in form.waiting
            if (photo := sent.get(waiting.sha256))
        ],
        void_sheets=len(entry.void_sheets),
        burst=photo is not None and is_burst(deps, photo),
        cut_short=photo is not None and photo.cut_short,
        over=is_over(deps.roster_view.last_day(entry), day_of(deps.clock.now())),
    )


def _summary(form: Form) -> tuple[str, FormPhoto | None, str]:
    """State, photo to look at, and reason to show. The archive goes first: a second photo is listed in `waiting`."""
    if form.archive:
        return ACCEPTED if form.accepted else ARCHIVED, form.archive, ""
    if form.waiting:
        return WAITING, form.waiting[-1], form.waiting[-1].reason
    if form.paper:
        return PAPER, None, ""
    if form.returned:
        returns = [item for item in form.removed.items() if item[1] not in (REPLACED, WITHDRAWN)]
        sha256, reason = returns[-1]
        return RETURNED, FormPhoto(sha256, "", ""), reason
    return MISSING, None, ""
