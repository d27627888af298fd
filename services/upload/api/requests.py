"""Schemas of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.upload.use_cases.reviewing import DECISIONS, RETURN
from shared.language.contracts.contract import CAMPAIGN, CLASS, PUPIL
from shared.language.contracts.upload import PAPER, RETURNED

ID = validate.Regexp(r"^[0-9a-f]{32}\Z")


class CodeSchema(Schema):
    upload_code = fields.String(required=True, validate=validate.Length(1, 100))


class TargetSchema(Schema):
    """The form for which a photo is sent."""

    campaign = fields.String(validate=CAMPAIGN)
    pupil = fields.String(validate=PUPIL)
    upload_code = fields.String(validate=validate.Length(1, 100))

    @validates_schema
    def names_a_pupil(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data.get("pupil") and not data.get("upload_code"):
            raise ValidationError("Give upload_code, or pupil when signed in.", "upload_code")


class TicketSchema(TargetSchema):
    content_type = fields.String(required=True, validate=validate.Length(1, 100))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(1))


class PhotoForm(TargetSchema):
    """A photo and the form for which it is sent."""

    photo = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class TicketHeaders(Schema):
    """Proof of having sent the photo, for senders without an account: its token, or its ticket's."""

    token = fields.String(data_key="X-Ticket-Token")


class CompletionHeaders(Schema):
    """The sealed ticket, as it was given."""

    token = fields.String(data_key="X-Ticket-Token", required=True)


class CampaignQuery(Schema):
    campaign = fields.String(validate=CAMPAIGN, load_default="")


class ReceiptQuery(Schema):
    """A receipt number as it was typed."""

    receipt = fields.String(required=True, validate=validate.Length(1, 40))


class ReviewSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    photo = fields.String(required=True, validate=ID)
    reason = fields.String(validate=validate.OneOf(RETURNED), load_default="")

    @validates_schema
    def return_has_a_reason(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("decision") == RETURN and not data.get("reason"):
            raise ValidationError("Say why the photo is returned.", "reason")


class PaperSchema(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(PAPER))


class WithdrawalSchema(Schema):
    """command: id of the command of the calling service. upload_code: "" for every photo."""

    command = fields.String(required=True, validate=ID)
    upload_code = fields.String(load_default="", validate=validate.Length(0, 100))


class HoldSchema(Schema):
    """command: as of WithdrawalSchema. account: of the sender whose photos are held."""

    command = fields.String(required=True, validate=ID)
    account = fields.String(required=True, validate=validate.Length(8, 40))


class FormPath(Schema):
    campaign = fields.String(required=True, validate=CAMPAIGN)
    pupil = fields.String(required=True, validate=PUPIL)


class Addresses(FormPath):
    """Variable parts of the routes' rules."""

    class_id = fields.String(validate=CLASS)
    ticket = fields.String(validate=ID)
    photo = fields.String(validate=ID)
