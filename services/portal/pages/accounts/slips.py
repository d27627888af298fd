"""The slip for the owner of an account: to print, fold and seal. It holds an activation or reset code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from services.portal.flash import flash, show_slip
from services.portal.qr import drawn
from services.portal.rendering import render
from shared.infrastructure.errors import Refused
from shared.language import codes


def activation_slip(made: Mapping[str, Any], name: str, unit: Mapping[str, Any], role: str) -> Any:
    """The slip of a new account, from identity's response."""
    at = {"code": unit["code"], "name": unit["name"]}
    address, secret = request.host_url + "a", made["activation_code"]
    return _slip("activation", made, address, secret, name, unit=at, role=role, back="")


def reset_slip(made: Mapping[str, Any], name: str, login: str, role: str, back: str) -> Any:
    """The slip of a reset account, from identity's response. back: where the page's button leads."""
    address, secret = request.host_url + "reset", made["reset_code"]
    return _slip("reset", {"login": login, **made}, address, secret, name, unit=None, role=role, back=back)


def show() -> Any:
    """The slip that a form has just made, for the account that asked for it; for half an hour, of the last few."""
    slip = flash().result
    if not slip:
        raise Refused("slip-over", "The slip is not shown any more.", kind="gone")
    site = request.host_url.rstrip("/")
    if slip["kind"] == "reset":
        address = codes.reset_address(site, slip["secret"])
    else:
        address = codes.activation_address(site, slip["secret"], slip["login"])
    return render("slip.html", qr=drawn(address), **slip)


def _slip(kind: str, made: Mapping[str, Any], address: str, secret: str, name: str, **values: Any) -> Any:
    return show_slip(
        "/slip",
        kind=kind,
        login=made["login"],
        secret=secret,
        address=address.removeprefix("https://").removeprefix("http://"),
        name=name,
        ends_at=made["ends_at"],
        waiting=made["waiting"],
        **values,
    )
