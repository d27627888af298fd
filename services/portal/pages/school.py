"""For the school's registry admin: the roster file, classes, forms to print."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request

from services.portal.campaigns import all_of, chosen
from services.portal.forms import chosen_in
from services.portal.render import render
from services.portal.request_context import services, signed_in
from services.portal.service_client import name
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES

ADMINS = ("school",)
IMPORT_LIMIT = 12 << 20
ERRORS_SHOWN = 500
MOST_DIGITS = 9


def show() -> Any:
    session = signed_in()
    return render(
        "school.html",
        unit=services().roster.get(f"/v1/units/{name(session.home)}", session.access),
        classes=classes(),
        stages=tuple(STAGES),
    )


def classes() -> list[dict[str, Any]]:
    session = signed_in()
    items: list[dict[str, Any]] = services().roster.get(f"/v1/units/{name(session.home)}/classes", session.access)[
        "items"
    ]
    return sorted(items, key=lambda c: (str(c.get("stage", "")), -int(c.get("entry_year", 0)), int(c.get("number", 0))))


def open_class() -> Any:
    session, form = signed_in(), request.form
    try:
        asked = {"stage": chosen_in("stage", STAGES), "entry_year": _whole("entry_year"), "number": _whole("number")}
        services().roster.post(f"/v1/units/{name(session.home)}/classes", asked, session.access, form.get("key", ""))
    except Refused as refused:
        unit = services().roster.get(f"/v1/units/{name(session.home)}", session.access)
        return render("school.html", problem=refused, given=form, unit=unit, classes=classes(), stages=tuple(STAGES))
    return redirect("/school?done=class", 303)


def _whole(field: str) -> int:
    text = request.form.get(field, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise Refused("not-a-number", "Write digits only.", where=field)
    return int(text)


def show_import() -> Any:
    return render("import.html", result=None, shown=ERRORS_SHOWN)


def send_import() -> Any:
    """The registry's file; rows with errors are shown and do not stop the others. dry_run: only look."""
    session, dry_run = signed_in(), request.form.get("dry_run") == "1"
    chosen = request.files.get("file")
    try:
        if chosen is None or not chosen.filename:
            raise Refused("no-file", "Choose the file first.", where="file")
        ending = ".csv" if chosen.filename.lower().endswith(".csv") else ".xlsx"
        result = services().roster.send_file(
            f"/v1/units/{name(session.home)}/imports",
            "file",
            (f"roster{ending}", chosen.stream, chosen.mimetype),
            {},
            session.access,
            request.form.get("key", "") + ("-dry" if dry_run else ""),
            params={"dry_run": "1"} if dry_run else {},
        )
    except Refused as refused:
        return render("import.html", problem=refused, given=request.form, result=None, shown=ERRORS_SHOWN)
    return render("import.html", result=result, dry_run=dry_run, shown=ERRORS_SHOWN)


def show_print() -> Any:
    campaigns = _open_campaigns()
    meant = chosen(campaigns, "")
    given = {"class": request.args.get("class", ""), "campaign": meant["id"] if meant else ""}
    return render("print.html", given=given, classes=classes(), campaigns=campaigns, made=None)


def _open_campaigns() -> list[dict[str, Any]]:
    return [campaign for campaign in all_of(services(), signed_in().access) if campaign.get("open")]


def send_print() -> Any:
    """Forms of a class, or of one pupil of it. Printing again voids the sheets before: the page says so before the tap."""
    session, form = signed_in(), request.form
    try:
        campaign = chosen_in("campaign", {c["id"] for c in _open_campaigns()})
        asked = (
            {"pupils": [form["pupil"]]}
            if form.get("pupil")
            else {"class": chosen_in("class", {c["id"] for c in classes()})}
        )
        made = services().roster.post(
            f"/v1/campaigns/{name(campaign)}/prints", asked, session.access, form.get("key", "")
        )
    except Refused as refused:
        if form.get("pupil"):
            raise  # never the form of the whole class in the place of one sheet
        return render(
            "print.html", problem=refused, given=form, classes=classes(), campaigns=_open_campaigns(), made=None
        )
    return render("print.html", classes=classes(), campaigns=[], made=made)


def forms_pdf(print_id: str) -> Any:
    content, kind = services().roster.fetch(f"/v1/prints/{name(print_id)}/forms.pdf", signed_in().access)
    return Response(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="forms-{name(print_id)}.pdf"'}
    )
