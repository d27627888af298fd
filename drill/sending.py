"""Photos of printed pages: taken, sent, and the outcome that is expected of each."""

from __future__ import annotations

from drill import photos
from drill.clients import Person
from drill.family import Family, given
from drill.photos import Photo
from drill.world import Pending

FORMATS = ("JPEG",) * 34 + ("PNG", "WEBP", "WEBP", "HEIF")
# Kinds of photos that are refused or wait for a person, each with the reason.
REFUSED = {"other": "other-child", "page-two": "page-two", "truncated": "damaged", "cat": "no-page"}
WAITS = {"blurred": "unreadable-qr", "void-sheet": "void-sheet"}
KINDS = ("good", "same", *REFUSED, *WAITS)


def send(family: Family, kind: str, who: str, other: Family | None = None) -> None:
    """Take a photo of a kind, send it, update the ledger. other: the family whose form is photographed by mistake."""
    if who == "sibling":
        send(given(family.sibling), kind, "guardian")
        return
    photo = _photo(family, kind, other)
    state, reasons = _outcome(family, kind, who)
    number, token, sender = _deliver(family, photo, who)
    status = sender.get("upload", f"/v1/photos/{number}", headers={"X-Ticket-Token": token})
    family.receipt = status["receipt"]
    family.world.on_its_way(Pending(number, sender, token, f"{kind} photo by {who} for {family.id}", state, reasons))
    family.last = photo


def _photo(family: Family, kind: str, other: Family | None) -> Photo:
    if kind == "same":
        return given(family.last)
    if kind == "cat":
        return photos.cat(family.camera)
    sheet = other.paper if other else given(family.old_sheet) if kind == "void-sheet" else family.paper
    if kind == "page-two":
        return photos.readable(sheet.page_two, family.camera)
    page, qr = sheet.page_one
    page = photos.sign(page, qr, family.camera)
    if kind == "blurred":
        return photos.unreadable(page, qr, family.random.choice(photos.UNREADABLE), family.camera)
    photo = photos.readable(page, family.camera, family.random.choice(FORMATS))
    return photos.truncated(photo) if kind == "truncated" else photo


def _outcome(family: Family, kind: str, who: str) -> tuple[str, tuple[str, ...]]:
    """The expected state of the photo, and the expected reasons."""
    ledger, pupil, by = (
        family.world.ledger,
        family.world.ledger.pupils[family.id],
        "guardian" if who == "second" else who,
    )
    if kind in REFUSED:
        return "refused", (REFUSED[kind],)
    if kind == "same" and pupil.archive:
        return "archived", ("duplicate",)
    if kind == "same" and pupil.returned:
        return "refused", (family.last_reason,)
    second_photo = pupil.archive is not None and pupil.archive.by == "guardian" and by != "guardian"
    if kind in WAITS or second_photo:
        family.waiting_by = by
        ledger.flagged(family.id)
        return "waiting", (WAITS.get(kind, "second-photo"),)
    ledger.archived(family.id, by, family.world.days.today())
    return "archived", ()


def _deliver(family: Family, photo: Photo, who: str) -> tuple[str, str, Person]:
    """Send by ticket and presigned PUT, or in one request. Returns (id of the photo, token, sender)."""
    sender, whose = family.sender(who)
    if family.random.random() < 0.5:
        files = {"photo": (f"IMG_{family.random.randint(1000, 9999)}.jpg", photo.content, photo.content_type)}
        response = sender.command("POST", "upload", "/v1/photos", files=files, data=whose)
        return response["photo"], response["token"], sender
    ticket = sender.post(
        "upload", "/v1/tickets", {**whose, "content_type": photo.content_type, "size": len(photo.content)}
    )
    family.world.line.put(ticket["put_url"], photo.content, ticket.get("put_headers") or {})
    response = sender.command(
        "POST", "upload", f"/v1/tickets/{ticket['ticket']}/complete", headers={"X-Ticket-Token": ticket["token"]}
    )
    return response["photo"], ticket["token"], sender
