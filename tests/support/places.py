"""Cases of the place matrix: a route, what it is about, and the places in the tree from which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from docs.openapi import APIS
from shared.language import roles
from shared.language.permissions import Permission
from shared.service.app import Route


@dataclass(frozen=True)
class Case:
    """at: path that the request is about; "" where it is about pupils of guardians. outside: the refusal elsewhere.

    in_address: values of the rule's parameters. levels: whether level rules refuse some callers above, too.
    """

    at: str
    body: Mapping[str, Any] | None = None
    query: str = ""
    outside: int = 403
    levels: bool = False


def around(at: str, sibling: str, child: str) -> Mapping[str, str]:
    """Places beside and above a path, by name."""
    codes, above = at.strip("/").split("/"), {}
    for depth in range(1, len(codes)):
        above[f"above {depth}"] = "/" + "/".join(codes[:depth]) + "/"
    return {"own": at, **above, "child": child, "sibling": sibling, "foreign": "/000000/650000/650100/"}


def filled(rule: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def left_out(service: str, cases: Mapping[str, Case], elsewhere: Mapping[str, str]) -> set[str]:
    """Routes that need a permission of staff, or name a pupil, and are in neither list."""
    about = {
        f"{route.method} {route.rule}"
        for route in APIS[service][0]
        if isinstance(route.needs, Permission) and not route.rule.startswith(("/v1/me", "/v1/sessions"))
    }
    return about ^ {each for each in (*cases, *elsewhere) if not each.split()[1].startswith("/v1/me")}


class Answer(Protocol):
    """Of Flask's test client, or of a running copy."""

    @property
    def status_code(self) -> int: ...


Ask = Callable[[Route, Case, str, str], Answer]


def wrong(service: str, cases: Mapping[str, Case], siblings: Mapping[str, str], ask: Ask) -> Iterator[tuple[Any, ...]]:
    """Answers that differ from what catalogue and place say; those outside ask first."""
    for route in APIS[service][0]:
        case = cases.get(f"{route.method} {route.rule}")
        if case is None or not case.at or not isinstance(route.needs, Permission):
            continue
        reached = 0
        places = sorted(
            around(case.at, siblings[case.at], f"{case.at}x1/").items(), key=lambda e: case.at.startswith(e[1])
        )
        for role in roles.ROLES:
            if role == "guardian" or not roles.may(role, route.needs):
                continue
            for name, path in places:
                status = ask(route, case, role, path).status_code
                inside = case.at.startswith(path)
                reached += inside and status not in (403, case.outside)
                if (not inside and status != case.outside) or (
                    inside and not case.levels and status in (403, case.outside)
                ):
                    yield route.method, route.rule, role, name, status
        if not reached:
            yield route.method, route.rule, "nobody gets there"
