"""The route of every service that says how far behind it is, for the ministry's page of operations."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.permissions import VIEW_OPERATIONS
from shared.service.app import Route
from shared.service.health import NUMBERS, Health
from shared.service.operations import Operation, ResponseSchema


class HealthResponse(ResponseSchema):
    """numbers: null where one is not known. workers: processes of each role that were heard of within half a minute.

    silent: processes in which a loop of that role has stood still for three minutes; they are not among the workers.
    """

    numbers = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(NUMBERS))), values=fields.Float(allow_none=True)
    )
    workers = fields.Dict(keys=fields.String(), values=fields.Integer(validate=validate.Range(1)))
    silent = fields.Dict(keys=fields.String(), values=fields.Integer(validate=validate.Range(1)))


def health_routes(health: Health) -> list[Route]:
    return [
        Route(
            "GET",
            "/v1/health",
            VIEW_OPERATIONS,
            lambda: health.found(),
            Operation("How far behind this service is, and which of its workers run.", HealthResponse),
        )
    ]
