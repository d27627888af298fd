"""Schemas of responses about files of accounts."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT
from services.identity.domain.account_file import STATES
from shared.service.operations import ResponseSchema, listing


class UnitAccounts(ResponseSchema):
    """path: of the unit right above the accounts. accounts: how many of them the file has."""

    path = fields.String()
    accounts = fields.Integer()


class AccountFile(ResponseSchema):
    """A file of accounts. Size in bytes. reason: of a refusal, else "".

    done: lines that the check or the run has behind it, of `lines`. Of these, opened: accounts, or before the run those
    that it would open; had_one: lines whose account was there before; wrong: lines that open nothing.
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
