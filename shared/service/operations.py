"""What a route says of itself. Views check requests by it, `docs/openapi/` is written from it, made-up requests are measured by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from shared.language.contracts.contract import DAY

Shape = type[Schema]
DAY_OR_NONE = validate.Regexp(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")


def real_day(text: str) -> None:
    """A day that the calendar has; "" is none. The pattern alone lets 2026-02-30 pass."""
    try:
        date.fromisoformat(text or "2026-01-01")
    except ValueError as error:
        raise ValidationError("Not a day of the calendar.") from error


REAL_DAY, REAL_DAY_OR_NONE = (DAY, real_day), (DAY_OR_NONE, real_day)


@dataclass(frozen=True, slots=True)
class Operation:
    """Read aloud: this is done; whoever asks for it well is answered this.

    answer   the shape of a good answer, the media types of one that is not JSON, or None for no content
    status   of a good answer
    body     of the JSON object, query of what follows "?", form of a multipart form, headers of headers beyond the usual ones
    key      whether it is a command, which carries an Idempotency-Key
    refuses  statuses of refusals, beyond those that follow from all this
    """

    summary: str
    answer: Shape | str | Sequence[str] | None
    status: int = 200
    body: Shape | None = None
    query: Shape | None = None
    form: Shape | None = None
    headers: Shape | None = None
    key: bool = False
    refuses: Sequence[int] = ()


class ResponseSchema(Schema):
    """What a service answers: every field is always there, except those that say `optional`, and no other field."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = not field_obj.metadata.get("optional")


def listing(name: str, of: Shape, **more: fields.Field[Any]) -> Shape:
    """The shape {"items": [of, ...]}. more: what stands beside the items."""
    return ResponseSchema.from_dict({**more, "items": fields.List(fields.Nested(of))}, name=name)


class Wrong(ResponseSchema):
    """One field that is wrong."""

    where = fields.String()
    what = fields.String()


class Problem(ResponseSchema):
    """A refusal (RFC 9457). A refusal may have further members of its own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(validate=validate.Regexp(r"urn:rollcall:problem:[a-z-]+\Z"))
    title = fields.String(validate=validate.Regexp(r"[a-z-]+\Z"))
    status = fields.Integer(validate=validate.Range(400, 599))
    detail = fields.String(validate=validate.Length(1))
    instance = fields.String()
    where = fields.String(metadata={"optional": True})
    errors = fields.List(fields.Nested(Wrong), metadata={"optional": True})


class Status(ResponseSchema):
    """Which program runs, and what time it is for it."""

    service = fields.String()
    commit = fields.String()
    time = fields.String()


class Live(ResponseSchema):
    """The process answers."""

    live = fields.Boolean()


class Ready(ResponseSchema):
    """Everything that the process needs is there."""

    ready = fields.Boolean()
