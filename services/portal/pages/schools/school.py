"""A school's page for its registry admin: classes, roster import, printing of forms."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, chosen_option, whole_number
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign, running_campaigns
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES, parse_class_id

IMPORT_LIMIT = 12 << 20
ERRORS_SHOWN = 500
ANSWER = "answer-"
COME_BACK_SECONDS = 3


def show() -> Any:
    session = signed_in()
    return render(
        "school.html",
        unit=services().roster.get(f"/v1/units/{segment(session.home)}", session.access),
        classes=classes(),
        stages=tuple(STAGES),
    )


def classes() -> list[dict[str, Any]]:
    """The classes of the own school; who teaches one and may print is of its school, too."""
    session = signed_in()
    found = parse_class_id(session.home)
    address = f"/v1/units/{segment(found.school if found else session.home)}/classes"
    items: list[dict[str, Any]] = services().roster.get(address, session.access)["items"]
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


def show_import() -> Any:
    """The form, below the report of an import if the address names one."""
    report = request.args.get("report", "")
    read = services().roster.get(f"/v1/imports/{segment(report)}", signed_in().access) if report else None
    return render("import.html", result=read, shown=ERRORS_SHOWN)


def send_import() -> Any:
    """Import the registry's file and show the report, also that of a large change which needs a yes first.

    dry_run: check only, save nothing. confirm: the yes; asked: the one that the page has asked for.
    answer-<question>: a pupil, "new", or "" to leave it open.
    """
    session, dry_run = signed_in(), request.form.get("dry_run") == "1"
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        raise Refused("no-file", "Choose the file first.", where="file")
    ending = ".csv" if chosen.filename.lower().endswith(".csv") else ".xlsx"
    try:
        report = services().roster.send_file(
            f"/v1/units/{segment(session.home)}/imports",
            "file",
            (f"roster{ending}", chosen.stream, chosen.mimetype),
            _answers(),
            session.access,
            request.form.get("key", "") + ("-dry" if dry_run else ""),
            params={
                **({"dry_run": "1"} if dry_run else {}),
                **({"confirm": request.form["confirm"]} if request.form.get("confirm") else {}),
            },
        )["import"]
    except Refused as refused:
        if refused.code != "confirmation-needed":
            raise
        report = refused.extra["import"]
        if not dry_run and not request.form.get("confirm") and request.form.get("asked") == refused.extra["confirm"]:
            raise Refused("not-ticked", "Tick the box to confirm the change.", where="confirm") from refused
    return redirect(f"/school/import?report={segment(report)}", 303)


def _answers() -> dict[str, str]:
    """The form field with the chosen answers, absent without any."""
    given = {
        name.removeprefix(ANSWER): value for name, value in request.form.items() if name.startswith(ANSWER) and value
    }
    return {"answers": json.dumps(given)} if given else {}


def show_print() -> Any:
    campaigns = _running()
    campaign = choose_campaign(campaigns, "")
    given = {"class": request.args.get("class", ""), "campaign": campaign["id"] if campaign else ""}
    made = flash().result or None
    return render("print.html", given=given, classes=classes(), campaigns=campaigns, made=made)


def _running() -> list[dict[str, Any]]:
    """The campaigns whose forms are printed: those that accept photos."""
    return running_campaigns(all_campaigns(services(), signed_in().access))


def send_print() -> Any:
    """Print the forms of a class or of one pupil. Reprinting voids earlier sheets; the page warns of it."""
    session, form = signed_in(), request.form
    chosen = {"campaign": lambda: chosen_option("campaign", {c["id"] for c in _running()})}
    if not form.get("pupil"):
        chosen["class"] = lambda: chosen_option("class", {c["id"] for c in classes()})
    given = all_of(**chosen)
    campaign = given.pop("campaign")
    body = given or {"pupils": [form["pupil"]]}
    made = services().roster.post(
        f"/v1/campaigns/{segment(campaign)}/prints", body, session.access, form.get("key", "")
    )
    return show_on("/school/print", **{name: made[name] for name in ("print", "forms", "pages")})


def forms_pdf(print_id: str) -> Any:
    """The pages of a print; while others are served, a page that says how many are ahead and comes back by itself."""
    try:
        content, kind = services().roster.fetch(f"/v1/prints/{segment(print_id)}/forms.pdf", signed_in().access)
    except Refused as refused:
        if refused.code != "busy":
            raise
        return render("queue.html", ahead=int(refused.extra.get("ahead", 0)), seconds=COME_BACK_SECONDS)
    return Response(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="forms-{segment(print_id)}.pdf"'}
    )
