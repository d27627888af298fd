"""The result of a photo: state, child and campaign, receipt number; and the photo found by that number."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import request

from services.portal import texts
from services.portal.dependencies import deps, services
from services.portal.pages.families.photos import CODE_KEPT_MS
from services.portal.pages.offices.campaign_choice import all_campaigns
from services.portal.rendering import render, t
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.contracts.upload import RETURNED
from shared.language.permissions import VIEW_PHOTOS

# The next step, by the state of a photo; any other state needs another photo.
NEXT = {"checking": "wait", "archived": "review", "waiting": "teacher"}
# Reasons for which a drawing of a good photo helps.
DRAWN = (
    "no-page",
    "unreadable-qr",
    "page-incomplete",
    "another-sheet",
    "page-two",
    "too-small",
    "blurred",
    "incomplete",
    "wrong-page",
    "another-form",
)
log = logging.getLogger("portal")


def status(photo: str) -> Any:
    """The result of a photo, with one next step; the page refreshes until the result is final."""
    mine = context().photos.get(photo, {})
    if not mine and not context().session:
        raise Refused("photo-elsewhere", "Only the device that sent the photo can see its result.", kind="not-found")
    headers = {"X-Ticket-Token": mine["token"]} if mine.get("token") else {}
    found = services().upload.get(f"/v1/photos/{segment(photo)}", context().token, headers=headers)
    step = "nothing" if found.get("accepted") else NEXT.get(found["state"], "again")
    title, explanation = result_text(found)
    return render(
        "photo.html",
        photo=photo,
        found=found,
        title=title,
        explanation=explanation,
        step=step,
        whose={} if step == "wait" else whose(found, mine),
        drawn=found.get("reason") in DRAWN,
        seen=bool(found.get("pupil")) and has_picture(found) and context().may(VIEW_PHOTOS),
        mine=mine,
    )


def find() -> Any:
    """The photos with a receipt number, for teacher and school."""
    token, typed = signed_in().access, request.args.get("receipt", "")
    problem: Refused | None = None
    items: list[dict[str, Any]] = []
    try:
        if typed.strip():
            items = services().upload.get("/v1/photos", token, {"receipt": typed.strip()})["items"]
    except Refused as refused:
        if "receipt" not in refused.where:
            raise
        problem = refused
    found = [
        {**item, "title": result_text(item)[0], "whose": whose(item, {}), "seen": has_picture(item)} for item in items
    ]
    return render("receipt.html", problem=problem, given={"receipt": typed}, found=found, asked=bool(typed.strip()))


def whose(found: Mapping[str, Any], mine: Mapping[str, str]) -> dict[str, Any]:
    """{name, class_name, school_name, campaign} of the child; {} for who may not know, and while roster is unavailable.

    Accounts learn it of pupils in their scope. By the code on the paper: what stands there, the name masked, without
    the class once the child has left it; not for the device's next user.
    """
    code = mine.get("code", "")
    is_kept = deps().clock.now() - int(mine.get("at", "0")) < CODE_KEPT_MS
    try:
        if found.get("pupil") and context().session:
            return _of_pupil(str(found["pupil"]), str(found["campaign"]))
        if code and is_kept:
            owner = services().roster.post("/v1/upload-codes/owner", {"upload_code": code})
            return {**owner, "name": owner["masked_name"], "campaign": owner["campaign_name"]}
    except Refused as refused:
        log.warning("the child of a photo could not be read", extra={"code": refused.code})
    return {}


def _of_pupil(pupil: str, campaign: str) -> dict[str, Any]:
    token = context().token
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", token)
    names = {each["id"]: each["name"] for each in all_campaigns(services(), token)}
    return {**child, "name": child.get("masked_name") or child.get("name"), "campaign": names.get(campaign, campaign)}


def has_picture(found: Mapping[str, Any]) -> bool:
    """True unless the photo was refused by the check, which keeps no picture, or withdrawn."""
    return found["state"] in ("archived", "waiting") or found.get("reason") in RETURNED


def result_text(found: Mapping[str, Any]) -> tuple[str, str]:
    """Title and explanation of a result; upload's own message for a reason without a text here."""
    state, reason = found["state"], found.get("reason") or ""
    if found.get("accepted"):
        return t("photo.accepted"), t("photo.accepted.text")
    if texts.has(f"photo.{state}.{reason}"):
        return t(f"photo.{state}.{reason}"), t(f"photo.{state}.{reason}.text")
    message = str(found.get(f"message_{context().lang}") or "") if reason else ""
    return t(f"photo.{state}"), message or t(f"photo.{state}.text")
