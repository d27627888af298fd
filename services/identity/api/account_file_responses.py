"""Schemas of responses about files of accounts."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT
from services.identity.domain.account_file import STATES
from shared.service.operations import ResponseSchema, listing


class UnitAccounts(ResponseSchema):
    """path: of a unit. accounts: how many of the file are at and below it that get an activation sheet."""

    path = fields.String()
    accounts = fields.Integer()


class AccountFile(ResponseSchema):
    """A file of accounts. Size in bytes. reason: of a refusal, else "".

    done: lines that the check or the run has behind it, of `lines`. Of these, opened: accounts, or before the run those
    that it would open; had_one: lines whose account was there before; wrong: lines that open nothing.
    units: that hand out the activation sheets. prints: units whose sheets one print holds.
    """

    id = fields.String(validate=ACCOUNT)
    state = fields.String(validate=validate.OneOf(STATES))
    at = fields.String()
    changed_at = fields.String()
    size = fields.Integer()
    lines = fields.Integer()
    done = fields.Integer()
    opened = fields.Integer()
    had_one = fields.Integer()
    wrong = fields.Integer()
    reason = fields.String()
    units = fields.List(fields.Nested(UnitAccounts))
    prints = fields.List(fields.Nested(UnitAccounts))


class WrongLine(ResponseSchema):
    """number: of the line in the file. where: its column. code: the reason; detail: in words."""

    number = fields.Integer()
    where = fields.String()
    code = fields.String()
    detail = fields.String()


class WrongLines(ResponseSchema):
    """after: where the next page begins, 0 on the last one."""

    items = fields.List(fields.Nested(WrongLine))
    after = fields.Integer()


AccountFiles = listing("AccountFiles", AccountFile)
