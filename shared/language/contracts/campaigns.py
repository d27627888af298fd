"""Public events of campaigns, which roster publishes: planned, opened, their last day moved."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.contracts.contract import CAMPAIGN, DAY, EventType, Nothing, StreamType, Strict


class CampaignState(Strict):
    """A campaign: pupils of `stages` are expected, uploads after `cutoff` are late, none after `last_day` counts."""

    id = fields.String(required=True, validate=CAMPAIGN)
    name = fields.String(required=True)
    opens = fields.String(required=True, validate=DAY)
    cutoff = fields.String(required=True, validate=DAY)
    last_day = fields.String(required=True, validate=DAY)
    stages = fields.List(fields.String(validate=validate.OneOf(tuple("pjsx"))), required=True)
    open = fields.Boolean(required=True)
    cancelled = fields.Boolean()
    follows = fields.String(metadata={"note": "the campaign whose second round it is, or empty"})
    planned_last_day = fields.String(metadata={"note": "the last day at its opening; empty while that holds"})
    reason = fields.String(metadata={"note": "of the latest change of the last day; never about a person"})


class CampaignPlanned(Strict):
    name = fields.String(required=True)
    opens = fields.String(required=True, validate=DAY)
    cutoff = fields.String(required=True, validate=DAY)
    last_day = fields.String(required=True, validate=DAY)
    stages = fields.List(fields.String(validate=validate.OneOf(tuple("pjsx"))), required=True)
    follows = fields.String(validate=CAMPAIGN)


class LastDayMoved(Strict):
    last_day = fields.String(required=True, validate=DAY)
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class CampaignSettled(Strict):
    last_day = fields.String(required=True, validate=DAY)


_PLAN = {
    "name": "2026年秋季学籍核查",
    "opens": "2026-11-01",
    "cutoff": "2026-11-30",
    "last_day": "2026-12-31",
    "stages": ["p", "j", "s", "x"],
}
_CAMPAIGN = {"id": "2026a", **_PLAN, "open": True}
_EXTENDED = {"last_day": "2027-01-15", "reason": "多地因暴雪停课"}
_CLOSED = {"last_day": "2026-12-20", "reason": "各校已全部完成"}

CAMPAIGNS = StreamType(
    "campaign",
    "campaign-<id>",
    "A check of the registry: its window and its population rule.",
    CampaignState,
    (
        EventType(
            "campaign.planned",
            "The ministry has planned a campaign.",
            CampaignPlanned,
            (_PLAN, _CAMPAIGN | {"open": False}),
        ),
        EventType(
            "campaign.replanned",
            "The plan of a campaign that is not open yet is another one.",
            CampaignPlanned,
            (_PLAN, _CAMPAIGN | {"open": False}),
        ),
        EventType(
            "campaign.cancelled",
            "A planned campaign will not take place.",
            Nothing,
            ({}, _CAMPAIGN | {"open": False, "cancelled": True}),
        ),
        EventType("campaign.opened", "Every enrolled pupil gets an entry in the campaign.", Nothing, ({}, _CAMPAIGN)),
        EventType(
            "campaign.extended",
            "The campaign has a later last day; its entries follow, one by one.",
            LastDayMoved,
            (_EXTENDED, _CAMPAIGN | _EXTENDED | {"planned_last_day": "2026-12-31"}),
        ),
        EventType(
            "campaign.closed-early",
            "The campaign has an earlier last day, not before this one; its entries follow, one by one.",
            LastDayMoved,
            (_CLOSED, _CAMPAIGN | _CLOSED | {"planned_last_day": "2026-12-31"}),
        ),
        EventType(
            "campaign.settled",
            "Every pupil enrolled before has an entry, and all entries carry this last day.",
            CampaignSettled,
            ({"last_day": "2026-12-31"}, _CAMPAIGN),
        ),
    ),
)
