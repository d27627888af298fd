"""The photo of the signed form: sending it by code or for a child, and its picture. Its result: photo_result.py."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request
from werkzeug.datastructures import FileStorage

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, code
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign
from services.portal.refusals import told, wants_json
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.campaign_state import ENDED

LIMIT = (15 << 20) + (1 << 18)  # upload's limit for a photo, and the form around it
CODE_KEPT_MS = 60 * 60_000  # for this long the code of a sent photo is filled in again
# Refusals of a code that another photo does not cure.
USELESS = (
    "code-alone-off",
    "campaign-over",
    "page-two-code",
    "activation-code-here",
    "reset-code-here",
    "answer-code-here",
)


def show() -> Any:
    """The form by code. After an unusable photo its code is filled in, though not for the device's next user."""
    again = context().photos.get(request.args.get("again", ""), {})
    if again.get("pupil"):
        return redirect(f"/u/for/{again['pupil']}?campaign={again.get('campaign', '')}", 303)
    is_kept = "code" in again and deps().clock.now() - int(again.get("at", "0")) < CODE_KEPT_MS
    return _form(given={"upload_code": codes.grouped(again["code"]) if is_kept else ""}, pupil=None)


def _form(**values: Any) -> Any:
    """The form, with the photos sent from this browser, newest first, except those of another account.

    Of a code that was checked, the page says that it is good for a photo.
    """
    sent = [
        (photo, iso(int(submission["at"])))
        for photo, submission in reversed(context().photos.items())
        if submission.get("account") in ("", context().account)
    ]
    return render("upload.html", sent=sent, usable=flash().result.get("usable", False), **values)


def check_code() -> Any:
    """Check a code before a photo is taken. For a script: {} unless a photo with this code would be useless."""
    try:
        asked = {"upload_code": code("upload_code", codes.UPLOAD)}
        if not services().upload.post("/v1/upload-codes/check", asked, context().token)["accepted"]:
            raise Refused(
                "code-alone-off", "Ask the class teacher, or register.", kind="outside-scope", where="upload_code"
            )
    except Refused as refused:
        if not wants_json():
            raise
        return jsonify(told(refused) if refused.code in USELESS else {})
    return jsonify({}) if wants_json() else show_on("/u", usable=True)


def show_for(pupil: str) -> Any:
    """The form for a child in the account's scope, without a code. Without a campaign, upload takes the open one.

    Refused("campaign-over") before anybody takes a photo for a campaign that has ended.
    """
    campaign = choose_campaign(all_campaigns(services(), signed_in().access), request.args.get("campaign", ""))
    if campaign and campaign["state"] == ENDED:
        raise Refused("campaign-over", f"The campaign ended on {campaign['last_day']}.", kind="conflict")
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", signed_in().access)
    return _form(pupil={**child, "pupil": pupil}, given={"campaign": request.args.get("campaign", "")})


def send() -> Any:
    """Send one photo. A repeated key sends it once."""
    checked = all_of(form=_form_of_photo, photo=_photo)
    form, photo = checked["form"], checked["photo"]
    fields = {"upload_code": form["code"]} if "code" in form else form
    browser = {"X-Browser": context().known_visitor}
    sent = services().upload.send_file(
        "/v1/photos", "photo", photo, fields, context().token, request.form.get("key", ""), headers=browser
    )
    context().add_photo(
        sent["photo"],
        {**form, "token": sent.get("token") or "", "at": str(deps().clock.now()), "account": context().account},
    )
    address = f"/u/{sent['photo']}"
    return jsonify(location=address) if wants_json() else redirect(address, 303)


def _form_of_photo() -> dict[str, str]:
    """{pupil, campaign} of a child in the account's scope, or {code} from the paper."""
    if pupil := request.form.get("pupil", ""):
        signed_in()
        campaign = request.form.get("campaign", "")
        return {"pupil": segment(pupil), **({"campaign": segment(campaign)} if campaign else {})}
    return {"code": code("upload_code", codes.UPLOAD)}


def _photo() -> tuple[str, Any, str]:
    """The photo taken or chosen. Its file name is not sent on: it may hold a person's name."""
    chosen = next((f for f in request.files.getlist("photo") if f.filename), None)
    if chosen is None:
        raise Refused("no-photo", "Choose a photo first.", where="photo")
    return "photo", chosen.stream, _type_of(chosen)


def _type_of(photo: FileStorage) -> str:
    """The media type; some phones send none for HEIC."""
    ending = (photo.filename or "").rsplit(".", 1)[-1].lower()
    return "image/heic" if ending in ("heic", "heif") else photo.mimetype or "application/octet-stream"


def image(photo: str) -> Any:
    """A photo from upload, which checks the scope."""
    return _picture(f"/v1/photos/{segment(photo)}/image")


def thumbnail(photo: str) -> Any:
    return _picture(f"/v1/photos/{segment(photo)}/thumbnail")


def _picture(address: str) -> Response:
    content, kind = services().upload.fetch(address, signed_in().access)
    if not kind.startswith("image/"):
        raise Refused("not-found", "There is no such picture.")
    return Response(content, content_type=kind)
