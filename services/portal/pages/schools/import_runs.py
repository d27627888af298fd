"""A school's page of its imports, and the undo of one: what it takes back, who stands in its way, the yes to it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused


def show() -> Any:
    session = signed_in()
    items = services().roster.get(f"/v1/units/{segment(session.home)}/imports", session.access)["items"]
    return render("import_runs.html", items=items, own={session.account: session.display_name})


def show_undo() -> Any:
    if not request.args.get("import"):
        return show()
    run = segment(request.args.get("import", ""))
    return render("import_undo.html", run=services().roster.get(f"/v1/imports/{run}/undo", signed_in().access))


def undo() -> Any:
    """confirm: the yes to the counts; asked: the page has asked for it. An undo that has begun needs no further one."""
    form = request.form
    if form.get("asked") and not form.get("confirm"):
        raise Refused("undo-not-ticked", "Tick the box to undo the import.", where="confirm")
    run, session = segment(form.get("import", "")), signed_in()
    asked = {"confirm": form.get("confirm", "")}
    services().roster.post(f"/v1/imports/{run}/undo", asked, session.access, form.get("key", ""))
    return redirect(f"/school/imports/undo?import={run}", 303)
