"""The public form of a county that is missing, and the page where its answer code shows how far it is."""

from __future__ import annotations

from typing import Any

from flask import request

from services.portal.dependencies import services
from services.portal.flash import flash, show_on, show_slip
from services.portal.pages.form_fields import all_of, chosen_option, code, filled
from services.portal.rendering import render
from shared.infrastructure.clock import iso
from shared.language import codes

PAGE, ANSWER = "/apply", "/apply/answer"
FIELDS = ("name", "contact_name", "contact")


def show() -> Any:
    """First the province, then the rest; after sending, the answer code."""
    made = flash().result or None
    province = request.args.get("province", "")
    provinces = [] if made else _regions("")
    name = dict(provinces).get(province, "")
    return render(
        "apply.html",
        made=made,
        provinces=provinces,
        province=province if name else "",
        parents=[(province, name), *_regions(province)] if name else [],
    )


def _regions(below: str) -> list[tuple[str, str]]:
    items = services().roster.get("/v1/regions", params={"below": below} if below else {})["items"]
    return [(item["code"], item["name"]) for item in items]


def send() -> Any:
    province = request.form.get("province", "")
    if province not in dict(_regions("")):
        province = ""
    parents = [province, *dict(_regions(province))] if province else []
    given = all_of(
        parent=lambda: chosen_option("parent", parents), **{name: lambda name=name: filled(name) for name in FIELDS}
    )
    body = {**given, "note": request.form.get("note", "").strip()[:500]}
    made = services().identity.post("/v1/public-applications", body, key=request.form.get("key", ""))
    return show_slip(PAGE, answer_code=made["answer_code"])


def show_answer() -> Any:
    return render("apply_answer.html", standing=flash().result or None)


def look_up() -> Any:
    given = {"answer_code": code("answer_code", codes.ANSWER)}
    found = services().identity.post("/v1/public-applications/look-up", given)
    return show_on(ANSWER, **{**found, "at": iso(found["at"]), "since": iso(found["since"])})
