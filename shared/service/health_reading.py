"""Reading the health of a service, for a page that must be there whatever the service answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

UNREADABLE: Mapping[str, Any] = {}


def _processes(**options: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(validate=validate.Range(0)), **options)


class _Health(Schema):
    """HealthResponse as other releases may send it: a newer one tells more, an older one knows no silent workers."""

    class Meta:
        unknown = EXCLUDE

    numbers = fields.Dict(
        keys=fields.String(), values=fields.Float(allow_none=True, validate=validate.Range(0)), required=True
    )
    workers = _processes(required=True)
    silent = _processes(load_default=dict)


def read(answer: Any) -> Mapping[str, Any]:
    """{numbers, workers, silent} of a service; UNREADABLE if its answer has another shape."""
    try:
        return dict(_Health().load(answer))
    except ValidationError:
        return UNREADABLE
