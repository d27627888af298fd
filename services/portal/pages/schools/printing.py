"""Printing of a school's forms: a run of some classes, the lost sheet of one pupil, forms that were corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import deps, services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import all_of, chosen_option
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign, running_campaigns
from services.portal.pages.schools.school import classes
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.texts import text
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.class_names import STAGES, grade_name, grade_of, parse_class_id

COME_BACK_SECONDS = 3
MOST_FORMS = 200  # in one print
ALL = "all"  # classes of the school


def show() -> Any:
    """The form for classes, or for the lost sheet of one pupil if the address names one; the sheet that was made.

    Where this installation asks for one, the form wants a download code, which is made on other pages.
    """
    campaigns = _running()
    campaign = choose_campaign(campaigns, "")
    named = {name: request.args.get(name, "") for name in ("class", "pupil", "campaign")}
    given = {**named, "campaign": named["campaign"] or (campaign["id"] if campaign else "")}
    corrected = _corrected(given["campaign"])
    pupils = [named["pupil"]] if named["pupil"] else [each["pupil"] for each in corrected]
    return render(
        "print.html",
        given=given,
        corrected=corrected,
        pupils=pupils if named["pupil"] or request.args.get("corrected") else [],
        offered=_offered(classes()),
        campaigns=campaigns,
        made=flash().result or None,
        asks_for_code=deps().asks_for_code,
    )


def _corrected(campaign: str) -> list[dict[str, Any]]:
    """The pupils whose forms were corrected after they were printed, as many as one print takes.

    None for a colleague who may print for one class only: single sheets are printed for the school.
    """
    session = signed_in()
    found = parse_class_id(session.home)
    school = segment(found.school if found else session.home)
    if not campaign:
        return []
    address = f"/v1/units/{school}/corrected-forms"
    try:
        items: list[dict[str, Any]] = services().roster.get(address, session.access, {"campaign": campaign})["items"]
    except Refused as refused:
        if refused.code != "outside-scope":
            raise
        return []
    return items[:MOST_FORMS]


def send() -> Any:
    """Print the forms of some classes, or of pupils. A reprint voids earlier sheets: roster asks for a yes."""
    form = request.form
    checks: dict[str, Callable[[], Any]] = {
        "campaign": lambda: chosen_option("campaign", {c["id"] for c in _running()})
    }
    groups = {} if form.get("pupil") else {each["id"]: each["classes"] for each in _offered(classes())}
    if groups:
        checks["class"] = lambda: chosen_option("class", groups)
    given = all_of(**checks)
    chosen = groups.get(given.get("class", ""), [])
    if not groups:
        whose: dict[str, Any] = {"pupils": form.getlist("pupil")[:MOST_FORMS]}
    else:
        whose = {"class": chosen[0]} if len(chosen) == 1 else {"classes": chosen}
    code = {"download_code": form["download_code"]} if form.get("download_code") else {}
    made = _print(given["campaign"], whose | code)
    if groups:
        return redirect(f"/school/print-runs/{segment(made['run'])}?go=1", 303)
    return show_on("/school/print", **{name: made[name] for name in ("print", "forms", "pages", "void")})


def show_run(run: str) -> Any:
    """Progress of a run. After a step that its person has sent, the page sends the next one."""
    found = services().roster.get(f"/v1/print-runs/{segment(run)}", signed_in().access)
    planned = len(found["prints"]) + len(found["left"]) + len(found["empty"])
    done = {each["id"] for item in found["prints"] for each in item["classes"]} | {
        each["id"] for each in found["empty"]
    }
    others = [] if found["left"] or not found["may_go_on"] else [each for each in classes() if each["id"] not in done]
    goes_on = request.args.get("go") == "1" and found["may_go_on"] and bool(found["left"]) and not flash().problem
    return render("print_run.html", found=found, planned=planned, others=others, goes_on=goes_on)


def send_run(run: str) -> Any:
    """Print the next class that is left, or a further one."""
    form = request.form
    campaign = services().roster.get(f"/v1/print-runs/{segment(run)}", signed_in().access)["campaign"]
    further = {"class": chosen_option("class", {each["id"] for each in classes()})} if "class" in form else {}
    _print(campaign, {**further, "run": run})
    return redirect(f"/school/print-runs/{segment(run)}?go=1", 303)


def run_archive(run: str) -> Any:
    """The pages of a run as they are made, class by class."""
    try:
        chunks, kind = services().roster.stream(f"/v1/print-runs/{segment(run)}/forms.zip", signed_in().access)
    except Refused as refused:
        return _queue(refused)
    headers = {"Content-Disposition": f'attachment; filename="forms-{segment(run)}.zip"', "X-Accel-Buffering": "no"}
    return Response(chunks, content_type=kind, headers=headers)


def forms_pdf(print_id: str) -> Any:
    """The pages of a print."""
    try:
        content, kind = services().roster.fetch(f"/v1/prints/{segment(print_id)}/forms.pdf", signed_in().access)
    except Refused as refused:
        return _queue(refused)
    return Response(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="forms-{segment(print_id)}.pdf"'}
    )


def _queue(refused: Refused) -> Any:
    """A page that says how many are ahead and comes back by itself. Raises any other refusal."""
    if refused.code != "busy":
        raise refused
    return render("queue.html", ahead=int(refused.extra.get("ahead", 0)), seconds=COME_BACK_SECONDS)


def _print(campaign: str, asked: dict[str, Any]) -> dict[str, Any]:
    form, confirm = request.form, {"confirm": True} if request.form.get("confirm") else {}
    address = f"/v1/campaigns/{segment(campaign)}/prints"
    return services().roster.post(address, asked | confirm, signed_in().access, form.get("key", ""))


def _running() -> list[dict[str, Any]]:
    """The campaigns whose forms are printed: those that accept photos."""
    return running_campaigns(all_campaigns(services(), signed_in().access))


def _offered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices for a run: the whole school, a grade, a class; each with its classes."""
    grades: dict[str, list[str]] = {}
    for each in found:
        if parsed := parse_class_id(each["id"]):
            grades.setdefault(f"{parsed.stage}{parsed.entry_year}", []).append(each["id"])
    several = {ALL: [each["id"] for each in found]} if len(grades) > 1 else {}
    several |= {grade: ids for grade, ids in grades.items() if len(ids) > 1}
    groups = [{"id": id, "name": _group_name(id, ids), "classes": ids} for id, ids in several.items()]
    return groups + [{"id": each["id"], "name": each["name"], "classes": [each["id"]]} for each in found]


def _group_name(id: str, ids: list[str]) -> str:
    if id == ALL:
        return text(context().lang, "print.school", n=len(ids))
    grade = grade_name(id[0], grade_of(int(id[1:]), day_of(deps().clock.now())))
    return text(context().lang, "print.grade", grade=STAGES["x"] + grade if id[0] == "x" else grade, n=len(ids))
