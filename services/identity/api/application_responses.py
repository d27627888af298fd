"""Schemas of responses about applications for missing counties."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT
from services.identity.domain.application import STATES
from shared.service.operations import ResponseSchema, listing

STATE = validate.OneOf(STATES)


class ApplicationLine(ResponseSchema):
    """An application in a list. parent, holder: paths. Times in ms since 1970. is_mine: it waits for the own unit."""

    id = fields.String(validate=ACCOUNT)
    name = fields.String()
    code = fields.String()
    parent = fields.String()
    holder = fields.String()
    state = fields.String(validate=STATE)
    at = fields.Integer()
    since = fields.Integer()
    is_mine = fields.Boolean()


class ApplicationStep(ResponseSchema):
    """path: where it waits afterwards, "" where it does not. by_name: "" for the public form and the clock."""

    event = fields.String()
    at = fields.Integer()
    path = fields.String()
    by_name = fields.String()
    reason = fields.String()


class Application(ApplicationLine):
    """The whole of one. contact_name, contact, note, answer: "" once they are erased."""

    contact_name = fields.String()
    contact = fields.String()
    note = fields.String()
    answer = fields.String()
    steps = fields.List(fields.Nested(ApplicationStep))


class HolderCount(ResponseSchema):
    """Applications that wait at a unit. holder: its path. since: ms since 1970, of the oldest one."""

    holder = fields.String()
    waiting = fields.Integer()
    since = fields.Integer()


class Applied(ResponseSchema):
    answer_code = fields.String()


class Standing(ResponseSchema):
    """State of an application for its asker. levels: how often it has moved up. Times in ms since 1970."""

    state = fields.String(validate=STATE)
    holder_name = fields.String()
    at = fields.Integer()
    since = fields.Integer()
    answer = fields.String()
    code = fields.String()
    levels = fields.Integer()


Applications = listing("Applications", ApplicationLine)
HolderCounts = listing("ApplicationCounts", HolderCount)
