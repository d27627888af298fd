"""审计记录: who did what in the auditor's region, of all services, newest first, with filters. No pupil is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from services.portal.account_names import account_names
from services.portal.dependencies import services
from services.portal.pages.form_fields import iso_day
from services.portal.rendering import render, t
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.acts import ACCOUNT, ACTS, UNIT
from shared.infrastructure.clock import iso
from shared.language.path import child, codes, is_path, last

SHOWN = 50  # as many as each service gives at once
FILTERS = ("path", "act", "account", "day")
COUNTS = ("forms", "pupils", "accounts")  # facts that are shown as numbers
CHOICES = ("accepted", "given", "dry_run")  # facts that are shown as one of two words


def show() -> Any:
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    asked["day"] = iso_day(asked["day"]) if asked["day"] else ""
    asked["act"] = asked["act"] if asked["act"] in ACTS else ""
    asked["path"] = asked["path"] if is_path(asked["path"]) else signed_in().paths[0]
    found, has_more = _newest({**asked, "before": request.args.get("before", "")})
    return render(
        "audit_trail.html",
        entries=_lines(found),
        asked=asked,
        units=_units(asked["path"]),
        acts=[(name, _name(name)) for name in ACTS],
        filtered=_address({**asked, "account": ""}),
        older=_address({**asked, "before": found[-1]["id"]}) if has_more else "",
    )


def _newest(asked: Mapping[str, str]) -> tuple[list[dict[str, Any]], bool]:
    """The newest entries of all services, and whether there are older ones.

    Raises Refused when a service is unavailable: a list with a gap would be false.
    """
    query, found = {name: value for name, value in asked.items() if value}, []
    for service in (services().identity, services().roster, services().upload, services().stats):
        found += service.get("/v1/audit-trail", signed_in().access, query)["items"]
    newest = sorted(found, key=lambda entry: str(entry["id"]), reverse=True)
    return newest[:SHOWN], len(newest) >= SHOWN


def _lines(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    concerned = [_unit_concerned(entry) for entry in found]
    names = unit_names([*(last(entry["path"]) for entry in found), *concerned])
    upon = [entry["target"] for entry in found if ACTS[entry["act"]].target == ACCOUNT]
    people = account_names([*(entry["account"] for entry in found), *upon])
    return [
        {
            **entry,
            "name": _name(entry["act"]),
            "moment": iso(int(entry["at"])),
            "unit": names.get(last(entry["path"]), last(entry["path"])),
            "concerned": names.get(code, code) if code != last(entry["path"]) else "",
            "by": people.get(entry["account"], ""),
            "upon_name": people.get(entry["target"], ""),
            "upon": ACTS[entry["act"]].target == ACCOUNT,
            "details": _details(entry["facts"]),
        }
        for entry, code in zip(found, concerned, strict=True)
    ]


def _unit_concerned(entry: Mapping[str, Any]) -> str:
    """The code of the unit or class upon which the act was done, "" where that is none."""
    if ACTS[entry["act"]].target == UNIT:
        return str(entry["target"])
    of = str(entry["facts"].get("of", ""))
    return last(of) if is_path(of) else ""


def _details(facts: Mapping[str, Any]) -> list[str]:
    """Words that the page adds to the name of an act."""
    told = [t(f"trail.{name}", n=facts[name]) for name in COUNTS if name in facts]
    told += [t(f"trail.{name}.{facts[name]}") for name in CHOICES if facts.get(name) in (0, 1)]
    told += [t(f"permission.{facts['permission']}")] if "permission" in facts else []
    return told + ([t(f"role.{facts['issued']}")] if "issued" in facts else [])


def _name(act: str) -> str:
    return ACTS[act].en if context().lang == "en" else ACTS[act].zh


def _units(path: str) -> list[tuple[str, str]]:
    """Paths and names to choose from: those above as far as the auditor may see, the unit, and those below it."""
    own = next((each for each in signed_in().paths if path.startswith(each)), path)
    above, here = [own], own
    for code in codes(path)[len(codes(own)) :]:
        here = child(here, code)
        above.append(here)
    names = unit_names(map(last, above))
    below = services().roster.get(f"/v1/units/{segment(last(path))}/children", signed_in().access)["items"]
    return [
        *((each, names.get(last(each), last(each))) for each in above),
        *((child(path, unit["code"]), f"　{unit['name']}") for unit in below),
    ]


def _address(asked: Mapping[str, str]) -> str:
    return f"/audit-trail?{urlencode({name: value for name, value in asked.items() if value})}"
