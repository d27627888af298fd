"""Schemas of responses about misused registration codes."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT
from services.identity.domain.misuse import OUTCOMES, STATES
from shared.language.contracts.contract import PUPIL
from shared.service.operations import ResponseSchema, listing

STATE = validate.OneOf(STATES)


class Accused(ResponseSchema):
    """An account that lost the child in a case. display_name: "" once the account was erased."""

    account = fields.String(validate=ACCOUNT)
    display_name = fields.String()


class Case(ResponseSchema):
    """The newest case of a pupil. Times in ms since 1970, 0: not yet.

    photos: how many were put on hold. registered: somebody else is bound to the pupil now.
    """

    pupil = fields.String(validate=PUPIL)
    number = fields.Integer(validate=validate.Range(1))
    state = fields.String(validate=STATE)
    outcome = fields.String(validate=validate.OneOf(("", *OUTCOMES)))
    photos = fields.Integer(validate=validate.Range(0))
    reported_at = fields.Integer()
    opened_at = fields.Integer()
    closed_at = fields.Integer()
    accused = fields.List(fields.Nested(Accused))
    registered = fields.Boolean()


class CaseLine(ResponseSchema):
    """A case in a list. at: of its last change, ms since 1970."""

    pupil = fields.String(validate=PUPIL)
    number = fields.Integer()
    state = fields.String(validate=STATE)
    at = fields.Integer()


class SchoolCount(ResponseSchema):
    """Cases of a school. school: its path."""

    school = fields.String()
    open = fields.Integer()
    closed = fields.Integer()


Cases = listing("MisuseCases", CaseLine)
SchoolCounts = listing("MisuseCounts", SchoolCount)
