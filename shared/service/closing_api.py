"""Routes of every publisher for statistics: close a day, and the control totals of its store."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.eventsourcing.event import SLOTS
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.language.contracts.contract import DAY
from shared.service.app import SERVICE, Route
from shared.service.operations import DAY_OR_NONE, REAL_DAY, Operation, ResponseSchema
from shared.service.request import body, query


class CloseSchema(Schema):
    day = fields.String(required=True, validate=REAL_DAY)


class ControlTotalsQuery(Schema):
    through = fields.String(required=True, validate=REAL_DAY)
    categories = fields.String(required=True, validate=validate.Regexp(r"^[a-z,]+\Z"))


class Closing(ResponseSchema):
    """closed_through: "" until the first day is closed. pending: events of the day that are not on the bus yet."""

    closed_through = fields.String(validate=DAY_OR_NONE)
    pending = fields.Integer(validate=validate.Range(0))


class SlotTotals(ResponseSchema):
    """The number of public events of a slot's day, and the sum of the hashes of their ids."""

    slot = fields.Integer(validate=validate.Range(0, SLOTS - 1))
    day = fields.String(validate=DAY)
    count = fields.Integer(validate=validate.Range(1))
    hash_total = fields.Integer(validate=validate.Range(0))


class ControlTotals(Closing):
    """totals: by slot and day."""

    slots = fields.Integer()
    totals = fields.List(fields.Nested(SlotTotals))


def closing_routes(store: EventStore, clock: Clock) -> list[Route]:
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
        totals = store.control_totals(asked["through"], asked["categories"].split(","))
        return closing(asked["through"]) | {"slots": SLOTS, "totals": totals}

    def closing(day: str) -> dict[str, Any]:
        return {"closed_through": store.closed_through(), "pending": store.pending(day)}

    return [
        Route(
            "POST",
            "/internal/close",
            SERVICE,
            close,
            Operation("Close a day; later events count on later days.", Closing, body=CloseSchema, refuses=(409,)),
        ),
        Route(
            "GET",
            "/internal/control-totals",
            SERVICE,
            control_totals,
            Operation(
                "Control totals of the store through a day, by slot and day.", ControlTotals, query=ControlTotalsQuery
            ),
        ),
    ]
