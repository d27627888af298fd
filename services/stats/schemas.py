"""The shapes of requests to statistics."""
from __future__ import annotations

from datetime import date

from marshmallow import Schema, ValidationError, fields, validate

from shared.contracts.contract import CAMPAIGN, DAY


def real_day(text: str) -> None:
    """A day that the calendar has, as 2026-11-23."""
    DAY(text)
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("Not a day of the calendar.") from error


def real_day_or_none(text: str) -> None:
    if text:
        real_day(text)


UNIT = validate.Regexp(r"^[0-9A-Za-z]{6,24}$")


class FiguresQuery(Schema):
    """unit: a unit's code or a class's id. day: of the figures, by default today. tree_day: of the tree, by default the same."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(load_default="", validate=real_day_or_none)
    tree_day = fields.String(load_default="", validate=real_day_or_none)


class NewReport(Schema):
    """accept: keys of parked events, accepted as not counted. replaces and reason: for a new edition of a published report."""

    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)
    day = fields.String(required=True, validate=real_day)
    accept = fields.List(fields.String(), load_default=[])
    replaces = fields.String(load_default="", validate=validate.Length(max=80))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class ReportsQuery(Schema):
    campaign = fields.String(required=True, validate=CAMPAIGN)
    unit = fields.String(required=True, validate=UNIT)


class ClosedDay(Schema):
    day = fields.String(required=True, validate=real_day)


class AuditQuery(Schema):
    """check=books: compare with the stores and do not fold all leaves."""

    check = fields.String(load_default="", validate=validate.OneOf(["", "books"]))
