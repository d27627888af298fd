"""权限: what a colleague of the own unit may do beyond the role, where, and from which day to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.accounts.changes import named
from services.portal.pages.accounts.staff import below, own_unit
from services.portal.pages.form_fields import all_of, chosen_option, iso_day
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.path import child
from shared.language.permissions import CATALOGUE

CHANGES = ("grants", "grants/revocations")


def show(account: str) -> Any:
    """The grants of a colleague, each with a button that ends it, and a form for another one."""
    item = _colleague(account)
    return render(
        "grants.html", item=item, grants=named(item.get("grants") or []), offered=_offered(), places=_places()
    )


def change(account: str) -> Any:
    """Give a permission, or take one away."""
    form, change = request.form, chosen_option("change", CHANGES)
    body = {"permission": form.get("permission", ""), "path": form.get("path", "")}
    if change == "grants":
        body = all_of(
            permission=lambda: chosen_option("permission", _offered()),
            path=lambda: chosen_option("path", {path for path, _ in _places()}),
            first_day=lambda: iso_day(form.get("first_day", ""), "first_day"),
            last_day=lambda: iso_day(form.get("last_day", ""), "last_day"),
        )
    address = f"/v1/accounts/{segment(account)}/{change}"
    services().identity.post(address, body, signed_in().access, form.get("key", ""))
    return redirect(f"/accounts/{segment(account)}/grants?done={'granted' if change == 'grants' else 'revoked'}", 303)


def _colleague(account: str) -> Mapping[str, Any]:
    items = services().identity.get("/v1/accounts", signed_in().access, {"under": signed_in().paths[0]})["items"]
    found = next((item for item in items if item["id"] == account), None)
    if found is None:
        raise Refused("not-found", "There is no such account of this unit.")
    return dict(found)


def _offered() -> list[str]:
    """The permissions that the own role holds and may grant. Identity decides."""
    return [name for name, each in CATALOGUE.items() if each.grantable and roles.may(signed_in().role, each)]


def _places() -> list[tuple[str, str]]:
    """The own unit and those directly below it: (path, name)."""
    unit = own_unit()
    return [(unit["path"], unit["name"]), *((child(unit["path"], each["code"]), each["name"]) for each in below(unit))]
