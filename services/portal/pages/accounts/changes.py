"""Changes of existing accounts: accepted, closed, given a class; and the history that tells of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.accounts.slips import activation_slip
from services.portal.pages.accounts.staff import accounts_of
from services.portal.pages.form_fields import all_of, chosen_option, filled, login
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.language.path import last


def history(account: str) -> Any:
    items = services().identity.get(f"/v1/accounts/{segment(account)}/history", signed_in().access)["items"]
    return render("account_history.html", items=named(items))


def named(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with the name of the unit or class that each is about, "" without one."""
    codes = {item["path"]: last(item["path"]) for item in items if item["path"]}
    names = unit_names(codes.values())
    return [{**item, "place": names.get(codes.get(item["path"], ""), "")} for item in items]


def decide() -> Any:
    """Say yes or no to a waiting school account."""
    accept = chosen_option("accept", ("yes", "no")) == "yes"
    _send("acceptance", {"accept": accept})
    return redirect(f"/accounts?done={'accepted' if accept else 'rejected'}", 303)


def lift_lock() -> Any:
    """Let the owner try to sign in again at once."""
    _send("lock", {}, method="DELETE")
    return _back("unlocked")


def reset_second_factor() -> Any:
    """Take the second factor away, for an owner who has lost the device."""
    _send("second-factor-reset", {})
    return _back("second-factor-reset")


def close() -> Any:
    _send("closure", {})
    return _back("closed")


def hand_over() -> Any:
    """End the account and make the slip for the person who takes its place."""
    form = request.form
    body = all_of(display_name=lambda: filled("display_name"), login=login)
    account, unit = segment(form.get("account", "")), form.get("unit", "")
    made = services().identity.post(f"/v1/accounts/{account}/hand-over", body, signed_in().access, form.get("key", ""))
    return activation_slip(
        made, body["display_name"], {"code": unit, "name": unit_names([unit]).get(unit, "")}, form.get("role", "")
    )


def change_classes() -> Any:
    """Give a teacher a class or take one away."""
    change = chosen_option("change", ("paths", "paths/revocations"))
    _send(change, {"path": request.form.get("path", "")})
    return _back("classes")


def _send(what: str, body: dict[str, Any], method: str = "POST") -> None:
    form = request.form
    address = f"/v1/accounts/{segment(form.get('account', ''))}/{what}"
    services().identity.post(address, body, signed_in().access, form.get("key", ""), method=method)


def _back(done: str) -> Any:
    address = accounts_of(request.form.get("unit", ""))
    return redirect(f"{address}{'&' if '?' in address else '?'}done={done}", 303)
