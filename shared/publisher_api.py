"""What every publisher answers to statistics: close a day, and show the books of its store."""
from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from shared.event import SLOTS
from shared.store import EventStore
from shared.web import SERVICE, Route, body, checked

DAY = validate.Regexp(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class CloseSchema(Schema):
    day = fields.String(required=True, validate=DAY)


class BooksQuery(Schema):
    through = fields.String(required=True, validate=DAY)
    categories = fields.String(required=True, validate=validate.Regexp(r"^[a-z,]+\Z"))


def publisher_routes(store: EventStore) -> list[Route]:
    """POST /internal/close {"day"}; GET /internal/books?through=DAY&categories=a,b -> rows of [slot, day, count, sum], slots 0..1023."""

    def close() -> Any:
        day = body(CloseSchema())["day"]
        store.close(day)
        return {"closed_through": store.closed_through(), "pending": store.pending(day)}

    def books() -> Any:
        query = checked(BooksQuery(), request.args.to_dict())
        rows = store.books(query["through"], query["categories"].split(","))
        return {"slots": SLOTS, "closed_through": store.closed_through(), "pending": store.pending(query["through"]),
                "books": [[row.slot, row.day, row.count, row.sum] for row in rows]}

    return [Route("POST", "/internal/close", SERVICE, close), Route("GET", "/internal/books", SERVICE, books)]
