"""What statistics answers."""

from __future__ import annotations

from marshmallow import fields, validate

from services.stats.api.requests import UNIT
from services.stats.domain.measures import BY, NAMES
from services.stats.projection.cache import RATES
from shared.language.contracts.contract import CAMPAIGN, DAY
from shared.language.contracts.roster import LEVELS
from shared.service.operations import DAY_OR_NONE, NestedNumbers, ResponseSchema, listing

COUNT, SHARE = validate.Range(0), validate.Range(0, 1)

# The figures of a unit; their meaning stands in measures.py. Rates and shares are null where there is nothing to divide by.
Measures = ResponseSchema.from_dict({name: fields.Integer() for name in NAMES}, name="Measures")
Rates = ResponseSchema.from_dict({name: fields.Float(allow_none=True) for name in RATES}, name="Rates")
Shares = ResponseSchema.from_dict(
    {f"by_{by}": fields.Float(allow_none=True, validate=SHARE) for by in BY}, name="Shares"
)


class Unit(ResponseSchema):
    """A unit or a class."""

    code = fields.String(validate=UNIT)
    name = fields.String()
    level = fields.String(validate=validate.OneOf((*LEVELS, "class")))


class PlacedUnit(Unit):
    """A unit and where it lies in the tree of the day."""

    path = fields.String()


class Counted(ResponseSchema):
    """What is counted."""

    measures = NestedNumbers(Measures)
    rates = NestedNumbers(Rates)
    shares = NestedNumbers(Shares)


class Line(Unit, Counted):
    """A unit directly below, or a class, with its figures."""


class Figures(Counted):
    """A unit's figures at the end of a day.

    trail: the units from the topmost one within the caller's scope down to this one. unsettled: figures may still change.
    """

    campaign = fields.String(validate=CAMPAIGN)
    unit = fields.Nested(PlacedUnit)
    trail = fields.List(fields.Nested(Unit))
    day = fields.String(validate=DAY)
    tree_day = fields.String(validate=DAY)
    children = fields.List(fields.Nested(Line))
    closed_through = fields.String(validate=DAY_OR_NONE)
    unsettled = fields.Boolean()


class Publisher(ResponseSchema):
    """How far a publisher's books are closed, and how many events of the day are still on their way."""

    name = fields.String()
    closed_through = fields.String(validate=DAY_OR_NONE)
    pending = fields.Integer(validate=COUNT)


class ClosedDay(ResponseSchema):
    """final: nothing of the day is on its way any more. settled: its figures are learned, too. parked: events that could not be, of whatever day."""

    day = fields.String(validate=DAY)
    publishers = fields.List(fields.Nested(Publisher))
    final = fields.Boolean()
    settled = fields.Boolean()
    parked = fields.Integer(validate=COUNT)


class Files(ResponseSchema):
    """SHA-256 of each file of a report."""

    json = fields.String()
    xlsx = fields.String()
    pdf = fields.String()


class Report(ResponseSchema):
    """The card of an edition: what it is of, and where its files are. What does not apply is ""; rate: per cent, null without anybody to count."""

    id = fields.String()
    version = fields.Integer(validate=validate.Range(1))
    number = fields.Integer(validate=validate.Range(1))
    campaign = fields.String(validate=CAMPAIGN)
    unit = fields.String(validate=UNIT)
    unit_name = fields.String()
    path = fields.String()
    day = fields.String(validate=DAY)
    title = fields.String()
    rate = fields.String(allow_none=True)
    sha256 = fields.String()
    files = fields.Nested(Files)
    replaces = fields.String()
    reason = fields.String()
    compared_with = fields.String()
    accepted = fields.String()
    by = fields.String()
    url_json = fields.String()
    url_xlsx = fields.String()
    url_pdf = fields.String()


class Side(ResponseSchema):
    """Count and sum of events on one side of the books."""

    count = fields.Integer()
    sum = fields.Integer()


class Difference(ResponseSchema):
    """A slot's day on which a store and statistics do not hold the same events."""

    publisher = fields.String()
    slot = fields.Integer()
    day = fields.String(validate=DAY)
    store = fields.Nested(Side)
    learned = fields.Nested(Side)


class WrongFigure(ResponseSchema):
    """A document that does not say what the leaves of its slot say. null: it should not be there, or is missing."""

    slot = fields.Integer()
    collection = fields.String()
    id = fields.String()
    kept = fields.Dict(allow_none=True)
    folded = fields.Dict(allow_none=True)


class Audit(ResponseSchema):
    """books, flows: what differs; flows is left out of an audit of the books alone. parked: events that wait for a person. lag: events not learned yet."""

    closed_through = fields.String(validate=DAY_OR_NONE)
    books = fields.List(fields.Nested(Difference))
    flows = fields.List(fields.Nested(WrongFigure), metadata={"optional": True})
    parked = fields.Integer(validate=COUNT)
    lag = fields.Integer(validate=COUNT)


class Repaired(ResponseSchema):
    """How many documents were wrong."""

    repaired = fields.Integer(validate=COUNT)


Reports = listing("Reports", Report)
