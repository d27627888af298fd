"""The kick-off: accounts for all provinces, cities and counties in one run, and their activation sheets."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash, show_on
from services.portal.rendering import render
from services.portal.request_context import signed_in
from shared.infrastructure.errors import Refused

PAGE = "/kick-off"
AT_ONCE = 4  # provinces in the answer to one form: each takes a second or two, and the page shows how far it is


def show() -> Any:
    items = _provinces()
    total = {name: sum(item[name] for item in items) for name in ("units", "accounts", "activated")}
    left = [item for item in items if item["accounts"] < item["units"]]
    goes_on = request.args.get("go") == "1" and bool(left)
    return render("kick_off.html", items=items, total=total, left=left, goes_on=goes_on, made=flash().result or None)


def open_accounts() -> Any:
    """Open the accounts of the next provinces; what is cut off goes on with the next form."""
    key, refused = request.form.get("key", ""), []
    for item in [item for item in _provinces() if item["accounts"] < item["units"]][:AT_ONCE]:
        body = {"unit": item["code"]}
        done = services().identity.post("/v1/kick-off", body, signed_in().access, f"{key}-{item['code']}")
        refused += done["refused"]
    if refused:
        detail = f"Somebody else has the logins of these units: {', '.join(refused)}."
        raise Refused("logins-taken", detail, kind="conflict", where="unit", extra={"units": ", ".join(refused)})
    return redirect(f"{PAGE}?go=1", 303)


def print_sheets() -> Any:
    """New codes for the accounts of one province that nobody has activated."""
    form = request.form
    province = next((item for item in _provinces() if item["code"] == form.get("unit", "")), None)
    if province is None:
        raise Refused("not-found", "There is no such province.", where="unit")
    body = {"path": province["path"], "confirm": form.get("confirm") == "1"}
    made = services().identity.post("/v1/activation-sheets", body, signed_in().access, form.get("key", ""))
    return show_on(PAGE, id=made["id"], codes=made["codes"], name=province["name"])


def _provinces() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = services().identity.get("/v1/kick-off", signed_in().access)["items"]
    return items
