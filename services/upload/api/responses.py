"""Schemas of responses. Each dumps an object of the use cases with the same attributes."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from services.upload.api.requests import ID
from services.upload.domain.outcome import STATES
from services.upload.use_cases.form_list import FORM_STATES
from shared.infrastructure.clock import iso
from shared.language.contracts.contract import CAMPAIGN, PUPIL
from shared.language.contracts.upload import BY, HOW
from shared.service.operations import ResponseSchema, listing

PHOTO_STATE = validate.OneOf(STATES)
ID_OR_NONE = validate.Regexp(r"^([0-9a-f]{32})?\Z")
PUPIL_OR_NONE = validate.Regexp(r"^([0-9a-f]{3}\.[0-9a-f]{20})?\Z")
RECEIPT, RECEIPT_OR_NONE = validate.Regexp(r"^[0-9]{10}\Z"), validate.Regexp(r"^([0-9]{10})?\Z")


class Moment(fields.String):
    """Milliseconds since 1970, as RFC 3339 in UTC; 0 becomes ""."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> str:
        return iso(value) if value else ""


class CheckedCode(ResponseSchema):
    """An upload code. accepted: false where the region has not switched upload by code alone on for this caller."""

    campaign = fields.String(validate=CAMPAIGN)
    accepted = fields.Boolean()


class PutHeaders(ResponseSchema):
    """Headers with which the photo is PUT; the address is signed with them, and with the size as Content-Length."""

    content_type = fields.String(data_key="Content-Type")


class Ticket(ResponseSchema):
    """The address to which one photo may be PUT. token: the sealed ticket, to complete it with; opaque."""

    ticket = fields.String(validate=ID)
    token = fields.String()
    expires_at = Moment()
    put_url = fields.String()
    put_headers = fields.Nested(PutHeaders)


class PhotoState(ResponseSchema):
    """A photo whose bytes are stored, and its state as of now."""

    photo = fields.String(validate=ID)
    state = fields.String(validate=PHOTO_STATE)


class ReceivedPhoto(PhotoState):
    """token: proves later that the photo is one's own."""

    token = fields.String()


class PhotoStatus(PhotoState):
    """State and reason of a photo, also in words. reason, received_at: "" without one.

    receipt: the number that people read out. pupil: "" unless in the caller's scope. accepted: reviewed, and good.
    """

    receipt = fields.String(validate=RECEIPT)
    campaign = fields.String(validate=CAMPAIGN)
    pupil = fields.String(validate=PUPIL_OR_NONE)
    reason = fields.String()
    message_zh = fields.String()
    message_en = fields.String()
    received_at = Moment()
    accepted = fields.Boolean()


class PhotoTrace(ResponseSchema):
    """Progress of a photo, without photo, pupil and class. school: path. The rest as for PhotoStatus."""

    receipt = fields.String(validate=RECEIPT)
    school = fields.String()
    state = fields.String(validate=PHOTO_STATE)
    reason = fields.String()
    message_zh = fields.String()
    message_en = fields.String()
    received_at = Moment()
    accepted = fields.Boolean()


class Withdrawn(ResponseSchema):
    """photos: how many are withdrawn."""

    photos = fields.Integer(validate=validate.Range(0))


class Held(ResponseSchema):
    """photos: how many were put on hold, or are on hold."""

    photos = fields.Integer(validate=validate.Range(0))


class WaitingPhoto(ResponseSchema):
    """A photo that waits for a person."""

    photo = fields.String(validate=ID)
    receipt = fields.String(validate=RECEIPT)
    by = fields.String(validate=validate.OneOf(BY))
    reason = fields.String()
    received_at = Moment()


class FormLine(ResponseSchema):
    """A pupil's form in a campaign. void_sheets: number of reprints. over: no decision changes a figure any more.

    by, how, photo, receipt, received_at, burst, cut_short: of the photo to look at, "" or false without one.
    """

    campaign = fields.String(validate=CAMPAIGN)
    pupil = fields.String(validate=PUPIL)
    expected = fields.Boolean()
    state = fields.String(validate=validate.OneOf(FORM_STATES))
    by = fields.String(validate=validate.OneOf(("", *BY)))
    how = fields.String(validate=validate.OneOf(("", *HOW)))
    reason = fields.String()
    photo = fields.String(validate=ID_OR_NONE)
    receipt = fields.String(validate=RECEIPT_OR_NONE)
    received_at = Moment()
    waiting = fields.List(fields.Nested(WaitingPhoto))
    void_sheets = fields.Integer()
    burst = fields.Boolean()
    cut_short = fields.Boolean()
    over = fields.Boolean()


Forms = listing("Forms", FormLine)
Photos = listing("Photos", PhotoStatus)
PhotoTraces = listing("PhotoTraces", PhotoTrace)
