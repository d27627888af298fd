"""Accounts of the levels below: choose the place by going down the tree, then issue. Every level resets those it issued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from services.portal.forms import chosen_in
from services.portal.render import render
from services.portal.request_context import services, signed_in
from services.portal.service_client import name
from shared.infrastructure.errors import Refused
from shared.language.path import child, last

ISSUERS = ("ministry", "province", "city", "county", "school")
# Who issues which accounts, by the level of the place; identity decides, this only keeps useless choices off the page.
ROLES_AT: Mapping[str, tuple[str, ...]] = {
    "nation": ("support", "auditor"),
    "province": ("province", "support", "auditor"),
    "city": ("city", "support", "auditor"),
    "county": ("county", "support", "auditor"),
    "school": ("school", "leader"),
    "class": ("teacher",),
}
MAY_ISSUE: Mapping[str, tuple[str, ...]] = {
    "ministry": ("province", "city", "county", "support", "auditor"),
    "province": ("province", "city", "county", "school"),
    "city": ("city", "county", "school"),
    "county": ("county", "school"),
    "school": ("school", "leader", "teacher"),
}
LISTED = 1000  # as many as identity tells
# Levels of units that may be opened here, below a unit of each level.
SCHOOL_PARENTS = ("province", "city", "county")


def show() -> Any:
    session = signed_in()
    in_school = (
        session.role == "school"
    )  # it always sees all its accounts: a teacher who holds two classes would be missing in one of them
    place = _place(session.home if in_school else request.args.get("unit", "") or session.home)
    below = _below(place)
    under = {} if place["code"] == session.home else {"under": place["path"]}
    items = services().identity.get("/v1/accounts", session.access, under)["items"]
    rows = [{**item, "place": last(item["paths"][0]) if item.get("paths") else ""} for item in items]
    return render(
        "accounts.html",
        accounts=sorted(rows, key=lambda row: (row["place"], row["role"])),
        place=place,
        below=[] if in_school else below,
        places={each["code"]: each["name"] for each in (place, *below)},
        may_issue=MAY_ISSUE[session.role],
        listed=LISTED,
    )


def show_new() -> Any:
    return _new(request.args.get("unit", "") or signed_in().home)


def _new(code: str, problem: Refused | None = None) -> Any:
    place = _place(code)
    return render(
        "account_new.html",
        problem=problem,
        given=request.form if problem else {},
        place=place,
        below=_below(place),
        roles=[role for role in ROLES_AT[place["level"]] if role in MAY_ISSUE[signed_in().role]],
        may_open_school=place["level"] in SCHOOL_PARENTS and signed_in().role in SCHOOL_PARENTS,
    )


def _place(code: str) -> dict[str, Any]:
    """A unit, or a class of the own school."""
    session = signed_in()
    if session.role == "school" and code != session.home:
        school = services().roster.get(f"/v1/units/{name(session.home)}", session.access)
        found = next((c for c in _classes(session.home) if c["code"] == code), None)
        if found is None:
            raise Refused("not-found", "There is no such class.")
        return {**found, "path": child(school["path"], code), "parent": session.home}
    return services().roster.get(f"/v1/units/{name(code)}", session.access)


def _classes(school: str) -> list[dict[str, Any]]:
    items = services().roster.get(f"/v1/units/{name(school)}/classes", signed_in().access)["items"]
    return [{"code": c["id"], "name": c["name"], "level": "class"} for c in items]


def _below(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The units or classes one step down; a school's classes are the school's own matter."""
    if place["level"] == "class" or (place["level"] == "school" and signed_in().role != "school"):
        return []
    if place["level"] == "school":
        return _classes(place["code"])
    items: list[dict[str, Any]] = services().roster.get(
        f"/v1/units/{name(place['code'])}/children", signed_in().access
    )["items"]
    return items


def issue() -> Any:
    form = request.form
    try:
        place = _place(form.get("unit", ""))
        asked = {
            "role": chosen_in("role", MAY_ISSUE[signed_in().role]),
            "path": place["path"],
            **{field: form.get(field, "").strip() for field in ("login", "display_name")},
        }
        made = services().identity.post("/v1/accounts", asked, signed_in().access, form.get("key", ""))
    except Refused as refused:
        return _new(form.get("unit", "") or signed_in().home, refused)
    return render(
        "issued.html", login=made["login"], password=made["initial_password"], place=place, role=asked["role"], back=""
    )


def reset() -> Any:
    account = request.form.get("account", "")
    made = services().identity.post(
        f"/v1/accounts/{name(account)}/password-reset", {}, signed_in().access, request.form.get("key", "")
    )
    login = made.get("login") or request.form.get("login", "")
    return render(
        "issued.html",
        login=login,
        password=made["initial_password"],
        place=None,
        role="",
        back=_accounts_of(request.form.get("unit", "")),
    )


def _accounts_of(unit: str) -> str:
    """The page of a place's accounts."""
    return f"/accounts?unit={name(unit)}" if unit else "/accounts"


def open_unit() -> Any:
    """A school below the shown unit: it must be there before its first account."""
    form = request.form
    parent = form.get("unit", "") or signed_in().home
    code = form.get("code", "").strip()
    try:
        asked = {
            "code": code,
            "name": form.get("name", "").strip(),
            "level": "school",
            "parent": parent,
            "kind": code[:2],
        }
        services().roster.post("/v1/units", asked, signed_in().access, form.get("key", ""))
    except Refused as refused:
        return _new(parent, refused)
    return _new(code)
