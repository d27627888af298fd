"""The own second factor: a device is set up with the QR of its key and its first code, recovery codes are printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import ask_on, flash, show_again, show_slip
from services.portal.local_address import local
from services.portal.qr import drawn
from services.portal.rendering import landing, render
from services.portal.request_context import context, signed_in
from shared.infrastructure.errors import Refused

PAGE, DEVICE, CODES = "/second-factor", "/second-factor/device", "/second-factor/codes"
ROUTE = "/v1/me/second-factor"


def show() -> Any:
    state = services().identity.get(ROUTE, signed_in().access)
    return render("second_factor.html", state=state, next=local(request.args.get("next", "/")))


def begin() -> Any:
    """Make a key; the page after it shows it, for half an hour."""
    made = services().identity.post(ROUTE, {}, signed_in().access, request.form.get("key", ""))
    return show_slip(DEVICE, uri=made["uri"], secret=made["key"], next=local(request.form.get("next", "/")))


def show_device() -> Any:
    slip = flash().result
    if not slip:
        return ask_on(PAGE, flash().problem) if flash().problem else redirect(PAGE, 303)
    return render("second_factor_device.html", qr=drawn(slip["uri"]), kept=request.args.get("kept", ""), **slip)


def confirm() -> Any:
    """Put the device in force with its first code; the session goes on with what the account may do now."""
    slip = flash().result
    if not slip:
        raise Refused("second-factor-not-begun", "The key is not shown any more; begin again.", kind="conflict")
    session, code = signed_in(), request.form.get("code", "").strip() or "-"
    try:
        made = services().identity.post(
            f"{ROUTE}/confirmation", {"code": code}, session.access, request.form.get("key", "")
        )
    except Refused as refused:
        if refused.code != "second-factor-wrong" and refused.status < 500:
            raise  # the key is of no use any more; after an outage it is, and is shown again
        return show_again(DEVICE, refused, **slip)
    renewed = deps().sign_in.renew(session)
    context().set_session(replace(renewed, proved_at=deps().clock.now()))
    return show_slip(CODES, codes=made["recovery_codes"], next=slip["next"])


def renew_codes() -> Any:
    made = services().identity.post("/v1/me/recovery-codes", {}, signed_in().access, request.form.get("key", ""))
    return show_slip(CODES, codes=made["recovery_codes"], next=PAGE)


def show_codes() -> Any:
    slip = flash().result
    if not slip:
        raise Refused("slip-over", "The codes are not shown any more.", kind="gone")
    return render("recovery_codes.html", codes=slip["codes"], next=landing() if slip["next"] == "/" else slip["next"])
