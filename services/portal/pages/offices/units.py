"""下级单位: the units directly below one, and what a unit above does for one of them: another name, closing."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import all_of, day, filled
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.language.path import last, parent


def show() -> Any:
    """The units directly below the own one, or one of those below it."""
    unit = _unit(request.args.get("unit", "") or signed_in().home)
    below = services().roster.get(f"/v1/units/{segment(unit['code'])}/children", signed_in().access)["items"]
    return render(
        "units.html",
        unit=unit,
        is_own=unit["code"] == signed_in().home,
        open_units=[each for each in below if each["open"]],
        closed_units=[each for each in below if not each["open"]],
    )


def show_one(unit: str) -> Any:
    found = _unit(unit)
    above = last(parent(found["path"]))
    return render("unit.html", unit=found, above=above, is_own=found["code"] == signed_in().home)


def rename(unit: str) -> Any:
    body = all_of(name=lambda: filled("name"), effective_from=lambda: day("effective_from"))
    return _done(unit, "name", body, "unit-renamed")


def close(unit: str) -> Any:
    return _done(unit, "closure", {}, "unit-closed")


def _done(unit: str, act: str, body: dict[str, Any], said: str) -> Any:
    path, key = f"/v1/units/{segment(unit)}/{act}", request.form.get("key", "")
    services().roster.post(path, body, signed_in().access, key)
    return redirect(f"/units/{segment(unit)}?done={said}", 303)


def _unit(code: str) -> dict[str, Any]:
    found: dict[str, Any] = services().roster.get(f"/v1/units/{segment(code)}", signed_in().access)
    return found
