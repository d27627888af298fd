"""The list of accounts as a table to take along; identity records every page of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request

from services.portal.dependencies import services
from services.portal.pages.accounts.staff import STATES
from services.portal.rendering import t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.sheets import csv_table
from shared.language.path import last
from shared.language.roles import ROLES


def table() -> Any:
    """Accounts of a unit and below as CSV, with the filters of the list."""
    items = list(_items())
    names = unit_names({_unit(item) for item in items})
    headings = [
        t(f"accounts.export.{name}") for name in ("unit", "unit-name", "role", "name", "login", "state", "used")
    ]
    rows = [
        [
            _unit(item),
            names.get(_unit(item), ""),
            t(f"role.{item['role']}"),
            item["display_name"],
            item["login"],
            t(f"state.{item['state']}"),
            item.get("used_on") or "",
        ]
        for item in items
    ]
    return Response(
        csv_table([headings, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="accounts.csv"'},
    )


def _items() -> Iterator[dict[str, Any]]:
    token, given = signed_in().access, request.args
    unit = given.get("unit", "")
    under = services().roster.get(f"/v1/units/{segment(unit)}", token)["path"] if unit else ""
    role, state = given.get("role", ""), given.get("state", "")
    asked = {"under": under, "role": role if role in ROLES else "", "state": state if state in STATES else ""}
    after = ""
    while True:
        page = services().identity.post("/v1/account-exports", {**asked, "after": after}, token)
        yield from page["items"]
        after = page["after"]
        if not after:
            return


def _unit(item: dict[str, Any]) -> str:
    return last(item["paths"][0]) if item.get("paths") else ""
