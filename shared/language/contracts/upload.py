"""Public events of upload: a pupil's form in a campaign. Photos are content hashes, never addresses."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.contracts.contract import CAMPAIGN, DAY, HASH, PUPIL, EventType, StreamType, Strict

PUBLISHER = "upload"
BY = ("guardian", "code", "teacher", "school")
HOW = ("single", "stack")  # "stack" is reserved: scans of many forms are not read yet
WAITING = (
    "unreadable-qr",
    "void-sheet",
    "suspicious",
    "second-photo",
    "foreign-address",
    "unknown-sheet",
    "page-incomplete",
    "another-sheet",
)
ON_HOLD = "on-hold"  # why a held photo waits; only form.held gives this reason
RETURNED = ("blurred", "unsigned", "wrong-page", "wrong-child", "another-form", "incomplete", "other", "misused-code")
PAPER = ("refused", "impossible")


class Archive(Strict):
    """The current archive. photo: SHA-256 of the archived bytes.

    on: the day on which the photo was received; of a photo that waited, the day on which a person confirmed it.
    """

    photo = fields.String(required=True, validate=HASH)
    by = fields.String(required=True, validate=validate.OneOf(BY))
    how = fields.String(required=True, validate=validate.OneOf(HOW))
    on = fields.String(required=True, validate=DAY)


class FormState(Strict):
    """The state of a form.

    received  a photo has reached the form: archived, waiting, on hold, returned or withdrawn
    archive   the current one, or null
    accepted  the archive was reviewed and accepted
    waiting   a photo waits for a person, or is on hold until one releases it
    returned  the last photo, archived or waiting, was returned, and nothing newer has arrived
    paper     refusal or impossibility is recorded
    """

    campaign = fields.String(required=True, validate=CAMPAIGN)
    pupil = fields.String(required=True, validate=PUPIL)
    received = fields.Boolean(required=True)
    archive = fields.Nested(Archive, required=True, allow_none=True)
    accepted = fields.Boolean(required=True)
    waiting = fields.Boolean(required=True)
    returned = fields.Boolean(required=True)
    paper = fields.Boolean(required=True)


class Photo(Strict):
    photo = fields.String(required=True, validate=HASH)
    by = fields.String(required=True, validate=validate.OneOf(BY))
    how = fields.String(required=True, validate=validate.OneOf(HOW))


class Archived(Photo):
    on = fields.String(required=True, validate=DAY)


class Flagged(Photo):
    reason = fields.String(required=True, validate=validate.OneOf(WAITING))


class OfPhoto(Strict):
    photo = fields.String(required=True, validate=HASH)


class Returned(OfPhoto):
    reason = fields.String(required=True, validate=validate.OneOf(RETURNED))


class OnPaper(Strict):
    reason = fields.String(required=True, validate=validate.OneOf(PAPER))


_PHOTO = {
    "photo": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "by": "guardian",
    "how": "single",
}
_ARCHIVE = {**_PHOTO, "on": "2026-11-20"}
_STATE = {
    "campaign": "2026a",
    "pupil": "3f7.018f2ab47c9d01e5f6a7",
    "received": True,
    "archive": None,
    "accepted": False,
    "waiting": False,
    "returned": False,
    "paper": False,
}
_ID = {"photo": _PHOTO["photo"]}

FORMS = StreamType(
    "form",
    "form-<campaign>-<pupil>",
    "A pupil's form in a campaign: photos received, archived, reviewed.",
    FormState,
    (
        EventType(
            "form.archived",
            "A readable photo of page 1, matched to this pupil, is the current archive.",
            Archived,
            (_ARCHIVE, _STATE | {"archive": _ARCHIVE}),
        ),
        EventType(
            "form.flagged",
            "A photo waits for a person: unreadable QR, void or unknown sheet, part of a page, two sheets, suspicious.",
            Flagged,
            ({**_PHOTO, "reason": "unreadable-qr"}, _STATE | {"waiting": True}),
        ),
        EventType(
            "form.accepted",
            "Teacher or school has reviewed the current archive and accepts it.",
            OfPhoto,
            (_ID, _STATE | {"archive": _ARCHIVE, "accepted": True}),
        ),
        EventType(
            "form.held",
            "The photo, archived or waiting, is on hold: its sender had used another family's code. A person "
            "releases or returns it.",
            OfPhoto,
            (_ID, _STATE | {"waiting": True}),
        ),
        EventType(
            "form.returned",
            "The photo, archived or waiting, was returned; the family is asked for another one.",
            Returned,
            ({**_ID, "reason": "unsigned"}, _STATE | {"returned": True}),
        ),
        EventType(
            "form.withdrawn",
            "A guardian, the class teacher or the school has withdrawn the photo, archived or waiting.",
            OfPhoto,
            (_ID, _STATE),
        ),
        EventType(
            "form.kept-on-paper",
            "Refusal or impossibility is recorded; the paper is filed at school.",
            OnPaper,
            ({"reason": "refused"}, _STATE | {"received": False, "paper": True}),
        ),
    ),
)

STREAMS = (FORMS,)
