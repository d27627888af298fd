"""Shapes of responses about corrections."""

from __future__ import annotations

from marshmallow import fields, validate

from services.roster.api.responses import COUNT, KeyChange
from services.roster.domain.correction import BUREAU, LEADER, MOVED, OVERTAKEN, STATUSES
from services.roster.proofs.file_kinds import MEDIA_TYPES
from shared.language.contracts.contract import CLASS, PUPIL, UNIT
from shared.service.operations import ResponseSchema, listing

STATUS = validate.OneOf(STATUSES)


class EnteredCorrections(ResponseSchema):
    """applied: id of what took effect at once; waiting: id of what waits for the leader; "" for none."""

    pupil = fields.String(validate=PUPIL)
    applied = fields.String()
    waiting = fields.String()


class DecidedCorrection(ResponseSchema):
    """status: what it waits for now, or its end."""

    pupil = fields.String(validate=PUPIL)
    correction = fields.String()
    status = fields.String(validate=STATUS)


class Correction(ResponseSchema):
    """A correction of a pupil. entered, ended: moments; ended is "" while it waits.

    refused_by  the side that refused it, with its reason, else ""
    why         for one that has lapsed: "moved" to another school, or "overtaken" by another change; else ""
    proof       kind of the file, "" for none
    """

    correction = fields.String()
    entered = fields.String()
    ended = fields.String()
    status = fields.String(validate=STATUS)
    refused_by = fields.String(validate=validate.OneOf(("", LEADER, BUREAU)))
    why = fields.String(validate=validate.OneOf(("", MOVED, OVERTAKEN)))
    reason = fields.String()
    proof = fields.String(validate=validate.OneOf(("", *MEDIA_TYPES)))
    changes = fields.List(fields.Nested(KeyChange))


class CorrectionInFull(Correction):
    """The same, unmasked, with its pupil. own: whether the caller has entered or approved it, and may not decide."""

    pupil = fields.String(validate=PUPIL)
    name = fields.String()
    school_name = fields.String()
    class_name = fields.String()
    own = fields.Boolean()


class WaitingCorrection(ResponseSchema):
    """A correction of key fields that waits, masked. titles: of its fields, in Chinese."""

    pupil = fields.String(validate=PUPIL)
    correction = fields.String()
    school = fields.String(validate=UNIT)
    school_name = fields.String()
    class_name = fields.String()
    name = fields.String()
    number_masked = fields.String()
    titles = fields.List(fields.String())
    status = fields.String(validate=validate.OneOf((LEADER, BUREAU)))
    entered = fields.String()


class CorrectedForm(ResponseSchema):
    """A pupil whose valid sheet is older than the newest correction. corrected: its moment."""

    pupil = fields.String(validate=PUPIL)
    name = fields.String()
    class_ = fields.String(data_key="class", validate=CLASS)
    class_name = fields.String()
    corrected = fields.String()


CorrectionsOfPupil = listing("CorrectionsOfPupil", Correction)
WaitingCorrections = listing(
    "WaitingCorrections",
    WaitingCorrection,
    leader=fields.Integer(validate=COUNT),
    bureau=fields.Integer(validate=COUNT),
    more=fields.Boolean(),
)
CorrectedForms = listing("CorrectedForms", CorrectedForm)
