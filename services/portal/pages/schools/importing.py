"""A school's page for its roster file: sent once, looked at, imported; with its problems marked on the way."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused

IMPORT_LIMIT = 12 << 20
ERRORS_SHOWN = 500
ANSWER = "answer-"
CHANGING = ("changed", "moved", "rejoined", "proposed")  # outcomes of rows with something before and after


def show_import() -> Any:
    """The form, below the report of an import if the address names one."""
    report = request.args.get("report", "")
    read = _report(report) if report else None
    return render("import.html", result=read, shown=ERRORS_SHOWN, changed=_changed(read) if read else [])


def _report(id: str) -> dict[str, Any]:
    """The report of an import. A roster of the release before keeps no file and knows no parts."""
    before = {"kept_until": 0, "left_out": 0, "classes": [], "take": {"classes": [], "kinds": []}}
    return {**before, **services().roster.get(f"/v1/imports/{segment(id)}", signed_in().access)}


def _changed(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The pupils whom a trial run would change; none once its file is no longer kept."""
    if not (report["dry_run"] and report["kept_until"] and any(report[name] for name in CHANGING)):
        return []
    try:
        address = f"/v1/imports/{segment(report['import'])}/changes"
        items: list[dict[str, Any]] = services().roster.get(address, signed_in().access)["items"]
    except Refused as refused:
        if refused.code != "file-not-kept":
            raise
        return []
    return items


def send_import() -> Any:
    """Import a file, or the one that is kept, and show the report, also that of a large change that needs a yes first.

    kept: the import whose file is meant where none is chosen. dry_run: check only, save nothing. confirm: the yes;
    asked: the one that the page has asked for. answer-<question>: a pupil, "new", or "" to leave it open.
    take-class, take-kind: parts of the kept file.
    """
    form, dry_run = request.form, request.form.get("dry_run") == "1"
    key = form.get("key", "") + ("-dry" if dry_run else "")
    chosen = request.files.get("file")
    is_chosen = chosen is not None and bool(chosen.filename)
    if not is_chosen and not form.get("kept"):
        raise Refused("no-file", "Choose the file first.", where="file")
    if is_chosen and _parts():
        raise Refused("parts-of-new-file", "Run the file on trial first, then choose parts of it.", where="file")
    try:
        report = _send(key, dry_run=dry_run) if is_chosen else _run_kept(form["kept"], key, dry_run=dry_run)
    except Refused as refused:
        if refused.code != "confirmation-needed":
            raise
        report = refused.extra["import"]
        if not dry_run and not form.get("confirm") and form.get("asked") == refused.extra["confirm"]:
            raise Refused("not-ticked", "Tick the box to confirm the change.", where="confirm") from refused
    return redirect(f"/school/import?report={segment(report)}", 303)


def _send(key: str, *, dry_run: bool) -> str:
    """The import of the chosen file."""
    session, form, chosen = signed_in(), request.form, request.files["file"]
    ending = ".csv" if (chosen.filename or "").lower().endswith(".csv") else ".xlsx"
    answers = _answers()
    made = services().roster.send_file(
        f"/v1/units/{segment(session.home)}/imports",
        "file",
        (f"roster{ending}", chosen.stream, chosen.mimetype),
        {"answers": json.dumps(answers)} if answers else {},
        session.access,
        key,
        params={
            **({"dry_run": "1"} if dry_run else {}),
            **({"confirm": form["confirm"]} if form.get("confirm") else {}),
        },
    )
    return str(made["import"])


def _run_kept(kept: str, key: str, *, dry_run: bool) -> str:
    """The import of the kept file."""
    asked = {"dry_run": dry_run, "confirm": request.form.get("confirm", ""), "answers": _answers(), **_parts()}
    made = services().roster.post(f"/v1/imports/{segment(kept)}/runs", asked, signed_in().access, key)
    return str(made["import"])


def _answers() -> dict[str, str]:
    return {
        name.removeprefix(ANSWER): value for name, value in request.form.items() if name.startswith(ANSWER) and value
    }


def _parts() -> dict[str, Any]:
    """The parts of the file that are chosen; nothing for the whole file."""
    classes, kinds = request.form.getlist("take-class"), request.form.getlist("take-kind")
    return {"take": {"classes": classes, "kinds": kinds}} if classes or kinds else {}


def marked_file() -> Any:
    """The kept file of a report as XLSX, its problems marked."""
    report = segment(request.args.get("report", ""))
    content, kind = services().roster.fetch(
        f"/v1/imports/{report}/marked.xlsx?lang={context().lang}", signed_in().access
    )
    headers = {"Content-Disposition": 'attachment; filename="roster-marked.xlsx"'}
    return Response(content, content_type=kind, headers=headers)
