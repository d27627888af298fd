"""The description of a route: the one place that states its inputs and its response.

Requests are checked against it, responses are serialised by it, `docs/openapi/` is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from shared.language.contracts.contract import DAY

Shape = type[Schema]
DAY_OR_NONE = validate.Regexp(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")


def real_day(text: str) -> None:
    """Raises ValidationError for 2026-02-30, which the pattern alone lets pass. "" passes."""
    try:
        date.fromisoformat(text or "2026-01-01")
    except ValueError as error:
        raise ValidationError("Not a calendar day.") from error


REAL_DAY, REAL_DAY_OR_NONE = (DAY, real_day), (DAY_OR_NONE, real_day)


@dataclass(frozen=True, slots=True)
class Operation:
    """An OpenAPI operation.

    response  schema of a successful response, the media types of one that is not JSON, or None for no content
    status    of a successful response
    body      schema of the JSON object; query: of the query string; form: of a multipart form; headers: further ones
    key       whether it is a command, which carries an Idempotency-Key
    conditional  whether a response has an ETag, and a request that names it is answered by 304
    refuses   statuses of refusals, beyond those that follow from the rest
    """

    summary: str
    response: type[ResponseSchema] | str | Sequence[str] | None
    status: int = 200
    body: Shape | None = None
    query: Shape | None = None
    form: Shape | None = None
    headers: Shape | None = None
    key: bool = False
    conditional: bool = False
    refuses: Sequence[int] = ()


class ResponseMismatch(Exception):
    """A bug: the value that a view returned does not fit its response schema. Names fields, never values."""


class ResponseSchema(Schema):
    """The shape of a response: its fields and no others, present and not null unless marked `optional` or `allow_none`.

    `dump` reads a mapping by the names on the wire ("class"), any other object by its attributes (`class_`).
    """

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = not field_obj.metadata.get("optional")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wire_names = {name: declared.data_key or name for name, declared in self.dump_fields.items()}
        self._expected = frozenset(self._wire_names.values())

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Raises ResponseMismatch."""
        if isinstance(obj, Mapping) and not obj.keys() <= self._expected:
            raise ResponseMismatch(f"{type(self).__name__}: {sorted(obj.keys() - self._expected)} not declared")
        return super().dump(obj, many=many)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        value = obj.get(self._wire_names[attr], default) if isinstance(obj, Mapping) else getattr(obj, attr, default)
        declared = self.dump_fields[attr]
        if (value is default and declared.required) or (value is None and not declared.allow_none):
            raise ResponseMismatch(f"{type(self).__name__}: {attr} is {'missing' if value is default else 'null'}")
        return value


class NestedNumbers(fields.Nested):
    """A nested mapping of numbers: its names are checked, its values go out unchanged. Cheap in lists of hundreds."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        declared = self.schema.dump_fields.keys()
        if value.keys() != declared:
            wrong = sorted(value.keys() ^ declared)
            raise ResponseMismatch(f"{type(self.schema).__name__}: {wrong} missing or not declared")
        return value


def listing(name: str, of: Shape, **more: fields.Field[Any]) -> type[ResponseSchema]:
    """The schema of {"items": [of, ...]}. more: fields beside the items."""
    members = {**more, "items": fields.List(fields.Nested(of))}
    return cast(type[ResponseSchema], ResponseSchema.from_dict(members, name=name))


class FieldError(ResponseSchema):
    """A wrong field of a request. where: its dotted name. what: the error."""

    where = fields.String()
    what = fields.String()


class Problem(ResponseSchema):
    """A refusal (RFC 9457). It may have further members of its own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(validate=validate.Regexp(r"urn:rollcall:problem:[a-z-]+\Z"))
    title = fields.String(validate=validate.Regexp(r"[a-z-]+\Z"))
    status = fields.Integer(validate=validate.Range(400, 599))
    detail = fields.String(validate=validate.Length(1))
    instance = fields.String()
    where = fields.String(metadata={"optional": True})
    errors = fields.List(fields.Nested(FieldError), metadata={"optional": True})


class Status(ResponseSchema):
    """The program that runs, and its time."""

    service = fields.String()
    commit = fields.String()
    time = fields.String()


class Live(ResponseSchema):
    """The process responds."""

    live = fields.Boolean()


class Ready(ResponseSchema):
    """The process can serve requests."""

    ready = fields.Boolean()
