"""A pupil's page for its school: changes of class and state (学籍异动)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import all_of, chosen_option
from services.portal.pages.schools.school import classes
from services.portal.rendering import name_of_class
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.permissions import CORRECT_PUPILS

IN_SCHOOL = "in-school"
GOING = ("suspended", "left", "abroad", "missing", "graduated")
MOST_REASON = 200


def kinds_for(child: Mapping[str, Any]) -> Sequence[str]:
    """The changes of state that make sense now; none for those who may not make any."""
    if not context().may(CORRECT_PUPILS):
        return ()
    states = GOING if child["state"] == IN_SCHOOL else ("resumed", *(k for k in GOING if k != child["state"]))
    return (*states, "business-closed" if child["business"] else "business-opened")


def classes_for(child: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The other classes of the pupil's school, as options; none for those who may not move anybody."""
    if not context().may(CORRECT_PUPILS):
        return []
    return [(each["id"], name_of_class(each["id"])) for each in classes() if each["id"] != child["class"]]


def change(class_id: str, pupil: str) -> Any:
    """Move the pupil to another class, or change its state: then with a tick, because figures follow."""
    form = request.form
    if form.get("kind") == "class-moved":
        body = {"kind": "class-moved", "class": chosen_option("class", {each["id"] for each in classes()})}
    else:
        kinds = {"resumed", *GOING, "business-opened", "business-closed"}
        body = all_of(kind=lambda: chosen_option("kind", kinds), confirm=_ticked, reason=_reason)
        del body["confirm"]
    address = f"/v1/pupils/{segment(pupil)}/changes"
    now = services().roster.post(address, body, signed_in().access, form.get("key", ""))
    return redirect(f"/class/{segment(now['class'])}/pupils/{segment(pupil)}?done=pupil-changed", 303)


def _ticked() -> None:
    if not request.form.get("confirm"):
        raise Refused("tick-needed", "Tick the box to confirm the change.", where="confirm")


def _reason() -> str:
    text = request.form.get("reason", "").strip()
    if len(text) > MOST_REASON:
        raise Refused("too-long", f"At most {MOST_REASON} characters.", where="reason", extra={"most": MOST_REASON})
    return text
