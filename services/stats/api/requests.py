"""The shapes of requests to statistics."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.stats.report.files import MEDIA_TYPES
from shared.language.contracts.contract import CAMPAIGN
from shared.service.operations import REAL_DAY, REAL_DAY_OR_NONE

UNIT = validate.Regexp(r"^[0-9A-Za-z]{6,24}\Z")


class SeriesQuery(Schema):
    """unit: a unit's code or a class's id. day: by default today. tree_day: of the tree, by default day."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)
    tree_day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)


class UnitFiguresQuery(SeriesQuery):
    """export: they are taken out as a file, which asks for a fresh sign-in and is recorded."""

    export = fields.Boolean(load_default=False)


class NewReport(Schema):
    """accept: keys of parked events, accepted as not counted. replaces and reason: for a new edition.

    draft: to be looked at, and published with POST /v1/reports/<id>/publication.
    """

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(required=True, validate=REAL_DAY)
    accept = fields.List(fields.String(), load_default=[])
    replaces = fields.String(load_default="", validate=validate.Length(max=80))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    draft = fields.Boolean(load_default=False)


class ReportsQuery(Schema):
    """unit: by default the caller's own and all above, whose published reports everybody below may read."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(load_default="", validate=validate.Regexp(r"^([0-9A-Za-z]{6,24})?\Z"))


class ClosedDay(Schema):
    day = fields.String(required=True, validate=REAL_DAY)


class AuditQuery(Schema):
    """check=control_totals: reconcile with the stores only, without folding the histories."""

    check = fields.String(load_default="", validate=validate.OneOf(["", "control_totals"]))


class Addresses(ClosedDay):
    """The parameters in paths."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(tuple(MEDIA_TYPES)))
