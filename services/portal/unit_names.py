"""Names of units and classes for lists that know codes alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.portal.dependencies import services
from services.portal.rendering import name_of_class
from services.portal.request_context import signed_in
from shared.infrastructure.chunks import chunks
from shared.language.class_names import parse_class_id

AT_ONCE = 100  # roster's limit


def unit_names(codes: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Code -> name: of a unit; of a class the school's name and its own. A code that the reader may not see stays one.

    known: names that need not be asked for.
    """
    wanted, names = sorted({code for code in codes if code}), dict(known or {})
    missing = sorted({_unit_of(code) for code in wanted} - names.keys())
    for some in chunks(missing, AT_ONCE):
        items = services().roster.get("/v1/units", signed_in().access, {"codes": ",".join(some)})["items"]
        names |= {item["code"]: item["name"] for item in items}
    return names | {code: _class(code, names) for code in wanted if parse_class_id(code)}


def _unit_of(code: str) -> str:
    found = parse_class_id(code)
    return found.school if found else code


def _class(code: str, names: Mapping[str, str]) -> str:
    """The school's name is left out where it was given as known and "": everything is of that school."""
    return f"{names.get(_unit_of(code), '')} {name_of_class(code)}".strip()
