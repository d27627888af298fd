"""Schemas of the routes of download codes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.api.requests import ACCOUNT, CODE, PATH
from services.identity.domain.download_code import ORIGINS, STATES
from shared.language.roles import ROLES
from shared.service.operations import ResponseSchema, listing


class MakeDownloadCode(Schema):
    """account: of the colleague who prints."""

    account = fields.String(required=True, validate=ACCOUNT)


class DownloadSlip(ResponseSchema):
    """A code that unlocks one print run of the person with this account, until `ends_at`."""

    account = fields.String(validate=ACCOUNT)
    download_code = fields.String()
    ends_at = fields.String()


class Printer(ResponseSchema):
    """A person who may print. state: of the last download code, which ends at `ends_at`. "": never."""

    account = fields.String(validate=ACCOUNT)
    display_name = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    state = fields.String(validate=validate.OneOf(STATES))
    ends_at = fields.String()
    used_at = fields.String()


Printers = listing("Printers", Printer)


class UseDownloadCode(Schema):
    """account: of who prints. path: of the school or class that is printed. command: id of the caller's command."""

    account = fields.String(required=True, validate=ACCOUNT)
    path = fields.String(required=True, validate=PATH)
    run = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f-]{8,64}\Z"))
    code = fields.String(required=True, validate=CODE)
    command = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f:-]{8,80}\Z"))


class UsedDownloadCode(ResponseSchema):
    """by: the account that made the code. origin: whether as the leader or fresh from the registry."""

    by = fields.String(validate=ACCOUNT)
    origin = fields.String(validate=validate.OneOf(ORIGINS))
