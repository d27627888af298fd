"""A school's pages for its registry admin: classes, printing of forms."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, chosen_option, whole_number
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign, running_campaigns
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES, parse_class_id

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


def show_print() -> Any:
    """The form for a class, or for the lost sheet of one pupil if the address names one; what was made, if anything.

    Where this installation asks for one, the form wants a download code, which is made on other pages.
    """
    campaigns = _running()
    campaign = choose_campaign(campaigns, "")
    named = {name: request.args.get(name, "") for name in ("class", "pupil", "campaign")}
    given = {**named, "campaign": named["campaign"] or (campaign["id"] if campaign else "")}
    made = flash().result or None
    return render(
        "print.html", given=given, classes=classes(), campaigns=campaigns, made=made, asks_for_code=deps().asks_for_code
    )


def _running() -> list[dict[str, Any]]:
    """The campaigns whose forms are printed: those that accept photos."""
    return running_campaigns(all_campaigns(services(), signed_in().access))


def send_print() -> Any:
    """Print the forms of a class or of one pupil. A reprint voids earlier sheets: roster asks for a yes.

    run: instead of a download code, the print that began a run, for another class.
    """
    session, form = signed_in(), request.form
    chosen = {"campaign": lambda: chosen_option("campaign", {c["id"] for c in _running()})}
    if not form.get("pupil"):
        chosen["class"] = lambda: chosen_option("class", {c["id"] for c in classes()})
    given = all_of(**chosen)
    campaign = given.pop("campaign")
    body = {
        **(given or {"pupils": [form["pupil"]]}),
        **{name: form[name] for name in ("download_code", "run") if form.get(name)},
        **({"confirm": True} if form.get("confirm") else {}),
    }
    made = services().roster.post(
        f"/v1/campaigns/{segment(campaign)}/prints", body, session.access, form.get("key", "")
    )
    shown = {name: made[name] for name in ("print", "forms", "pages", "void", "run", "run_ends_at")}
    printed = [*form.getlist("printed"), given["class"]] if given else []  # of the run, for a page that offers others
    return show_on("/school/print", **shown, campaign=campaign, printed=printed)


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
