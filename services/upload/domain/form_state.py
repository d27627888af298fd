"""A pupil's form: what its events say, and what of it others may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.eventsourcing.event import Fact

GUARDIAN, SECOND, REPLACED, WITHDRAWN = "guardian", "second-photo", "replaced", "withdrawn"


@dataclass(frozen=True, slots=True)
class Photo:
    """photo: SHA-256 of the cleaned bytes. on: the day of an archive. reason: why it waits."""

    photo: str
    by: str
    how: str
    on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """archive: the current one. waiting: oldest first. gone: what became of the other photos: REPLACED, WITHDRAWN or why it was returned."""

    campaign: str
    pupil: str
    archive: Photo | None = None
    waiting: tuple[Photo, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    accepted: bool = False
    returned: bool = False
    paper: bool = False

    def is_archive(self, photo: str) -> bool:
        return self.archive is not None and self.archive.photo == photo

    def photos(self) -> list[Photo]:
        """The archive and those that wait."""
        return [*([self.archive] if self.archive else []), *self.waiting]

    def waits(self, photo: str) -> Photo | None:
        return next((w for w in self.waiting if w.photo == photo), None)

    def knows(self, photo: str) -> bool:
        """The same photo again changes nothing, unless it was withdrawn: who withdraws may think again."""
        return self.is_archive(photo) or self.waits(photo) is not None or self.gone.get(photo, WITHDRAWN) != WITHDRAWN


def evolve(form: Form, event: Fact) -> Form:
    data, photo = event.data, str(event.data.get("photo", ""))
    match event.type:
        case "form.archived":
            before = {p.photo: REPLACED for p in form.photos()}
            new = Photo(photo, data.get("by", ""), data.get("how", ""), on=data.get("on", ""))
            return Form(form.campaign, form.pupil, new, gone=_without({**form.gone, **before}, photo))
        case "form.flagged":
            new = Photo(photo, data.get("by", ""), data.get("how", ""), reason=data.get("reason", ""))
            return replace(form, waiting=(*form.waiting, new), gone=_without(form.gone, photo), returned=False)
        case "form.accepted":
            return replace(form, accepted=True)
        case "form.returned" | "form.withdrawn":
            returned = event.type == "form.returned"
            left = _drop(form, photo, data.get("reason", "other") if returned else WITHDRAWN)
            return replace(left, returned=returned and not left.archive and not left.waiting)
        case "form.kept-on-paper":
            return replace(form, paper=True, returned=False)
        case _:
            return form


def _drop(form: Form, photo: str, fate: str) -> Form:
    kept, gone = tuple(w for w in form.waiting if w.photo != photo), {**form.gone, photo: fate}
    return (
        replace(form, archive=None, accepted=False, waiting=kept, gone=gone)
        if form.is_archive(photo)
        else replace(form, waiting=kept, gone=gone)
    )


def _without(photos: Mapping[str, str], photo: str) -> Mapping[str, str]:
    return {known: fate for known, fate in photos.items() if known != photo}


def public(form: Form) -> Mapping[str, Any]:
    archive = {name: getattr(form.archive, name) for name in ("photo", "by", "how", "on")} if form.archive else None
    return {
        "campaign": form.campaign,
        "pupil": form.pupil,
        "received": bool(archive or form.waiting or form.gone),
        "archive": archive,
        "accepted": form.accepted,
        "waiting": bool(form.waiting),
        "returned": form.returned,
        "paper": form.paper,
    }
