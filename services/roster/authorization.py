"""Permissions on units, classes and pupils. All functions raise Refused("outside-scope") or Refused("not-found")."""

from __future__ import annotations

from collections.abc import Sequence

from services.roster.dependencies import Dependencies
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.unit import Unit
from services.roster.tables.lookups import pupil_row
from services.roster.tables.rows import PupilRow
from shared.infrastructure.errors import Refused
from shared.language.path import NATION, child, parent
from shared.service.auth import Caller, require_path

GUARDIAN = "guardian"  # whose scope are pupils, not paths


def unit_in_scope(deps: Dependencies, caller: Caller, code: str) -> Unit:
    require_path(caller, deps.tree.path(code))
    return deps.tree.unit(code)


def unit_below_scope(deps: Dependencies, caller: Caller, code: str) -> Unit:
    """A unit strictly below the caller's: no unit renames or closes itself."""
    require_path(caller, parent(deps.tree.path(code)))
    return deps.tree.unit(code)


def require_own_unit(deps: Dependencies, caller: Caller, code: str) -> None:
    """Refuse accounts of the units above, too: the unit itself decides."""
    if deps.tree.path(code) not in caller.scope.paths:
        raise Refused("outside-scope", "Only an account of this very unit may do this.")


def require_nation(caller: Caller) -> None:
    """Campaigns are the nation's: none has a population of one region."""
    require_path(caller, child("/", NATION))


def school_in_scope(deps: Dependencies, caller: Caller, code: str) -> Unit:
    require_path(caller, deps.tree.path(code))
    return deps.tree.school(code)


def open_school_in_scope(deps: Dependencies, caller: Caller, code: str) -> Unit:
    """Raises Refused("unit-closed") besides."""
    school = school_in_scope(deps, caller, code)
    if not school.open:
        raise Refused("unit-closed", "This school is closed.", kind="conflict", where="school")
    return school


def class_in_scope(deps: Dependencies, caller: Caller, id: str) -> SchoolClass:
    class_ = deps.tree.class_(id)
    require_path(caller, deps.tree.class_path(class_))
    return class_


def pupil_in_scope(deps: Dependencies, caller: Caller, pupil: str) -> PupilRow:
    """Guardians: their own children. Others: pupils whose present class lies in their scope."""
    if caller.role == GUARDIAN:
        if not caller.scope.allows_pupil(pupil):
            raise Refused("outside-scope", "This is not one of your children.")
        return pupil_row(deps.tables, pupil)
    row = pupil_row(deps.tables, pupil)
    require_path(caller, deps.tree.pupil_path(row.state))
    return row


def school_of_pupils(deps: Dependencies, caller: Caller, classes: Sequence[str], pupils: Sequence[str]) -> str:
    """The school of classes, or of pupils: all in scope. Refused("bad-fields") unless exactly one of both is given."""
    if bool(classes) == bool(pupils):
        raise Refused("bad-fields", "Name classes, or pupils.", where="class")
    if classes:
        schools = {class_in_scope(deps, caller, class_).school for class_ in classes}
        if len(schools) > 1:
            raise Refused("bad-fields", "Name classes of one school.", where="classes")
        return schools.pop()
    rows = [pupil_in_scope(deps, caller, pupil) for pupil in pupils]
    school = rows[0].state.school
    require_path(caller, deps.tree.path(school))
    return school


def may_see(caller: Caller, path: str) -> bool:
    """True if a unit lies in the caller's scope or above it: all members may see the units that they belong to."""
    return caller.scope.allows(path) or any(own.startswith(path) for own in caller.scope.paths)


def require_sight(caller: Caller, path: str) -> None:
    if not may_see(caller, path):
        raise Refused("outside-scope", "This lies outside what your account may see.")
