"""Rules for issuing accounts and resetting passwords: level by level, each level inside its own scope.

Whether an account may issue and reset at all is a permission; here it is about the place in the tree. Which role issues
which, and at which level it has its place, stands with the roles (shared/language/roles.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.language import roles
from shared.language.scope import Scope

ISSUES: Mapping[str, frozenset[str]] = {role.name: role.issues for role in roles.ROLES_IN_ORDER if role.issues}
RESETS_GUARDIANS = frozenset({"teacher", "school"})
ACCEPTS_AT_SCHOOL = frozenset({"school", "leader"})
# A leader decides on what the school's registry admin proposes: an admin alone neither makes nor resets one.
LEADER = "leader"
BUREAU, SCHOOL, CLASS = "bureau", "school", "class"
UNIT_KIND: Mapping[str, str] = {
    role.name: {roles.SCHOOL: SCHOOL, roles.CLASS: CLASS}.get(role.levels[0], BUREAU)
    for role in roles.ROLES_IN_ORDER
    if role.name in roles.ISSUED
}
SHAPES = (
    (CLASS, re.compile(r"[0-9A-Z]{6,12}[a-z][0-9]{6,7}\Z")),
    (SCHOOL, re.compile(r"[0-9]{10}\Z")),
    (BUREAU, re.compile(r"[0-9A-Z]{6,9}\Z")),
)
PROVINCE_DEPTH = 2  # nation, province; below it the depth varies: some cities have no county, some counties no city


def kind_of(path: str) -> str:
    """BUREAU (the nation and its divisions), SCHOOL or CLASS; "" for a string that is no path of the tree."""
    if not paths.is_path(path) or not path.startswith(paths.ROOT):
        return ""
    return next((kind for kind, shape in SHAPES if shape.match(paths.last(path))), "")


def check_issue(role: str, scope: Scope, wanted: str, path: str) -> None:
    """Raise Refused unless an account with `role` and `scope` may issue one with role `wanted` at `path`."""
    if wanted not in ISSUES.get(role, frozenset()):
        raise Refused("outside-scope", "Your role may not issue accounts of this role.", where="role")
    if not scope.allows(path):
        raise Refused("outside-scope", "This path is outside your account's scope.", where="path")
    if kind_of(path) != UNIT_KIND[wanted]:
        raise Refused(
            "wrong-place",
            f"An account of this role belongs to a {UNIT_KIND[wanted]}; give the path of one.",
            where="path",
        )
    depth = len(paths.codes(path))
    if wanted in ("province", "city", "county") and (depth == PROVINCE_DEPTH) != (wanted == "province"):
        raise Refused(
            "wrong-place",
            "A province is directly below the nation; cities and counties are below a province.",
            where="path",
        )
    if wanted in ("city", "county") and (wanted == role) != (path in scope.paths):
        where = "your own unit, for a colleague" if wanted == role else "a unit below your own"
        raise Refused("wrong-place", f"Give the path of {where}.", where="path")


def check_above(role: str, scope: Scope, target_role: str, target_paths: tuple[str, ...]) -> None:
    """Raise Refused unless the caller is the level above the target: of another role, and entitled to issue it."""
    above = target_role != role and target_role in ISSUES.get(role, frozenset())
    if not above or not target_paths or not all(scope.allows(path) for path in target_paths):
        raise Refused("outside-scope", "Only the level above the account may do this.")


def check_over(role: str, scope: Scope, target_role: str, target_paths: tuple[str, ...]) -> None:
    """Raise Refused unless the caller is the level above the target, or an admin of the same unit and role."""
    colleague = target_role == role and role in ISSUES.get(role, frozenset()) and set(target_paths) <= set(scope.paths)
    if not colleague:
        check_above(role, scope, target_role, target_paths)


def check_colleague(scope: Scope, target_paths: tuple[str, ...]) -> None:
    """Raise Refused unless the target belongs to the caller's own unit: classes belong to their school."""
    units = {paths.above(path) if kind_of(path) == CLASS else path for path in target_paths}
    if not units or not units <= set(scope.paths):
        raise Refused("outside-scope", "Only an admin of the same unit may do this.", where="account")


def may_accept(role: str, scope: Scope, school: str, asked_by: tuple[str, ...]) -> bool:
    """True if the caller may say yes or no to a waiting account of the school at path `school`.

    The school itself may, and a bureau above the one that asked: one person alone never gets into a school.
    asked_by: the paths of the unit that issued or reset the account, () if that account is unknown.
    """
    if not scope.allows(school):
        return False
    if role in ACCEPTS_AT_SCHOOL:
        return True
    further_up = all(any(path.startswith(own) and path != own for own in scope.paths) for path in asked_by)
    return role in ISSUES and bool(asked_by) and further_up


def may_be_the_same_person(role: str, made_by: str, target_role: str) -> bool:
    """True for a registry admin whom the school itself has added, as to a leader: the asking admin may hold both.

    made_by: the role of the account that issued the caller's, or last reset it; "" if that is unknown.
    """
    return target_role == LEADER and role == "school" and (made_by == "school" or made_by not in ISSUES)
