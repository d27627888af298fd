"""Accounts of the levels below: choose a unit by going down the tree, then issue. Each level resets those it issued."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import PARAMETER, flash, show_on
from services.portal.pages.accounts.slips import activation_slip, reset_slip
from services.portal.pages.form_fields import all_of, chosen_option, filled, login
from services.portal.rendering import name_of_class, render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.errors import Refused
from shared.language.path import child, last
from shared.language.permissions import ISSUE_ACCOUNTS, OPEN_UNITS
from shared.language.roles import BY_NAME, ROLES, SCHOOL, in_order

SHOWN = 50  # accounts on a page
MOST_TEXT = 100  # characters of a searched text
STATES = ("active", "not-activated", "activation-ended", "waiting", "reset", "sealed", "closed")
# Levels of units below which a school may be registered here.
SCHOOL_PARENTS = ("province", "city", "county")


def may_issue() -> list[str]:
    """The roles that the page offers to the signed-in account. Identity decides."""
    return in_order(BY_NAME[signed_in().role].issues)


def show() -> Any:
    """The accounts of the unit and those that wait for a yes; a leader issues none and sees the waiting ones alone."""
    session = signed_in()
    waiting = services().identity.get("/v1/accounts/waiting", session.access)["items"]
    if not context().may(ISSUE_ACCOUNTS):
        return render("accounts_waiting.html", waiting=waiting)
    # A school always sees all its accounts: a teacher of two classes would be missing in one of them.
    in_school = _is_of_school()
    unit = _unit(session.home if in_school else request.args.get("unit", "") or session.home)
    under_it = below(unit)
    asked, text = _asked(), str(flash().result.get("text", ""))
    found = _page({**asked, "under": "" if unit["code"] == session.home else unit["path"]}, text)
    rows = [{**item, "unit": last(item["paths"][0]) if item.get("paths") else ""} for item in found["items"]]
    return render(
        "accounts.html",
        accounts=rows,
        asked=asked,
        text=text,
        roles=[role for role in ROLES if role != "guardian"],
        states=STATES,
        next_page=_address(unit["code"], {**asked, "after": found["after"]}) if found["after"] else "",
        unit=unit,
        below=[] if in_school else under_it,
        # In a school every class is its own, so the name of the school is left out.
        names=unit_names(
            {row["unit"] for row in rows}, {session.home: ""} if in_school else {unit["code"]: unit["name"]}
        )
        | {unit["code"]: unit["name"]},
        may_issue=may_issue(),
        below_only=not in_school,  # in a school everybody is a colleague
        waiting=waiting,
        classes=[child(unit["path"], each["code"]) for each in under_it] if in_school else [],
        class_choices=_class_choices,
    )


def _asked() -> dict[str, str]:
    """Role, state and place of the page in the address; unknown ones are left out."""
    role, state = request.args.get("role", ""), request.args.get("state", "")
    return {
        "role": role if role in ROLES else "",
        "state": state if state in STATES else "",
        "after": request.args.get("after", ""),
    }


def _page(asked: Mapping[str, str], text: str) -> dict[str, Any]:
    """One page of accounts. A text goes in the body, as names and logins are not for addresses."""
    identity, token = services().identity, signed_in().access
    if text:
        return identity.post("/v1/accounts/searches", {**asked, "text": text, "limit": SHOWN}, token)
    return identity.get("/v1/accounts", token, {**asked, "limit": str(SHOWN)})


def _address(unit: str, asked: Mapping[str, str]) -> str:
    """The address of a list; a searched text stays in the flash that the address names."""
    wanted = {"unit": unit, **asked, PARAMETER: request.args.get(PARAMETER, "") if flash().result else ""}
    return f"/accounts?{urlencode({name: value for name, value in wanted.items() if value})}"


def search() -> Any:
    """Leads to the list of those accounts. A text is kept in a sealed cookie, not in the address."""
    form = request.form
    text = form.get("text", "").strip()
    if len(text) > MOST_TEXT:
        raise Refused("too-long", f"At most {MOST_TEXT} characters.", where="text", extra={"most": MOST_TEXT})
    wanted = {"role": form.get("role", ""), "state": form.get("state", "")}
    address = _address(form.get("code", "").strip() or form.get("unit", ""), wanted)
    return show_on(address, text=text) if text else redirect(address, 303)


def _class_choices(found: Iterable[str]) -> list[tuple[str, str]]:
    """The options of a select of paths of classes."""
    return [(path, name_of_class(last(path))) for path in found]


def show_new() -> Any:
    unit = _unit(request.args.get("unit", "") or signed_in().home)
    return render(
        "account_new.html",
        unit=unit,
        below=below(unit),
        roles=[role for role in may_issue() if unit["level"] in BY_NAME[role].levels],
        may_open_school=unit["level"] in SCHOOL_PARENTS and context().may(OPEN_UNITS) and "school" in may_issue(),
    )


def own_unit() -> dict[str, Any]:
    """The unit to which the account belongs."""
    return _unit(signed_in().home)


def _is_of_school() -> bool:
    """True for an account whose place is a school: it issues the accounts of its classes."""
    return SCHOOL in BY_NAME[signed_in().role].levels


def _unit(code: str) -> dict[str, Any]:
    """The unit with this code, or the class of the own school."""
    session = signed_in()
    if _is_of_school() and code != session.home:
        school = services().roster.get(f"/v1/units/{segment(session.home)}", session.access)
        found = next((c for c in _classes(session.home) if c["code"] == code), None)
        if found is None:
            raise Refused("not-found", "There is no such class.")
        return {**found, "path": child(school["path"], code), "parent": session.home}
    return services().roster.get(f"/v1/units/{segment(code)}", session.access)


def _classes(school: str) -> list[dict[str, Any]]:
    items = services().roster.get(f"/v1/units/{segment(school)}/classes", signed_in().access)["items"]
    return [{"code": c["id"], "name": c["name"], "level": "class"} for c in items]


def below(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The units or classes one level down. Only the school itself issues accounts for its classes."""
    if unit["level"] == "class" or (unit["level"] == "school" and not _is_of_school()):
        return []
    if unit["level"] == "school":
        return _classes(unit["code"])
    items: list[dict[str, Any]] = services().roster.get(
        f"/v1/units/{segment(unit['code'])}/children", signed_in().access
    )["items"]
    return items


