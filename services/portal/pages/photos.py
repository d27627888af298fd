"""The photo of the signed form: sent by code, by a guardian or by the school; and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request
from werkzeug.datastructures import FileStorage

from services.portal import texts
from services.portal.render import by_script, refused_to_script, render, t
from services.portal.request_context import portal, services, signed_in, visit
from services.portal.service_client import name
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes

LIMIT = (15 << 20) + (1 << 18)  # the largest photo that upload takes, and the form around it
SENDERS = ("guardian", "teacher", "school")
AT_HAND_MS = 60 * 60_000  # so long the code of a photo is filled in again
OPEN_STATES = ("checking",)
# What to do next, by what became of the photo; everything else asks for another photo.
NEXT = {"checking": "wait", "archived": "nothing", "waiting": "teacher"}


def show() -> Any:
    """By code. After a photo that did not do, the code of that photo is still there; not for whoever sits here hours later."""
    again = visit().photos.get(request.args.get("again", ""), {})
    if again.get("pupil"):
        return redirect(f"/u/for/{again['pupil']}?campaign={again.get('campaign', '')}", 303)
    at_hand = "code" in again and portal().clock.now() - int(again.get("at", "0")) < AT_HAND_MS
    return _form(given={"upload_code": codes.grouped(again["code"]) if at_hand else ""}, pupil=None)


def _form(**context: Any) -> Response:
    """The form, and the photos that were sent from here by nobody else's account, newest first: whoever closed the page finds the result again."""
    sent = [
        (photo, iso(int(about["at"])))
        for photo, about in reversed(visit().photos.items())
        if about.get("account") in ("", account())
    ]
    return render("upload.html", sent=sent, **context)


def show_for(pupil: str) -> Any:
    """For a child that the account may see: no code needed. The address names the campaign; without one upload takes the one that is open."""
    child = services().roster.get(f"/v1/pupils/{name(pupil)}", signed_in().access)
    return _form(pupil={**child, "pupil": pupil}, given={"campaign": request.args.get("campaign", "")})


def send() -> Any:
    """One photo. The same key sends it once, however often the form arrives."""
    try:
        about, photo = _about(), _photo()
        fields = {"upload_code": about["code"]} if "code" in about else about
        sent = services().upload.send_file(
            "/v1/photos", "photo", photo, fields, visit().token, request.form.get("key", "")
        )
    except Refused as refused:
        return _not_sent(refused)
    visit().sent_photo(
        sent["photo"],
        {**about, "token": sent.get("token") or "", "at": str(portal().clock.now()), "account": account()},
    )
    address = f"/u/{sent['photo']}"
    return jsonify(location=address) if by_script() else redirect(address, 303)


def account() -> str:
    session = visit().session
    return session.account if session else ""


def _about() -> dict[str, str]:
    """Whose form it is: a pupil that the account may see, or the code on the paper."""
    if pupil := request.form.get("pupil", ""):
        signed_in()
        campaign = request.form.get("campaign", "")
        return {"pupil": name(pupil), **({"campaign": name(campaign)} if campaign else {})}
    text = request.form.get("upload_code", "")
    address = codes.parse_qr(text)
    if isinstance(address, codes.PageTwo):
        raise Refused("page-two-code", "This is the code of page 2; the upload code is on page 1.", where="upload_code")
    return {"code": address.code if address else codes.parse(text, "upload_code")}


def _photo() -> tuple[str, Any, str]:
    """The chosen file, or the one just taken. Its name stays here: people name their files after people."""
    chosen = next((f for f in request.files.getlist("photo") if f.filename), None)
    if chosen is None:
        raise Refused("no-photo", "Choose a photo first.", where="photo")
    return "photo", chosen.stream, _type_of(chosen)


def _type_of(photo: FileStorage) -> str:
    """Some phones do not say what an HEIC file is."""
    ending = (photo.filename or "").rsplit(".", 1)[-1].lower()
    return "image/heic" if ending in ("heic", "heif") else photo.mimetype or "application/octet-stream"


def _not_sent(refused: Refused) -> Response:
    if by_script():
        return refused_to_script(refused)
    pupil = request.form.get("pupil", "")
    child = services().roster.get(f"/v1/pupils/{name(pupil)}", visit().token) if pupil and visit().session else None
    return _form(problem=refused, given=request.form, pupil={**child, "pupil": pupil} if child else None)


def status(photo: str) -> Any:
    """What became of the photo, with one next step; the page looks again by itself until it is settled."""
    mine = visit().photos.get(photo, {})
    if not mine and not visit().session:
        raise Refused(
            "photo-elsewhere", "Only the device that sent the photo can see what became of it.", kind="not-found"
        )
    headers = {"X-Ticket-Token": mine["token"]} if mine.get("token") else {}
    found = services().upload.get(f"/v1/photos/{name(photo)}", visit().token, headers=headers)
    step = NEXT.get(found["state"], "again")
    title, explanation = _told(found)
    return render(
        "photo.html",
        photo=photo,
        found=found,
        title=title,
        explanation=explanation,
        step=step,
        looking=found["state"] in OPEN_STATES,
        mine=mine,
    )


def _told(found: dict[str, Any]) -> tuple[str, str]:
    """What became of a photo, in plain words; upload's own sentence for a reason that is new to this page."""
    state, reason = found["state"], found.get("reason") or ""
    if texts.has(f"photo.{state}.{reason}"):
        return t(f"photo.{state}.{reason}"), t(f"photo.{state}.{reason}.text")
    said = str(found.get(f"message_{visit().lang}") or "") if reason else ""
    return t(f"photo.{state}"), said or t(f"photo.{state}.text")


def image(photo: str) -> Any:
    """A photo, through upload, for those who may see it."""
    return _picture(f"/v1/photos/{name(photo)}/image")


def thumbnail(photo: str) -> Any:
    return _picture(f"/v1/photos/{name(photo)}/thumbnail")


def _picture(address: str) -> Response:
    content, kind = services().upload.fetch(address, signed_in().access)
    if not kind.startswith("image/"):
        raise Refused("not-found", "There is no such picture.")
    return Response(content, content_type=kind, headers={"Cache-Control": "private, max-age=600"})
