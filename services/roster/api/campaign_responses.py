"""Responses about campaigns."""

from __future__ import annotations

from marshmallow import fields, validate

from services.roster.api.requests import STAGE
from shared.language.campaign_state import CAMPAIGN_STATES
from shared.language.contracts.contract import CAMPAIGN, DAY
from shared.service.operations import ResponseSchema, listing


class Population(ResponseSchema):
    """stages: whose pupils are expected."""

    stages = fields.List(fields.String(validate=STAGE))


class Campaign(ResponseSchema):
    """A check of the registry: window and population.

    open     the ministry has opened it. state: of today: planned, open, past-cutoff (still running), ended
    ready    every pupil enrolled before the opening has an entry. settled: all entries carry the last day
    follows  the campaign whose second round it is, or ""
    planned_last_day, reason  the last day at its opening, and why it has moved; "" while it holds
    """

    id = fields.String(validate=CAMPAIGN)
    name = fields.String()
    opens = fields.String(validate=DAY)
    cutoff = fields.String(validate=DAY)
    last_day = fields.String(validate=DAY)
    population = fields.Nested(Population)
    open = fields.Boolean()
    state = fields.String(validate=validate.OneOf(CAMPAIGN_STATES))
    ready = fields.Boolean()
    settled = fields.Boolean()
    follows = fields.String()
    planned_last_day = fields.String()
    reason = fields.String()


class StageCoverage(ResponseSchema):
    """The schools that have pupils of a stage, and these pupils as far as they are expected."""

    stage = fields.String(validate=STAGE)
    schools = fields.Integer()
    pupils = fields.Integer()


class Coverage(ResponseSchema):
    """The coverage of a campaign: schools with pupils of some of its stages, and expected pupils.

    counted_at  ms since 1970 at the end of the count, 0 before the first
    """

    counted_at = fields.Integer()
    schools = fields.Integer()
    pupils = fields.Integer()
    stages = fields.List(fields.Nested(StageCoverage))


Campaigns = listing("Campaigns", Campaign)