def issue() -> Any:
    form = request.form
    given = all_of(
        role=lambda: chosen_option("role", may_issue()), display_name=lambda: filled("display_name"), login=login
    )
    unit = _unit(form.get("unit", ""))
    body = {**given, "path": unit["path"]}
    made = services().identity.post("/v1/accounts", body, signed_in().access, form.get("key", ""))
    return activation_slip(made, body["display_name"], unit, body["role"])


def reset() -> Any:
    form = request.form
    made = services().identity.post(
        f"/v1/accounts/{segment(form.get('account', ''))}/password-reset", {}, signed_in().access, form.get("key", "")
    )
    return reset_slip(made, form.get("name", ""), form.get("login", ""), "", accounts_of(form.get("unit", "")))


def accounts_of(unit: str) -> str:
    """The address of a unit's accounts."""
    return f"/accounts?unit={segment(unit)}" if unit else "/accounts"


def open_unit() -> Any:
    """Register a school below the shown unit, before its first account."""
    form = request.form
    parent = form.get("unit", "") or signed_in().home
    given = all_of(code=_school_code, name=lambda: filled("name"))
    body = {**given, "level": "school", "parent": parent, "kind": given["code"][:2]}
    services().roster.post("/v1/units", body, signed_in().access, form.get("key", ""))
    return redirect(f"/accounts/new?unit={given['code']}&done=school", 303)


def _school_code() -> str:
    """Raises Refused("school-code-format")."""
    code = filled("code")
    if not re.fullmatch("[0-9]{10}", code):
        raise Refused("school-code-format", "A school code has 10 digits.", where="code")
    return code
