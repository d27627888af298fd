"""Schemas of the routes to second factors."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.identity.api.requests import CODE
from shared.service.operations import ResponseSchema


class SecondStep(Schema):
    """challenge: from the response to the password. code: of the device, or a recovery code."""

    challenge = fields.String(required=True, validate=validate.Length(1, 200))
    code = fields.String(required=True, validate=CODE)
    device_token = fields.String(load_default="", validate=validate.Length(0, 200))


class FirstCode(Schema):
    code = fields.String(required=True, validate=CODE)


class OwnSecondFactor(ResponseSchema):
    """reset_at: when another account took it away, "" unless nothing has followed."""

    is_set_up = fields.Boolean()
    is_required = fields.Boolean()
    codes_left = fields.Integer()
    reset_at = fields.String()


class SetUp(ResponseSchema):
    """uri: for a QR. key: the same, to type. ends_at: until then the first code must come."""

    uri = fields.String()
    key = fields.String()
    ends_at = fields.String()


class RecoveryCodes(ResponseSchema):
    """Each serves once, in place of a code of the device. Nobody can show them again."""

    recovery_codes = fields.List(fields.String())
