"""更正审批: corrections of key fields that wait for the leader or a bureau, and the decision on one of them."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash
from services.portal.pages.schools.arrivals import decision
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.language.permissions import APPROVE_CORRECTIONS, CONFIRM_CORRECTIONS, ENTER_CORRECTIONS

LEADER, BUREAU = "leader", "bureau"
STEPS = {LEADER: ("approval", APPROVE_CORRECTIONS), BUREAU: ("confirmation", CONFIRM_CORRECTIONS)}


def show() -> Any:
    """The corrections that wait in the own school, or for the bureaus of the own region, masked."""
    session = signed_in()
    found = services().roster.get(f"/v1/units/{segment(session.home)}/waiting-corrections", session.access)
    is_school = context().may(ENTER_CORRECTIONS) or context().may(APPROVE_CORRECTIONS)
    mine = LEADER if context().may(APPROVE_CORRECTIONS) else BUREAU if not is_school else ""
    items = sorted(found["items"], key=lambda item: item["status"] != mine)
    return render("corrections.html", found=found, items=items, is_school=is_school, mine=mine)


def show_one(pupil: str, correction: str) -> Any:
    """One in full, beside its proof; the decision for the side that it waits for."""
    item = services().roster.get(_address(pupil, correction), signed_in().access)
    step, permission = STEPS.get(item["status"], ("", None))
    decides = permission is not None and context().may(permission) and not item["own"]
    return render("correction.html", item=item, step=step if decides else "", kept=flash().given)


def approve(pupil: str, correction: str) -> Any:
    return _decide(pupil, correction, "approval")


def confirm(pupil: str, correction: str) -> Any:
    return _decide(pupil, correction, "confirmation")


def _decide(pupil: str, correction: str, step: str) -> Any:
    body, address = decision(), f"{_address(pupil, correction)}/{step}"
    services().roster.post(address, body, signed_in().access, request.form.get("key", ""))
    return redirect(f"/corrections?done=correction-{step if body['accept'] else 'refused'}", 303)


def proof(pupil: str, correction: str) -> Any:
    """The proof as a file to save: it comes from outside, and no page of ours shows it."""
    content, kind = services().roster.fetch(f"{_address(pupil, correction)}/proof", signed_in().access)
    ending = kind.rpartition("/")[2]
    headers = {"Content-Disposition": f'attachment; filename="proof.{ending}"'}
    return Response(content, content_type=kind, headers=headers)


def _address(pupil: str, correction: str) -> str:
    return f"/v1/pupils/{segment(pupil)}/corrections/{segment(correction)}"
