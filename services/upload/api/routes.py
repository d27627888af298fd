"""Routes of upload: the list of its use cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import Response, request
from werkzeug.datastructures import FileStorage

from services.upload.api import requests, responses
from services.upload.authorization import entry_for
from services.upload.dependencies import Dependencies
from services.upload.image.examined import MAX_BYTES
from services.upload.roster_view.view import Entry
from services.upload.use_cases import direct_upload, pictures, reviewing, tickets
from services.upload.use_cases.code_check import CheckedCode, check_code
from services.upload.use_cases.form_list import FormLine, form_line, forms_of_class, forms_of_pupil
from services.upload.use_cases.photo_status import PhotoStatus, PhotoTrace, photo_status, photos_of_receipt, trace
from services.upload.use_cases.sender import sender_of
from shared.infrastructure.errors import Refused
from shared.language.permissions import CHOOSE_PHOTO, REVIEW_FORMS, TRACE_PHOTOS, VIEW_PHOTOS, WITHDRAW_PHOTOS
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, checked, command_context, query, source

MULTIPART_LIMIT = MAX_BYTES + (64 << 10)  # the photo and the other fields


def routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "POST",
            "/v1/upload-codes/check",
            ANYONE,
            api.check_code,
            Operation(
                "Check an upload code before a photo is taken.",
                responses.CheckedCode,
                body=requests.CodeSchema,
                refuses=(404, 409),
            ),
        ),
        Route(
            "POST",
            "/v1/tickets",
            ANYONE,
            api.open_ticket,
            Operation(
                "Open a ticket: an address to which one photo may be PUT.",
                responses.Ticket,
                201,
                body=requests.TicketSchema,
                key=True,
                refuses=(403, 404, 413, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/tickets/<ticket>/complete",
            ANYONE,
            api.complete_ticket,
            Operation(
                "Complete a ticket after its photo has been PUT.",
                responses.PhotoState,
                202,
                headers=requests.CompletionHeaders,
                refuses=(403, 409, 410, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/photos",
            ANYONE,
            api.send_photo,
            Operation(
                "Send a photo in one request.",
                responses.ReceivedPhoto,
                202,
                form=requests.PhotoForm,
                key=True,
                refuses=(403, 404, 429),
            ),
            MULTIPART_LIMIT,
        ),
        Route(
            "GET",
            "/v1/photos",
            REVIEW_FORMS,
            api.photos_of_receipt,
            Operation(
                "The photos with a receipt number in the caller's scope.", responses.Photos, query=requests.ReceiptQuery
            ),
        ),
        Route(
            "GET",
            "/v1/photo-traces",
            TRACE_PHOTOS,
            api.traces_of_receipt,
            Operation(
                "Where the photos with a receipt number stand, without photo and pupil.",
                responses.PhotoTraces,
                query=requests.ReceiptQuery,
            ),
        ),
        Route(
            "GET",
            "/v1/photos/<photo>",
            ANYONE,
            api.photo_status,
            Operation(
                "State of a photo and the reason for it.",
                responses.PhotoStatus,
                headers=requests.TicketHeaders,
                refuses=(403,),
            ),
        ),
        Route(
            "GET",
            "/v1/photos/<photo>/image",
            VIEW_PHOTOS,
            api.picture,
            Operation("The photo, without metadata.", "image/jpeg", refuses=(410,)),
        ),
        Route(
            "GET",
            "/v1/photos/<photo>/thumbnail",
            VIEW_PHOTOS,
            api.thumbnail,
            Operation("The photo at a size for lists.", "image/jpeg", refuses=(410,)),
        ),
        Route(
            "GET",
            "/v1/classes/<class_id>/forms",
            REVIEW_FORMS,
            api.forms_of_class,
            Operation("The forms of a class in a campaign.", responses.Forms, query=requests.CampaignQuery),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/forms",
            VIEW_PHOTOS,
            api.forms_of_pupil,
            Operation("A pupil's forms in all campaigns.", responses.Forms),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/reviews",
            CHOOSE_PHOTO,
            api.review,
            Operation(
                "Archive a waiting photo; accept or return a photo.",
                responses.FormLine,
                body=requests.ReviewSchema,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/paper",
            REVIEW_FORMS,
            api.keep_on_paper,
            Operation("Record that the form stays on paper.", responses.FormLine, body=requests.PaperSchema, key=True),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/withdrawal",
            WITHDRAW_PHOTOS,
            api.withdraw,
            Operation("Withdraw the archived photo and every waiting one.", responses.FormLine, key=True),
        ),
    ]


class Api:
    """One method per route: reads the request, calls its use case, returns an object of the response schema."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def check_code(self) -> CheckedCode:
        return check_code(self._deps, caller(), body()["upload_code"])

    def open_ticket(self) -> tickets.Ticket:
        asked = body()
        content_type, size = asked["content_type"], asked["size"]
        tickets.require_acceptable(size)
        sender = sender_of(self._deps, caller(), asked, source=source(), browser=_browser())
        context = command_context({**_form(sender.entry), "size": size, "type": content_type}, actor=sender.actor)
        return tickets.open_ticket(self._deps, sender, context, content_type, size)

    def complete_ticket(self, ticket: str) -> tickets.ReceivedPhoto:
        """Needs no Idempotency-Key: a retry changes nothing."""
        return tickets.complete_ticket(self._deps, ticket, _token())

    def send_photo(self) -> tickets.ReceivedPhoto:
        sent = _sent_file()
        target = checked(requests.TargetSchema(), {name: value for name, value in request.form.items() if value})
        sender = sender_of(self._deps, caller(), target, source=source(), browser=_browser())
        stream = cast(BinaryIO, sent.stream)  # in memory while it is small, then in a temporary file
        file = direct_upload.photo_file(stream, sent.mimetype)
        context = command_context({**_form(sender.entry), "content": file.digest}, actor=sender.actor)
        return direct_upload.send_photo(self._deps, sender, context, file)

    def photo_status(self, photo: str) -> PhotoStatus:
        return photo_status(self._deps, photo, caller(), _token())

    def photos_of_receipt(self) -> dict[str, list[PhotoStatus]]:
        return {"items": photos_of_receipt(self._deps, query()["receipt"], caller(), source())}

    def traces_of_receipt(self) -> dict[str, list[PhotoTrace]]:
        return {"items": trace(self._deps, query()["receipt"], caller())}

    def picture(self, photo: str) -> Response:
        return _jpeg(pictures.picture(self._deps, photo, caller(), source()))

    def thumbnail(self, photo: str) -> Response:
        return _jpeg(pictures.thumbnail(self._deps, photo, caller(), source()))

    def forms_of_class(self, class_id: str) -> dict[str, list[FormLine]]:
        return {"items": forms_of_class(self._deps, class_id, query()["campaign"], caller(), source())}

    def forms_of_pupil(self, pupil: str) -> dict[str, list[FormLine]]:
        return {"items": forms_of_pupil(self._deps, pupil, caller(), source())}

    def review(self, campaign: str, pupil: str) -> FormLine:
        entry, asked = self._entry(campaign, pupil), body()
        reviewing.review(self._deps, entry, reviewing.Review(**asked), caller(), command_context(asked))
        return form_line(self._deps, entry)

    def keep_on_paper(self, campaign: str, pupil: str) -> FormLine:
        entry, asked = self._entry(campaign, pupil), body()
        reviewing.keep_on_paper(self._deps, entry, asked["reason"], command_context(asked))
        return form_line(self._deps, entry)

    def withdraw(self, campaign: str, pupil: str) -> FormLine:
        entry = self._entry(campaign, pupil)
        reviewing.withdraw(self._deps, entry, command_context())
        return form_line(self._deps, entry)

    def _entry(self, campaign: str, pupil: str) -> Entry:
        named = checked(requests.FormPath(), {"campaign": campaign, "pupil": pupil})
        return entry_for(caller(), self._deps.roster_view, named["campaign"], named["pupil"])


def _form(entry: Entry) -> dict[str, list[str]]:
    return {"form": [entry.campaign, entry.pupil]}


def _token() -> str:
    return request.headers.get("X-Ticket-Token", "")


def _browser() -> str:
    """The portal's id of the browser; not more of it than such an id has."""
    return request.headers.get("X-Browser", "")[:32]


def _sent_file() -> FileStorage:
    file = request.files.get("photo")
    if not file:
        raise Refused("bad-fields", "Send the photo as the file field `photo` of a multipart form.", where="photo")
    return file


def _jpeg(content: bytes | Iterator[bytes]) -> Response:
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"}
    return Response(content, content_type="image/jpeg", headers=headers)
