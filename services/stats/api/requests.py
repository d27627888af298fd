"""The shapes of requests to statistics."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.stats.use_cases.publishing import KINDS
from shared.language.contracts.contract import CAMPAIGN
from shared.service.operations import REAL_DAY, REAL_DAY_OR_NONE

UNIT = validate.Regexp(r"^[0-9A-Za-z]{6,24}\Z")


class FiguresQuery(Schema):
    """unit: a unit's code or a class's id. day: of the figures, by default today. tree_day: of the tree, by default the same."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)
    tree_day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)


class NewReport(Schema):
    """accept: keys of parked events, accepted as not counted. replaces and reason: for a new edition of a published report."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(required=True, validate=REAL_DAY)
    accept = fields.List(fields.String(), load_default=[])
    replaces = fields.String(load_default="", validate=validate.Length(max=80))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class ReportsQuery(Schema):
    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)


class ClosedDay(Schema):
    day = fields.String(required=True, validate=REAL_DAY)


class AuditQuery(Schema):
    """check=books: compare with the stores and do not fold all leaves."""

    check = fields.String(load_default="", validate=validate.OneOf(["", "books"]))


class Addresses(ClosedDay):
    """What stands between the slashes."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(tuple(KINDS)))
