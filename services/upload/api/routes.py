"""upload over HTTP, top-down: the use cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from flask import Response, request
from werkzeug.datastructures import FileStorage

from services.upload.api import requests, responses
from services.upload.authorization import HANDS, STAFF, covers, entry_for, require_cover
from services.upload.dependencies import Dependencies
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
from shared.service.app import ANYONE, Route, body, caller, checked, command_context, query
from shared.service.auth import require_path
from shared.service.operations import Operation

MULTIPART_LIMIT = MAX_BYTES + (64 << 10)  # the photo and the words around it
TOKEN = "X-Ticket-Token"  # noqa: S105 - the header's name


def routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "POST",
            "/v1/tickets",
            ANYONE,
            api.open_ticket,
            Operation(
                "A ticket: where one photo may be PUT.",
                responses.Ticket,
                201,
                body=requests.TicketSchema,
                key=True,
                refuses=(403, 404, 410, 413, 415, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/tickets/<ticket>/complete",
            ANYONE,
            api.complete,
            Operation(
                "Say that the photo has been PUT.",
                responses.Arrived,
                202,
                headers=requests.TicketHeaders,
                refuses=(403, 409, 410, 413),
            ),
        ),
        Route(
            "POST",
            "/v1/photos",
            ANYONE,
            api.take_photo,
            Operation(
                "Send a photo in one request.",
                responses.Sent,
                202,
                form=requests.PhotoForm,
                key=True,
                refuses=(403, 404, 429),
            ),
            MULTIPART_LIMIT,
        ),
        Route(
            "GET",
            "/v1/photos/<photo>",
            ANYONE,
            api.photo,
            Operation(
                "What has become of a photo.", responses.PhotoStatus, headers=requests.TicketHeaders, refuses=(403,)
            ),
        ),
        Route(
            "GET",
            "/v1/photos/<photo>/image",
            HANDS,
            api.image,
            Operation("The photo, without metadata.", "image/jpeg", refuses=(410,)),
        ),
        Route(
            "GET",
            "/v1/photos/<photo>/thumbnail",
            HANDS,
            api.thumbnail,
            Operation("The photo at a size for lists.", "image/jpeg", refuses=(410,)),
        ),
        Route(
            "GET",
            "/v1/classes/<class_id>/forms",
            STAFF,
            api.class_forms,
            Operation("The forms of a class in a campaign.", responses.Forms, query=requests.CampaignQuery),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/forms",
            HANDS,
            api.pupil_forms,
            Operation("A pupil's forms in all campaigns.", responses.Forms),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/reviews",
            HANDS,
            api.review,
            Operation(
                "Archive a photo that waits, accept or return one.",
                responses.FormLine,
                body=requests.ReviewSchema,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/paper",
            STAFF,
            api.keep_on_paper,
            Operation("Record that the form stays on paper.", responses.FormLine, body=requests.PaperSchema, key=True),
        ),
        Route(
            "POST",
            "/v1/forms/<campaign>/<pupil>/withdrawal",
            HANDS,
            api.withdraw,
            Operation("Withdraw the archived photo.", responses.FormLine, key=True),
        ),
    ]


class Api:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def open_ticket(self) -> Any:
        asked = body()
        receiving.check_type(asked["content_type"])
        if asked["size"] > MAX_BYTES:
            raise receiving.too_large()
        sender = receiving.sender_of(self._deps, caller(), asked)
        whose = {
            "form": [sender.entry.campaign, sender.entry.pupil],
            "size": asked["size"],
            "type": asked["content_type"],
        }
        photo = receiving.open_ticket(self._deps, sender, command_context(whose, actor=sender.actor), asked["size"])
        receiving.require_open(self._deps, photo)
        return {
            "ticket": photo.id,
            "token": receiving.token_of(self._deps, photo),
            "expires_at": iso(photo.expires_at),
            "put_url": self._deps.objects.presign_put(photo.incoming, receiving.TICKET_SECONDS),
            "put_headers": {"Content-Type": asked["content_type"]},
        }, 201

    def complete(self, ticket: str) -> Any:
        """No Idempotency-Key is asked for: a ticket is completed once, however often that is said."""
        photo = receiving.complete(self._deps, ticket, caller(), request.headers.get(TOKEN, ""))
        return {"photo": photo.id, "state": CHECKING if photo.state in (OPEN, CHECKING) else photo.state}, 202

    def take_photo(self) -> Any:
        file = _sent_file()
        asked = checked(requests.WhoseSchema(), {name: value for name, value in request.form.items() if value})
        sender = receiving.sender_of(self._deps, caller(), asked)
        stream = cast(BinaryIO, file.stream)  # in memory while it is small, then in a temporary file
        digest, size = receiving.content_of(stream)
        if size > MAX_BYTES:
            raise receiving.too_large()
        if not size:
            raise Refused("empty-photo", "The photo is empty; choose it again.", where="photo")
        whose = {"form": [sender.entry.campaign, sender.entry.pupil], "content": digest}
        photo = receiving.take(
            self._deps,
            sender,
            command_context(whose, actor=sender.actor),
            stream,
            size,
            file.mimetype or receiving.UNKNOWN,
        )
        return {"photo": photo.id, "token": receiving.token_of(self._deps, photo), "state": photo.state}, 202

    def photo(self, photo: str) -> Any:
        found = reviewing.photo_of(self._deps, photo)
        if not receiving.holds(self._deps, found, caller(), request.headers.get(TOKEN, "")):
            self._require_sight(found)
        return photo_status(found, self._deps.form(found.campaign, found.pupil))

    def image(self, photo: str) -> Any:
        return self._pictured(photo, reviewing.picture)

    def thumbnail(self, photo: str) -> Any:
        return self._pictured(photo, reviewing.small_picture)

    def _pictured(
        self, photo: str, picture: Callable[[Dependencies, Photo, Form], bytes | Iterator[bytes]]
    ) -> Response:
        found = reviewing.photo_of(self._deps, photo)
        self._require_sight(found)
        content = picture(self._deps, found, self._deps.form(found.campaign, found.pupil))
        return Response(
            content,
            content_type="image/jpeg",
            headers={"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"},
        )

    def _require_sight(self, photo: Photo) -> None:
        entry = self._deps.view.entry(photo.campaign, photo.pupil)
        if not entry or not covers(caller(), entry, self._deps.view):
            raise Refused("outside-scope", "This photo lies outside what your account may see.")

    def class_forms(self, class_id: str) -> Any:
        require_path(caller(), self._deps.view.path_of_class(class_id))
        entries = self._deps.view.entries_of_class(
            class_id, self._deps.view.campaign(query()["campaign"], day_of(self._deps.clock.now()))
        )
        return {"items": [form_line(self._deps, entry) for entry in entries]}

    def pupil_forms(self, pupil: str) -> Any:
        if caller().role == "guardian" and not caller().scope.allows_pupil(pupil):
            raise Refused("outside-scope", "This pupil lies outside what your account may see.")
        entries = self._deps.view.entries_of_pupil(pupil)
        for entry in entries:
            require_cover(caller(), entry, self._deps.view)
        return {"items": [form_line(self._deps, entry) for entry in entries]}

    def review(self, campaign: str, pupil: str) -> Any:
        entry, asked = self._entry(campaign, pupil), body()
        photo = reviewing.photo_of(self._deps, asked["photo"], entry)
        reviewing.require_picture(photo)
        reviewing.review(
            self._deps,
            entry,
            photo,
            asked["decision"],
            asked["reason"],
            command_context(asked),
            guardian=caller().role == "guardian",
        )
        return form_line(self._deps, entry)

    def keep_on_paper(self, campaign: str, pupil: str) -> Any:
        entry, asked = self._entry(campaign, pupil), body()
        self._deps.command(entry.campaign, entry.pupil, KeepOnPaper(asked["reason"]), command_context(asked))
        return form_line(self._deps, entry)

    def withdraw(self, campaign: str, pupil: str) -> Any:
        entry = self._entry(campaign, pupil)
        self._deps.command(entry.campaign, entry.pupil, Withdraw(), command_context())
        return form_line(self._deps, entry)

    def _entry(self, campaign: str, pupil: str) -> Entry:
        named = checked(requests.FormPath(), {"campaign": campaign, "pupil": pupil})
        return entry_for(caller(), self._deps.view, named["campaign"], named["pupil"])


def _sent_file() -> FileStorage:
    file = request.files.get("photo")
    if not file:
        raise Refused("bad-fields", "Send the photo as the file field `photo` of a multipart form.", where="photo")
    receiving.check_type(file.mimetype, also=receiving.UNSURE)
    return file
