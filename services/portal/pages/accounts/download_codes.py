"""Download codes (下载码): the leader makes one for a colleague who prints, arrivals from the registry their own."""

from __future__ import annotations

from typing import Any

from flask import request

from services.portal.dependencies import services
from services.portal.flash import flash, show_slip
from services.portal.rendering import render
from services.portal.request_context import signed_in

OTHERS, OWN = "/download-codes", "/download-code"


def show() -> Any:
    """Colleagues who print, each with what became of the last code; the code that was just made."""
    items = services().identity.get("/v1/download-codes", signed_in().access)["items"]
    return render("download_codes.html", items=items, made=flash().result or None)


def make() -> Any:
    """A code for a colleague, to read out or hand over."""
    form = request.form
    body = {"account": form.get("account", "")}
    made = services().identity.post("/v1/download-codes", body, signed_in().access, form.get("key", ""))
    return _shown(OTHERS, made, form.get("name", ""))


def show_own() -> Any:
    return render("download_code.html", made=flash().result or None)


def make_own() -> Any:
    """The own code, in a session that the registry has opened some minutes ago."""
    made = services().identity.post("/v1/me/download-codes", {}, signed_in().access, request.form.get("key", ""))
    return _shown(OWN, made, signed_in().display_name)


def _shown(page: str, made: dict[str, Any], name: str) -> Any:
    return show_slip(page, secret=made["download_code"], ends_at=made["ends_at"], name=name)
