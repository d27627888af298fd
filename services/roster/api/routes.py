"""Roster's HTTP routes, which read from the top as the list of its use cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.api import requests, responses
from services.roster.authorization import (
    class_in_scope,
    open_school_in_scope,
    pupil_in_scope,
    unit_below_scope,
    unit_in_scope,
)
from services.roster.dependencies import Dependencies
from services.roster.use_cases import (
    classes,
    pupil_changes,
    pupil_history,
    pupils,
    registration_codes,
    registry_copy,
    units,
)
from shared.language import permissions
from shared.service.app import SIGNED_IN, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "GET",
            "/v1/units",
            SIGNED_IN,
            api.units,
            Operation(
                "Up to 100 units by their codes, as far as the caller may see them.",
                responses.Units,
                query=requests.UnitsQuery,
            ),
        ),
        Route(
            "GET",
            "/v1/units/<code>",
            SIGNED_IN,
            api.unit,
            Operation("A unit in the caller's scope or above it.", responses.Unit),
        ),
        Route(
            "GET",
            "/v1/units/<code>/children",
            SIGNED_IN,
            api.children,
            Operation("The units directly below a unit.", responses.Units),
        ),
        Route(
            "POST",
            "/v1/units",
            permissions.OPEN_UNITS,
            api.open_unit,
            Operation(
                "Open a unit or a school.", responses.Unit, 201, body=requests.OpenUnit, key=True, refuses=(404,)
            ),
        ),
        Route(
            "POST",
            "/v1/units/<code>/name",
            permissions.OPEN_UNITS,
            api.rename_unit,
            Operation(
                "Another name for a unit below the own one, from a day on.",
                responses.Unit,
                body=requests.RenameUnit,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/units/<code>/closure",
            permissions.OPEN_UNITS,
            api.close_unit,
            Operation("Close a unit below the own one that nobody belongs to any more.", responses.Unit, key=True),
        ),
        Route(
            "GET",
            "/v1/units/<school>/classes",
            SIGNED_IN,
            api.classes,
            Operation("The classes of a school.", responses.Classes),
        ),
        Route(
            "POST",
            "/v1/units/<school>/classes",
            permissions.OPEN_CLASSES,
            api.open_class,
            Operation("Open a class.", responses.Class, 201, body=requests.OpenClass, key=True),
        ),
        Route(
            "POST",
            "/v1/classes/<class_>/closure",
            permissions.OPEN_CLASSES,
            api.close_class,
            Operation("Close a class that no pupil is in any more.", responses.Class, key=True),
        ),
        Route(
            "GET",
            "/v1/classes/<class_>/pupils",
            permissions.LIST_PUPILS,
            api.pupils,
            Operation(
                "The pupils of a class; full names for its teacher only.", responses.Pupils, query=requests.PupilsQuery
            ),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>",
            permissions.VIEW_PUPIL,
            api.pupil,
            Operation("A pupil, masked.", responses.Pupil),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/registry",
            permissions.READ_OWN_REGISTRY,
            api.registry,
            Operation("The registry's data of the caller's own child, numbers masked.", responses.Registry),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/registry/copy",
            permissions.READ_OWN_REGISTRY,
            api.registry_copy,
            Operation("The registry's data of the caller's own child, in full.", responses.Registry),
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/changes",
            permissions.VIEW_PUPIL,
            api.pupil_history,
            Operation("The changes of a pupil's class and state, the newest first.", responses.History),
        ),
        Route(
            "POST",
            "/v1/pupils/<pupil>/changes",
            permissions.CORRECT_PUPILS,
            api.change_pupil,
            Operation("Move a pupil, or change its state.", responses.Enrolled, body=requests.ChangePupil, key=True),
        ),
        Route(
            "POST",
            "/v1/pupils/<pupil>/registration-code",
            permissions.RENEW_CODES,
            api.reissue_code,
            Operation(
                "A new registration code; the old one is void.", responses.NewCode, 201, key=True, refuses=(410,)
            ),
            fresh=True,
        ),
    ]


class Api:
    """Commands ask for the scope before the key and the file: a foreign caller costs nothing more."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    # ---- organisation
    def unit(self, code: str) -> Any:
        return units.get_unit(self._deps, caller(), code)

    def units(self) -> Any:
        return {"items": units.list_units(self._deps, caller(), query()["codes"].split(","))}

    def children(self, code: str) -> Any:
        return {"items": units.list_children(self._deps, caller(), code)}

    def open_unit(self) -> Any:
        given = body()
        above = unit_in_scope(self._deps, caller(), given["parent"])
        return units.open_unit(self._deps, command_context(given), above, **_without(given, "parent"))

    def rename_unit(self, code: str) -> Any:
        given = body()
        unit = unit_below_scope(self._deps, caller(), code)
        return units.rename_unit(self._deps, command_context(given), unit, **given)

    def close_unit(self, code: str) -> Any:
        unit = unit_below_scope(self._deps, caller(), code)
        return units.close_unit(self._deps, command_context(), unit)

    def classes(self, school: str) -> Any:
        return {"items": classes.list_classes(self._deps, caller(), school)}

    def open_class(self, school: str) -> Any:
        given = body()
        open_school_in_scope(self._deps, caller(), school)
        return classes.open_class(self._deps, command_context(given), school, **given)

    def close_class(self, class_: str) -> Any:
        class_in_scope(self._deps, caller(), class_)
        return classes.close_class(self._deps, command_context(), class_)

    # ---- pupils
    def pupils(self, class_: str) -> Any:
        return pupils.list_class(self._deps, caller(), class_, query()["campaign"], source())

    def pupil(self, pupil: str) -> Any:
        return pupils.get_pupil(self._deps, caller(), pupil, source())

    def registry(self, pupil: str) -> Any:
        return registry_copy.read_registry(self._deps, caller(), pupil, source(), full=False)

    def registry_copy(self, pupil: str) -> Any:
        return registry_copy.read_registry(self._deps, caller(), pupil, source(), full=True)

    def pupil_history(self, pupil: str) -> Any:
        return pupil_history.read_history(self._deps, caller(), pupil, source())

    def change_pupil(self, pupil: str) -> Any:
        given = body()
        pupil_in_scope(self._deps, caller(), pupil)
        act, kind = command_context(given), given["kind"]
        of = {"target": pupil, "source": source(), "kind": kind}
        with self._deps.trail.acting("pupil-changed", act, caller(), **of) as context:
            return pupil_changes.change_pupil(self._deps, caller(), context, pupil, **given)

    def reissue_code(self, pupil: str) -> Any:
        pupil_in_scope(self._deps, caller(), pupil)
        acting = self._deps.trail.acting("code-renewed", command_context(), caller(), target=pupil, source=source())
        with acting as context:
            return registration_codes.reissue_code(self._deps, context, pupil)


def _without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}
