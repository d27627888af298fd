"""What every publisher answers to statistics: close a day, and show the books of its store."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.service.app import SERVICE, Route, body, query
from shared.service.operations import DAY_OR_NONE, REAL_DAY, Operation, ResponseSchema


class CloseSchema(Schema):
    day = fields.String(required=True, validate=REAL_DAY)


class ControlTotalsQuery(Schema):
    through = fields.String(required=True, validate=REAL_DAY)
    categories = fields.String(required=True, validate=validate.Regexp(r"^[a-z,]+\Z"))


class Closing(ResponseSchema):
    """closed_through: "" until the first day is closed. pending: events of the day that are not on the bus yet."""

    closed_through = fields.String(validate=DAY_OR_NONE)
    pending = fields.Integer(validate=validate.Range(0))


class ControlTotals(Closing):
    """books: rows of [slot, day, count, sum]; slots 0 to slots - 1."""

    slots = fields.Integer()
    books = fields.List(
        fields.List(fields.Raw(metadata={"type": ["integer", "string"]}), validate=validate.Length(equal=4))
    )


def publisher_routes(store: EventStore, clock: Clock) -> list[Route]:
    """The two routes of every publisher."""

    def close() -> dict[str, Any]:
        day = body()["day"]
        if day >= day_of(clock.now()):  # a day of the future would be closed for good, and every day before it
            raise Refused(
                "day-not-over", "Only a day that is over (Beijing time) can be closed.", kind="conflict", where="day"
            )
        store.close(day)
        return closing(day)

    def control_totals() -> dict[str, Any]:
        asked = query()
        rows = store.books(asked["through"], asked["categories"].split(","))
        books = [[row.slot, row.day, row.count, row.sum] for row in rows]
        return closing(asked["through"]) | {"slots": SLOTS, "books": books}

    def closing(day: str) -> dict[str, Any]:
        return {"closed_through": store.closed_through(), "pending": store.pending(day)}

    return [
        Route(
            "POST",
            "/internal/close",
            SERVICE,
            close,
            Operation("Close a day; nothing is added to it any more.", Closing, body=CloseSchema, refuses=(409,)),
        ),
        Route(
            "GET",
            "/internal/control-totals",
            SERVICE,
            control_totals,
            Operation("What the store holds through a day, by slot and day.", ControlTotals, query=ControlTotalsQuery),
        ),
    ]
