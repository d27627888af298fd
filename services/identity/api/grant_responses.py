"""Shapes of grants in responses."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT, PATH
from shared.language.contracts.contract import DAY
from shared.language.permissions import CATALOGUE
from shared.service.operations import DAY_OR_NONE, ResponseSchema


class Grant(ResponseSchema):
    """A permission beyond those of the role, at a path and below. last_day: "" until it is revoked."""

    permission = fields.String(validate=validate.OneOf(sorted(CATALOGUE)))
    path = fields.String(validate=PATH)
    first_day = fields.String(validate=DAY)
    last_day = fields.String(validate=DAY_OR_NONE)


class Grants(ResponseSchema):
    """All grants of an account that are not over, after a change."""

    id = fields.String(validate=ACCOUNT)
    grants = fields.List(fields.Nested(Grant))
