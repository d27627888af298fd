"""The shapes of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.language.contracts.contract import CAMPAIGN, CLASS, PUPIL
from shared.language.contracts.upload import PAPER, RETURNED

ID = validate.Regexp(r"^[0-9a-f]{32}\Z")


class WhoseSchema(Schema):
    """Whose form a photo is sent for."""

    campaign = fields.String(validate=CAMPAIGN)
    pupil = fields.String(validate=PUPIL)
    upload_code = fields.String(validate=validate.Length(1, 100))

    @validates_schema
    def names_somebody(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data.get("pupil") and not data.get("upload_code"):
            raise ValidationError("Give upload_code, or pupil when signed in.", "upload_code")


class TicketSchema(WhoseSchema):
    content_type = fields.String(required=True, validate=validate.Length(1, 100))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(1))


class PhotoForm(WhoseSchema):
    """A photo, and whose form it is sent for."""

    photo = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class TicketHeaders(Schema):
    """What shows that a ticket is one's own, where no account does."""

    token = fields.String(data_key="X-Ticket-Token")


class CampaignQuery(Schema):
    campaign = fields.String(validate=CAMPAIGN, load_default="")


class ReviewSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(("archive", "accept", "return")))
    photo = fields.String(required=True, validate=ID)
    reason = fields.String(validate=validate.OneOf(RETURNED), load_default="")

    @validates_schema
    def says_why(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("decision") == "return" and not data.get("reason"):
            raise ValidationError("Say why the photo is returned.", "reason")


class PaperSchema(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(PAPER))


class FormPath(Schema):
    campaign = fields.String(required=True, validate=CAMPAIGN)
    pupil = fields.String(required=True, validate=PUPIL)


class Addresses(FormPath):
    """What stands between the slashes."""

    class_id = fields.String(validate=CLASS)
    ticket = fields.String(validate=ID)
    photo = fields.String(validate=ID)
