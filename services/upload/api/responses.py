"""What upload answers."""

from __future__ import annotations

from marshmallow import fields, validate

from services.upload.api.requests import ID
from services.upload.photos.protocol import CHECKING, OPEN, SETTLED
from services.upload.use_cases.form_list import STATES as FORM_STATES
from shared.language.contracts.contract import CAMPAIGN, PUPIL
from shared.language.contracts.upload import BY, HOW
from shared.service.operations import ResponseSchema, listing

PHOTO_STATE = validate.OneOf((OPEN, CHECKING, *SETTLED))
ID_OR_NONE = validate.Regexp(r"^([0-9a-f]{32})?\Z")


class PutHeaders(ResponseSchema):
    """Headers with which the photo is PUT."""

    content_type = fields.String(data_key="Content-Type")


class Ticket(ResponseSchema):
    """Where one photo may be PUT. token: shows later that the ticket is one's own."""

    ticket = fields.String(validate=ID)
    token = fields.String()
    expires_at = fields.String()
    put_url = fields.String()
    put_headers = fields.Nested(PutHeaders)


class Arrived(ResponseSchema):
    """A photo that is safe here, and what has become of it so far."""

    photo = fields.String(validate=ID)
    state = fields.String(validate=PHOTO_STATE)


class Sent(Arrived):
    """token: shows later that the photo is one's own."""

    token = fields.String()


class PhotoStatus(Arrived):
    """What has become of a photo and why, in words. reason, received_at: "" without one."""

    campaign = fields.String(validate=CAMPAIGN)
    reason = fields.String()
    message_zh = fields.String()
    message_en = fields.String()
    received_at = fields.String()


class Waiting(ResponseSchema):
    """A photo that waits for a person."""

    photo = fields.String(validate=ID)
    by = fields.String(validate=validate.OneOf(BY))
    reason = fields.String()
    received_at = fields.String()


class FormLine(ResponseSchema):
    """A pupil's form in a campaign. by, how, photo, received_at: of the photo to look at, "" without one. void_sheets: how often it was printed anew."""

    campaign = fields.String(validate=CAMPAIGN)
    pupil = fields.String(validate=PUPIL)
    expected = fields.Boolean()
    state = fields.String(validate=validate.OneOf(FORM_STATES))
    by = fields.String(validate=validate.OneOf(("", *BY)))
    how = fields.String(validate=validate.OneOf(("", *HOW)))
    reason = fields.String()
    photo = fields.String(validate=ID_OR_NONE)
    received_at = fields.String()
    waiting = fields.List(fields.Nested(Waiting))
    void_sheets = fields.Integer()


Forms = listing("Forms", FormLine)
