"""State of a pupil's form, folded from its events, and the part of it that other services see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.upload.domain.outcome import ARCHIVED, ON_HOLD, OTHER, REFUSED, REPLACED, WAITING, WITHDRAWN, Outcome
from shared.eventsourcing.event import Fact


@dataclass(frozen=True, slots=True)
class FormPhoto:
    """An archived or waiting photo. sha256: of the cleaned bytes. reason: of waiting.

    on: of an archive, also while it is on hold, the day on which the photo was received, or a person confirmed it.
    """

    sha256: str
    by: str
    how: str
    on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """archive: the current one. waiting: oldest first. removed: the other photos, SHA-256 -> reason of their removal.

    Such a reason is REPLACED, WITHDRAWN or the reason of a return.
    """

    campaign: str
    pupil: str
    archive: FormPhoto | None = None
    waiting: tuple[FormPhoto, ...] = ()
    removed: Mapping[str, str] = field(default_factory=dict)
    accepted: bool = False
    returned: bool = False
    paper: bool = False

    def is_archive(self, sha256: str) -> bool:
        return self.archive is not None and self.archive.sha256 == sha256

    def photos(self) -> list[FormPhoto]:
        """The archive, then the waiting photos."""
        return [*([self.archive] if self.archive else []), *self.waiting]

    def waiting_photo(self, sha256: str) -> FormPhoto | None:
        return next((photo for photo in self.waiting if photo.sha256 == sha256), None)

    def has_seen(self, sha256: str) -> bool:
        """True if sending this photo again changes nothing. A withdrawn photo may be sent again."""
        is_settled = self.removed.get(sha256, WITHDRAWN) != WITHDRAWN
        return self.is_archive(sha256) or self.waiting_photo(sha256) is not None or is_settled

    def outcome_of(self, sha256: str) -> Outcome:
        """The outcome of a photo that has reached this form, as of now."""
        if self.is_archive(sha256):
            return Outcome(ARCHIVED)
        if photo := self.waiting_photo(sha256):
            return Outcome(WAITING, photo.reason)
        reason = self.removed.get(sha256, REPLACED)
        return Outcome(ARCHIVED if reason == REPLACED else REFUSED, reason)


def evolve(form: Form, event: Fact) -> Form:
    data, sha256 = event.data, str(event.data.get("photo", ""))
    match event.type:
        case "form.archived":
            replaced = {photo.sha256: REPLACED for photo in form.photos()}
            new = FormPhoto(sha256, data.get("by", ""), data.get("how", ""), on=data.get("on", ""))
            return Form(form.campaign, form.pupil, new, removed=_without({**form.removed, **replaced}, sha256))
        case "form.flagged":
            new = FormPhoto(sha256, data.get("by", ""), data.get("how", ""), reason=data.get("reason", ""))
            return replace(form, waiting=(*form.waiting, new), removed=_without(form.removed, sha256), returned=False)
        case "form.held":
            return _hold(form, sha256)
        case "form.accepted":
            return replace(form, accepted=True)
        case "form.returned":
            left = _remove(form, sha256, data.get("reason", OTHER))
            return replace(left, returned=not left.photos())
        case "form.withdrawn":
            return replace(_remove(form, sha256, WITHDRAWN), returned=False)
        case "form.kept-on-paper":
            return replace(form, paper=True, returned=False)
        case _:
            return form


def _hold(form: Form, sha256: str) -> Form:
    waiting = tuple(replace(p, reason=ON_HOLD) if p.sha256 == sha256 else p for p in form.waiting)
    if form.archive is None or not form.is_archive(sha256):
        return replace(form, waiting=waiting)
    return replace(form, archive=None, accepted=False, waiting=(*waiting, replace(form.archive, reason=ON_HOLD)))


def _remove(form: Form, sha256: str, reason: str) -> Form:
    kept = tuple(photo for photo in form.waiting if photo.sha256 != sha256)
    left = replace(form, waiting=kept, removed={**form.removed, sha256: reason})
    return replace(left, archive=None, accepted=False) if form.is_archive(sha256) else left


def _without(removed: Mapping[str, str], sha256: str) -> Mapping[str, str]:
    return {other: reason for other, reason in removed.items() if other != sha256}


def public(form: Form) -> Mapping[str, Any]:
    """FormState of the contract."""
    archive = form.archive
    return {
        "campaign": form.campaign,
        "pupil": form.pupil,
        "received": bool(archive or form.waiting or form.removed),
        "archive": {"photo": archive.sha256, "by": archive.by, "how": archive.how, "on": archive.on}
        if archive
        else None,
        "accepted": form.accepted,
        "waiting": bool(form.waiting),
        "returned": form.returned,
        "paper": form.paper,
    }
