"""Activation sheets of a school's class teachers (班主任平台信息表): print new codes, open the PDF or a ZIP."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, request

from services.portal.dependencies import services
from services.portal.flash import flash, show_on
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment

LAYOUTS = ("pages", "list")
NEEDS_CODE = ("not-activated", "activation-ended")


def show() -> Any:
    """The teachers by state, and the form; after a print, the way to its PDF."""
    items = services().identity.get("/v1/accounts", signed_in().access)["items"]
    teachers = [item for item in items if item["role"] == "teacher" and item.get("state") != "closed"]
    states = Counter(item.get("state") in NEEDS_CODE for item in teachers)
    return render("sheets.html", pending=states[True], active=states[False], made=flash().result or None)


def send() -> Any:
    """Make new codes. The first try refuses if that voids others, and the page then asks for the yes."""
    school = services().roster.get(f"/v1/units/{segment(signed_in().home)}", signed_in().access)
    body = {"path": school["path"], "confirm": request.form.get("confirm") == "1"}
    made = services().identity.post("/v1/activation-sheets", body, signed_in().access, request.form.get("key", ""))
    return show_on("/school/sheets", **{name: made[name] for name in ("id", "codes", "without")})


def pdf(sheets: str, file: str = "") -> Any:
    """file: of the accounts, where the address names it."""
    return _fetched(sheets, "pdf", "inline")


def archive(sheets: str, file: str = "") -> Any:
    """A ZIP with a PDF for each unit that hands sheets out."""
    return _fetched(sheets, "zip", "attachment")


def _fetched(sheets: str, kind: str, how: str) -> Response:
    layout = request.args.get("layout", "")
    query = f"?layout={layout}" if layout in LAYOUTS else ""
    address = f"/v1/activation-sheets/{segment(sheets)}/sheets.{kind}{query}"
    content, content_type = services().identity.fetch(address, signed_in().access)
    headers = {"Content-Disposition": f'{how}; filename="sheets-{segment(sheets)}.{kind}"'}
    return Response(content, content_type=content_type, headers=headers)
