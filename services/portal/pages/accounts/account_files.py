"""Accounts from a spreadsheet: send it, look at what the check has found, say yes, watch the run, print the sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash, show_on
from services.portal.pages.form_fields import filled
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.errors import Refused
from shared.infrastructure.sheets import csv_table
from shared.language.path import last

PAGE = "/accounts/files"
LIMIT = (14 << 20) + (256 << 10)  # identity's limit for a file, and the form around it
LISTED = 200  # units on the page
SHOWN = 50  # wrong lines on the page; the file has all
AT_WORK = ("received", "running")
REASONS = (
    "file-empty",
    "file-headings",
    "file-too-many-lines",
    "file-encrypted",
    "file-damaged",
    "file-too-costly",
    "file-wrong-type",
    "file-gone",
    "sender-may-not",
)
ERRORS = (
    "unknown-role",
    "unknown-unit",
    "bad-login",
    "bad-display-name",
    "login-taken",
    "login-twice",
    "outside-scope",
    "wrong-place",
)
COLUMNS = ("role", "unit", "path", "login", "display_name")


def show() -> Any:
    """The form and the files of the signed-in admin, the newest first."""
    items = services().identity.get("/v1/account-files", signed_in().access)["items"]
    return render("account_files.html", items=items, is_free=not any(_is_open(item) for item in items))


def send() -> Any:
    """Send a file; its page shows the check."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        raise Refused("no-file", "Choose the file first.", where="file")
    ending = ".csv" if chosen.filename.lower().endswith(".csv") else ".xlsx"
    sent = services().identity.send_file(
        "/v1/account-files",
        "file",
        (f"accounts{ending}", chosen.stream, chosen.mimetype),
        {},
        signed_in().access,
        request.form.get("key", ""),
    )
    return redirect(f"{PAGE}/{segment(sent['id'])}", 303)


def show_one(file: str) -> Any:
    """Show a file as it is now; the page asks again by itself while a worker has something to do."""
    address = f"/v1/account-files/{segment(file)}"
    found = services().identity.get(address, signed_in().access)
    wrong = services().identity.get(f"{address}/wrong-lines", signed_in().access)["items"] if found["wrong"] else []
    by_unit = request.args.get("by") == "unit"
    prints = _prints(found, by_unit) if found["state"] == "finished" else []
    return render(
        "account_file.html",
        file=found | {"reason": found["reason"] if found["reason"] in REASONS else "file-damaged"},
        wrong=[_told(each) for each in wrong[:SHOWN]],
        is_at_work=found["state"] in AT_WORK,
        prints=prints[:LISTED],
        more=len(prints) - LISTED,
        names=unit_names(last(each["path"]) for each in prints[:LISTED]),
        by_unit=by_unit,
        is_divided=found["state"] == "finished" and len(found["units"]) > len(_prints(found, by_unit=False)),
        made=flash().result or None,
    )


def start(file: str) -> Any:
    """The yes to the run."""
    filled("confirm")
    key = request.form.get("key", "")
    services().identity.post(f"/v1/account-files/{segment(file)}/run", {}, signed_in().access, key)
    return redirect(f"{PAGE}/{segment(file)}", 303)


def discard(file: str) -> Any:
    key = request.form.get("key", "")
    services().identity.post(f"/v1/account-files/{segment(file)}", {}, signed_in().access, key, method="DELETE")
    return redirect(f"{PAGE}?done=file-discarded", 303)


def print_sheets(file: str) -> Any:
    """New codes for the accounts of one unit that nobody has activated; its sheets are one ZIP, or one PDF."""
    form = request.form
    found = services().identity.get(f"/v1/account-files/{segment(file)}", signed_in().access)
    by_unit = form.get("by") == "unit"
    if form.get("path", "") not in [each["path"] for each in _prints(found, by_unit)]:
        raise Refused("not-found", "This file has no accounts of such a unit.", where="path")
    body = {"path": form["path"], "confirm": form.get("confirm") == "1"}
    made = services().identity.post("/v1/activation-sheets", body, signed_in().access, form.get("key", ""))
    page = f"{PAGE}/{segment(file)}" + ("?by=unit" if by_unit else "")
    return show_on(page, id=made["id"], codes=made["codes"], path=form["path"])


def _prints(found: dict[str, Any], by_unit: bool) -> list[dict[str, Any]]:
    """Units that are printed together, as identity divides them; or each unit on its own."""
    prints: list[dict[str, Any]] = found["units"] if by_unit else found.get("prints", found["units"])
    return prints


def errors(file: str) -> Any:
    """All wrong lines as CSV: number, column, what is wrong and how to fix it."""
    rows = [_told(each) for each in _wrong(file)]
    headings = [t("account-files.line"), t("account-files.column"), t("account-files.what")]
    return Response(
        csv_table([headings, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="wrong-lines.csv"'},
    )


def _wrong(file: str) -> Iterator[dict[str, Any]]:
    """Every wrong line, page by page."""
    address, after = f"/v1/account-files/{segment(file)}/wrong-lines", 0
    while True:
        page = services().identity.get(address, signed_in().access, {"after": str(after)} if after else None)
        yield from page["items"]
        after = page["after"]
        if not after:
            return


def _is_open(item: dict[str, Any]) -> bool:
    return item["state"] in (*AT_WORK, "checked")


def _told(line: dict[str, Any]) -> tuple[int, str, str]:
    """Number, column, what is wrong and how to fix it."""
    where, code = line["where"], line["code"]
    column = t(f"account-files.column.{where}") if where in COLUMNS else ""
    return line["number"], column, t(f"account-files.error.{code}") if code in ERRORS else line["detail"]
