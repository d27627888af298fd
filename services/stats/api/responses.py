"""The shapes of responses of statistics."""

from __future__ import annotations

from marshmallow import fields, validate

from services.stats.api.requests import UNIT
from services.stats.domain.counted_state import BY
from services.stats.domain.measures import NAMES
from services.stats.domain.totals import RATES
from shared.language.contracts.contract import CAMPAIGN, DAY
from shared.language.contracts.roster import LEVELS
from shared.service.operations import DAY_OR_NONE, NestedNumbers, ResponseSchema, listing

COUNT, SHARE = validate.Range(0), validate.Range(0, 1)

# The meaning of the measures is in domain/measures.py. Rates and shares are null where the denominator is 0.
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


class TrailUnit(Unit):
    """A unit on the way down from the nation. in_scope: whether the caller may read its figures."""

    in_scope = fields.Boolean()


class UnitInTree(Unit):
    """A unit with its path in the tree of the day."""

    path = fields.String()


class Counts(ResponseSchema):
    """Measures, rates and shares."""

    measures = NestedNumbers(Measures)
    rates = NestedNumbers(Rates)
    shares = NestedNumbers(Shares)


class UnitFigures(Unit, Counts):
    """A unit directly below, or a class, with its figures."""


class Figures(Counts):
    """A unit's figures at the end of a day.

    trail      the units from the nation down to this one
    unsettled  may still change
    read_at    the moment of the figures, in ms since 1970: at most half a second before the request. Of a day that is
               not over, they count the events that statistics has read by then; others may be on their way
    """

    campaign = fields.String(validate=CAMPAIGN)
    unit = fields.Nested(UnitInTree)
    trail = fields.List(fields.Nested(TrailUnit))
    day = fields.String(validate=DAY)
    tree_day = fields.String(validate=DAY)
    children = fields.List(fields.Nested(UnitFigures))
    closed_through = fields.String(validate=DAY_OR_NONE)
    unsettled = fields.Boolean()
    read_at = fields.Integer()


class DayFigures(ResponseSchema):
    """The measures at the end of a day."""

    day = fields.String(validate=DAY)
    measures = NestedNumbers(Measures)


class Series(ResponseSchema):
    """A unit's figures at the end of each day, from the first day with a change on.

    closed_through: the figures of later days may still change.
    """

    campaign = fields.String(validate=CAMPAIGN)
    unit = fields.String(validate=UNIT)
    tree_day = fields.String(validate=DAY)
    days = fields.List(fields.Nested(DayFigures))
    closed_through = fields.String(validate=DAY_OR_NONE)


class Publisher(ResponseSchema):
    """A publisher's last closed day, and how many events of the day are not on the bus yet."""

    name = fields.String()
    closed_through = fields.String(validate=DAY_OR_NONE)
    pending = fields.Integer(validate=COUNT)


class ClosedDay(ResponseSchema):
    """final: all events of the day are on the bus. settled: in the figures, too. parked: parked events of any day."""

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
    """The summary of an edition. "" where a field does not apply. rate: per cent, null if nobody is expected.

    published: readable by everybody below the unit; a draft is for who issues reports of the unit.
    number: consecutive in the order in which reports of the unit are published; of a draft the one that it would get.
    """

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
    published = fields.Boolean()


class Totals(ResponseSchema):
    """Number of events, and sum of their id hashes."""

    count = fields.Integer()
    hash_total = fields.Integer()


class Difference(ResponseSchema):
    """A slot's day on which a store and the projection do not hold the same events."""

    publisher = fields.String()
    slot = fields.Integer()
    day = fields.String(validate=DAY)
    store = fields.Nested(Totals)
    projection = fields.Nested(Totals)


class Discrepancy(ResponseSchema):
    """A document that is not the fold of its slot's histories. null: it should not exist, or is missing."""

    slot = fields.Integer()
    collection = fields.String()
    id = fields.String()
    kept = fields.Dict(allow_none=True)
    folded = fields.Dict(allow_none=True)


class Audit(ResponseSchema):
    """control_totals: drift at closed days. flows: left out with check=control_totals. lag: events to come."""

    closed_through = fields.String(validate=DAY_OR_NONE)
    control_totals = fields.List(fields.Nested(Difference))
    flows = fields.List(fields.Nested(Discrepancy), metadata={"optional": True})
    parked = fields.Integer(validate=COUNT)
    lag = fields.Integer(validate=COUNT)


class Repaired(ResponseSchema):
    """The number of documents that differed."""

    repaired = fields.Integer(validate=COUNT)


Reports = listing("Reports", Report)
