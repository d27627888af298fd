"""变更栏: what the family wrote on the form, typed in beside the photo."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.schools.correction_fields import CLASS, GROUPS, NAMES, OPTIONS
from services.portal.pages.schools.school import classes
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import File, segment
from shared.infrastructure.errors import Refused
from shared.language.permissions import VIEW_PHOTOS

OF_VALUE = re.compile(r"fields\.(\w+)\.value")
LIMIT = 9 << 20  # a proof of 8 MB, and the form around it


def show(class_id: str, pupil: str) -> Any:
    """The form beside the photo that the address names, if it is of this pupil; below it the child's history."""
    token = signed_in().access
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", token)
    return render(
        "corrections_enter.html",
        class_id=class_id,
        child={**child, "pupil": pupil},
        photo=_photo_of(pupil, request.args.get("photo", "")),
        groups=GROUPS,
        options=OPTIONS,
        classes=[each for each in classes() if each["id"] != child["class"]],
        items=items_of(pupil),
    )


def items_of(pupil: str) -> list[dict[str, Any]]:
    """The corrections of a pupil, the newest first, as far as the account may see them."""
    items: list[dict[str, Any]] = services().roster.get(f"/v1/pupils/{segment(pupil)}/corrections", signed_in().access)[
        "items"
    ]
    return items


def _photo_of(pupil: str, photo: str) -> str:
    """The photo if it is of this pupil, else "": an address can name any."""
    if not photo or not context().may(VIEW_PHOTOS):
        return ""
    try:
        found = services().upload.get(f"/v1/photos/{segment(photo)}", signed_in().access)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return ""
    return photo if found.get("pupil") == pupil else ""


def send(class_id: str, pupil: str) -> Any:
    """Enter what is filled in. All that is wrong is told at its field."""
    form, proof = request.form, request.files.get("proof")
    fields = {name: form[name].strip() for name in (*NAMES, CLASS) if form.get(name, "").strip()}
    if not fields:
        raise Refused("no-corrections", "Fill in at least one field.", where="name")
    address, file = f"/v1/pupils/{segment(pupil)}/corrections", None
    if proof is not None and proof.filename:
        file = ("proof", proof.stream, "application/octet-stream")
    try:
        made = _send(address, fields, file)
    except Refused as refused:
        raise _at_its_fields(refused) from refused
    photo = f"photo={segment(form['photo'])}&" if form.get("photo") else ""
    done = "both" if made["applied"] and made["waiting"] else "applied" if made["applied"] else "waiting"
    back = f"/class/{segment(class_id)}/pupils/{segment(pupil)}/corrections"
    return redirect(f"{back}?{photo}done=corrections-{done}", 303)


def _send(address: str, fields: dict[str, str], file: File | None) -> dict[str, Any]:
    told, key = {"fields": json.dumps(fields, ensure_ascii=False)}, request.form.get("key", "")
    if file is None:
        return services().roster.send_fields(address, told, signed_in().access, key)
    return services().roster.send_file(address, "proof", file, told, signed_in().access, key)


def _at_its_fields(refused: Refused) -> Refused:
    """The refusal of wrong values, as forms show one: each at its field."""
    if refused.code == "bad-correction":
        errors = [
            {"where": each["field"], "code": each["code"], "what": each["en"], "extra": {"message_zh": each["zh"]}}
            for each in refused.extra["reasons"]
        ]
    elif refused.code == "bad-fields":  # "fields.name.value": a value with control characters, or too long
        errors = [{**each, "where": OF_VALUE.sub(r"\1", each["where"])} for each in refused.extra.get("errors", ())]
    else:
        return refused
    where = ", ".join(each["where"] for each in errors)
    return Refused("bad-fields", refused.detail, where=where, extra={"errors": errors})


def withdraw(class_id: str, pupil: str) -> Any:
    id = segment(request.form.get("correction", ""))
    address = f"/v1/pupils/{segment(pupil)}/corrections/{id}/withdrawal"
    services().roster.post(address, {}, signed_in().access, request.form.get("key", ""))
    return redirect(f"/class/{segment(class_id)}/pupils/{segment(pupil)}/corrections?done=correction-withdrawn", 303)
