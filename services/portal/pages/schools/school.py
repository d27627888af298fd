"""A school's page for its registry admin: its classes."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.pages.form_fields import all_of, chosen_option, whole_number
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.language.class_names import STAGES, parse_class_id


def show() -> Any:
    session = signed_in()
    return render(
        "school.html",
        unit=services().roster.get(f"/v1/units/{segment(session.home)}", session.access),
        classes=classes(with_closed=True),
        stages=tuple(STAGES),
    )


def classes(*, with_closed: bool = False) -> list[dict[str, Any]]:
    """The open classes of the own school; who teaches one and may print is of its school, too."""
    session = signed_in()
    found = parse_class_id(session.home)
    address = f"/v1/units/{segment(found.school if found else session.home)}/classes"
    items: list[dict[str, Any]] = services().roster.get(address, session.access)["items"]
    items = [each for each in items if each.get("open", True) or with_closed]
    return sorted(items, key=lambda c: (str(c.get("stage", "")), -int(c.get("entry_year", 0)), int(c.get("number", 0))))


def open_class() -> Any:
    session, form = signed_in(), request.form
    body = all_of(
        stage=lambda: chosen_option("stage", STAGES),
        entry_year=lambda: whole_number("entry_year"),
        number=lambda: whole_number("number"),
    )
    services().roster.post(f"/v1/units/{segment(session.home)}/classes", body, session.access, form.get("key", ""))
    return redirect("/school?done=class", 303)


def close_class(class_id: str) -> Any:
    path = f"/v1/classes/{segment(class_id)}/closure"
    services().roster.post(path, {}, signed_in().access, request.form.get("key", ""))
    return redirect("/school?done=class-closed", 303)
