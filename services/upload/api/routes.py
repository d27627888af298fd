"""upload over HTTP, top-down: the use cases."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from flask import Response, request
from werkzeug.datastructures import FileStorage

from services.upload.api import requests as schemas
from services.upload.api import responses as answers
from services.upload.authorization import HANDS, STAFF, covers, entry_for, require_cover
from services.upload.dependencies import Parts
from services.upload.domain.form_commands import KeepOnPaper, Withdraw
from services.upload.domain.form_state import Form
from services.upload.image.examine import MAX_BYTES
from services.upload.photos.protocol import CHECKING, OPEN, Photo
from services.upload.roster_view.view import Entry
from services.upload.use_cases import reviewing
from services.upload.use_cases import tickets as receiving
from services.upload.use_cases.form_list import form_line, photo_status
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.service.app import ANYONE, Route, body, caller, checked, command, query
from shared.service.auth import require_path
from shared.service.operations import About

MULTIPART_LIMIT = MAX_BYTES + (64 << 10)   # the photo and the words around it
TOKEN = "X-Ticket-Token"  # noqa: S105 - the header's name


def routes(parts: Parts) -> list[Route]:
    api = Api(parts)
    return [
        Route("POST", "/v1/tickets", ANYONE, api.open_ticket, About("A ticket: where one photo may be PUT.", answers.Ticket, 201, body=schemas.TicketSchema,
                                                                    key=True, refuses=(403, 404, 410, 413, 415, 429))),
        Route("POST", "/v1/tickets/<ticket>/complete", ANYONE, api.complete,
              About("Say that the photo has been PUT.", answers.Arrived, 202, headers=schemas.TicketHeaders, refuses=(403, 409, 410, 413))),
        Route("POST", "/v1/photos", ANYONE, api.take_photo,
              About("Send a photo in one request.", answers.Sent, 202, form=schemas.PhotoForm, key=True, refuses=(403, 404, 429)), MULTIPART_LIMIT),
        Route("GET", "/v1/photos/<photo>", ANYONE, api.photo,
              About("What has become of a photo.", answers.PhotoStatus, headers=schemas.TicketHeaders, refuses=(403,))),
        Route("GET", "/v1/photos/<photo>/image", HANDS, api.image, About("The photo, without metadata.", "image/jpeg", refuses=(410,))),
        Route("GET", "/v1/photos/<photo>/thumbnail", HANDS, api.thumbnail, About("The photo at a size for lists.", "image/jpeg", refuses=(410,))),
        Route("GET", "/v1/classes/<class_id>/forms", STAFF, api.class_forms,
              About("The forms of a class in a campaign.", answers.Forms, query=schemas.CampaignQuery)),
        Route("GET", "/v1/pupils/<pupil>/forms", HANDS, api.pupil_forms, About("A pupil's forms in all campaigns.", answers.Forms)),
        Route("POST", "/v1/forms/<campaign>/<pupil>/reviews", HANDS, api.review,
              About("Archive a photo that waits, accept or return one.", answers.FormLine, body=schemas.ReviewSchema, key=True)),
        Route("POST", "/v1/forms/<campaign>/<pupil>/paper", STAFF, api.keep_on_paper,
              About("Record that the form stays on paper.", answers.FormLine, body=schemas.PaperSchema, key=True)),
        Route("POST", "/v1/forms/<campaign>/<pupil>/withdrawal", HANDS, api.withdraw, About("Withdraw the archived photo.", answers.FormLine, key=True)),
    ]


class Api:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open_ticket(self) -> Any:
        asked = body()
        receiving.check_type(asked["content_type"])
        if asked["size"] > MAX_BYTES:
            raise receiving.too_large()
        sender = receiving.sender_of(self._parts, caller(), asked)
        whose = {"form": [sender.entry.campaign, sender.entry.pupil], "size": asked["size"], "type": asked["content_type"]}
        photo = receiving.open_ticket(self._parts, sender, command(whose, actor=sender.actor), asked["size"])
        receiving.require_open(self._parts, photo)
        return {"ticket": photo.id, "token": receiving.token_of(self._parts, photo), "expires_at": iso(photo.expires_at),
                "put_url": self._parts.objects.presign_put(photo.incoming, receiving.TICKET_SECONDS),
                "put_headers": {"Content-Type": asked["content_type"]}}, 201

    def complete(self, ticket: str) -> Any:
        """No Idempotency-Key is asked for: a ticket is completed once, however often that is said."""
        photo = receiving.complete(self._parts, ticket, caller(), request.headers.get(TOKEN, ""))
        return {"photo": photo.id, "state": CHECKING if photo.state in (OPEN, CHECKING) else photo.state}, 202

    def take_photo(self) -> Any:
        file = _sent_file()
        asked = checked(schemas.WhoseSchema(), {name: value for name, value in request.form.items() if value})
        sender = receiving.sender_of(self._parts, caller(), asked)
        stream = cast(BinaryIO, file.stream)   # in memory while it is small, then in a temporary file
        digest, size = receiving.content_of(stream)
        if size > MAX_BYTES:
            raise receiving.too_large()
        if not size:
            raise Refused("empty-photo", "The photo is empty; choose it again.", where="photo")
        whose = {"form": [sender.entry.campaign, sender.entry.pupil], "content": digest}
        photo = receiving.take(self._parts, sender, command(whose, actor=sender.actor), stream, size, file.mimetype or receiving.UNKNOWN)
        return {"photo": photo.id, "token": receiving.token_of(self._parts, photo), "state": photo.state}, 202

    def photo(self, photo: str) -> Any:
        found = reviewing.photo_of(self._parts, photo)
        if not receiving.holds(self._parts, found, caller(), request.headers.get(TOKEN, "")):
            self._require_sight(found)
        return photo_status(found, self._parts.form(found.campaign, found.pupil))

    def image(self, photo: str) -> Any:
        return self._pictured(photo, reviewing.picture)

    def thumbnail(self, photo: str) -> Any:
        return self._pictured(photo, reviewing.small_picture)

    def _pictured(self, photo: str, picture: Callable[[Parts, Photo, Form], bytes | Iterator[bytes]]) -> Response:
        found = reviewing.photo_of(self._parts, photo)
        self._require_sight(found)
        content = picture(self._parts, found, self._parts.form(found.campaign, found.pupil))
        return Response(content, content_type="image/jpeg", headers={"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"})

    def _require_sight(self, photo: Photo) -> None:
        entry = self._parts.view.entry(photo.campaign, photo.pupil)
        if not entry or not covers(caller(), entry, self._parts.view):
            raise Refused("outside-scope", "This photo lies outside what your account may see.")

    def class_forms(self, class_id: str) -> Any:
        require_path(caller(), self._parts.view.path_of_class(class_id))
        entries = self._parts.view.entries_of_class(class_id, self._parts.view.campaign(query()["campaign"], day_of(self._parts.clock.now())))
        return {"items": [form_line(self._parts, entry) for entry in entries]}

    def pupil_forms(self, pupil: str) -> Any:
        if caller().role == "guardian" and not caller().scope.allows_pupil(pupil):
            raise Refused("outside-scope", "This pupil lies outside what your account may see.")
        entries = self._parts.view.entries_of_pupil(pupil)
        for entry in entries:
            require_cover(caller(), entry, self._parts.view)
        return {"items": [form_line(self._parts, entry) for entry in entries]}

    def review(self, campaign: str, pupil: str) -> Any:
        entry, asked = self._entry(campaign, pupil), body()
        photo = reviewing.photo_of(self._parts, asked["photo"], entry)
        reviewing.require_picture(photo)
        reviewing.review(self._parts, entry, photo, asked["decision"], asked["reason"], command(asked), guardian=caller().role == "guardian")
        return form_line(self._parts, entry)

    def keep_on_paper(self, campaign: str, pupil: str) -> Any:
        entry, asked = self._entry(campaign, pupil), body()
        self._parts.order(entry.campaign, entry.pupil, KeepOnPaper(asked["reason"]), command(asked))
        return form_line(self._parts, entry)

    def withdraw(self, campaign: str, pupil: str) -> Any:
        entry = self._entry(campaign, pupil)
        self._parts.order(entry.campaign, entry.pupil, Withdraw(), command())
        return form_line(self._parts, entry)

    def _entry(self, campaign: str, pupil: str) -> Entry:
        named = checked(schemas.FormPath(), {"campaign": campaign, "pupil": pupil})
        return entry_for(caller(), self._parts.view, named["campaign"], named["pupil"])


def _sent_file() -> FileStorage:
    file = request.files.get("photo")
    if not file:
        raise Refused("bad-fields", "Send the photo as the file field `photo` of a multipart form.", where="photo")
    receiving.check_type(file.mimetype, also=receiving.UNSURE)
    return file
