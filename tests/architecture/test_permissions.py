"""The catalogue of permissions: who may call what, nobody approves and audits, and a role is one entry in one file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.permissions import roles_of, routes_by_service
from shared.language.permissions import CATALOGUE, Permission
from shared.language.roles import BY_NAME, ROLES_IN_ORDER
from shared.service.app import SIGNED_IN

REPO = Path(__file__).resolve().parents[2]
# Which roles each route let in before routes asked for permissions: "ministry province", or "(anyone)", "(service)".
# A route that is added or taken away needs no line here; docs/permissions.md shows all of them.
MATRIX = json.loads((Path(__file__).parent / "role_matrix.json").read_text())
SOURCES = {
    path: path.read_text()
    for room in ("services", "shared")
    for path in (REPO / room).rglob("*")
    if path.suffix in (".py", ".html")
}
INSPECTOR = '    Role("inspector", "督学", "Inspector", frozenset(_READER), (COUNTY,)),\n'
NEW_ROLE = """
import sys, types
from pathlib import Path
path = Path("shared/language/roles.py")
text = path.read_text().replace('    Role("support"', {entry!r} + '    Role("support"').replace(
    'frozenset({{"county", "school"}})', 'frozenset({{"county", "school", "inspector"}})')
module = types.ModuleType("shared.language.roles")
import shared.language
sys.modules["shared.language.roles"] = shared.language.roles = module
exec(compile(text, str(path), "exec"), module.__dict__)

from services.identity.api.requests import IssueAccount
from services.identity.domain.issuing_rules import check_above, check_issue
from services.portal.texts import text
from shared.language.permissions import PRINT_FORMS, VIEW_FIGURES
from shared.language.scope import Scope
from shared.service.auth import Caller
from tests.support.tokens import checker, token_for
from shared.infrastructure.clock import FixedClock

county = "/000000/110000/110101/"
check_issue("county", Scope.of([county]), "inspector", county)
check_above("county", Scope.of([county]), "inspector", (county,))
IssueAccount().load({{"role": "inspector", "path": county, "login": "inspector.one", "display_name": "督学"}})
caller = checker(FixedClock())(token_for("inspector", [county]))
assert caller.may(VIEW_FIGURES) and not caller.may(PRINT_FORMS)
assert text("zh", "role.inspector") == "督学"
"""


def test_no_route_lets_other_roles_in_than_before_it_asked_for_a_permission():
    now = {
        service: {f"{route.method} {route.rule}": _words(route.needs) for route in routes}
        for service, routes in routes_by_service().items()
    }
    known = {
        service: {r: roles for r, roles in routes.items() if r in now[service]} for service, routes in MATRIX.items()
    }
    assert {service: {r: now[service][r] for r in routes} for service, routes in known.items()} == known
    assert sum(map(len, known.values())) > 150


def _words(needs):
    return " ".join(roles_of(needs)) if isinstance(needs, Permission) or needs == SIGNED_IN else f"({needs})"


@pytest.mark.parametrize("role", BY_NAME.values(), ids=BY_NAME)
def test_no_role_both_approves_and_audits(role):
    approving = {each.name for each in role.permissions if each.approves}
    auditing = {each.name for each in role.permissions if each.audits}
    assert not (approving and auditing)


def test_somebody_approves_and_somebody_audits():
    assert [role.name for role in ROLES_IN_ORDER if any(each.audits for each in role.permissions)] == ["auditor"]
    assert len([role for role in ROLES_IN_ORDER if any(each.approves for each in role.permissions)]) > 5


def test_every_permission_is_held_by_a_role_and_asked_for_somewhere():
    held = {each for role in BY_NAME.values() for each in role.permissions}
    assert held == set(CATALOGUE.values())
    asked = {route.needs for routes in routes_by_service().values() for route in routes}
    elsewhere = "\n".join(text for path, text in SOURCES.items() if path.name not in ("permissions.py", "roles.py"))
    unused = [
        each.name
        for each in CATALOGUE.values()
        if each not in asked and not re.search(rf"\b{each.name.replace('-', '_').upper()}\b", elsewhere)
    ]
    assert unused == []


def test_a_permission_is_a_verb_and_a_noun_with_a_sentence_in_both_languages():
    for each in CATALOGUE.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", each.name), each
        assert re.search("[\u4e00-\u9fff]", each.zh) and each.en[0].islower() and not each.en.endswith("."), each


def test_no_file_of_routes_names_a_role():
    places = [path for path in SOURCES if "routes" in path.name and path.suffix == ".py"]
    assert len(places) > 8
    quoted = re.compile(f"""["']({"|".join(BY_NAME)})["']""")
    assert [f"{path.relative_to(REPO)}: {found}" for path in places for found in quoted.findall(SOURCES[path])] == []


def test_a_role_is_added_in_one_file():
    done = subprocess.run(
        [sys.executable, "-c", NEW_ROLE.format(entry=INSPECTOR)],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
