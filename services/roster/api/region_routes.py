"""Roster's routes of regions: their names, and whether the upload code alone is enough for their families."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.authorization import require_own_unit, unit_in_scope
from services.roster.dependencies import Dependencies
from services.roster.use_cases.code_alone import decide_code_alone, read_code_alone
from services.roster.use_cases.units import list_regions
from shared.language.permissions import DECIDE_CODE_ALONE, VIEW_CODE_ALONE
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def region_routes(deps: Dependencies) -> list[Route]:
    def code_alone(code: str) -> Any:
        unit_in_scope(deps, caller(), code)
        return read_code_alone(deps, caller(), code)

    def decide(code: str) -> Any:
        given = body()
        require_own_unit(deps, caller(), code)
        return decide_code_alone(deps, caller(), command_context(given), code, **given, source=source())

    def regions() -> Any:
        return {"items": list_regions(deps, query()["below"])}

    return [
        Route(
            "GET",
            "/v1/regions",
            ANYONE,
            regions,
            Operation(
                "The provinces, or the cities of one: for a form without an account.",
                responses.Regions,
                query=requests.RegionsQuery,
            ),
        ),
        Route(
            "GET",
            "/v1/units/<code>/code-alone",
            VIEW_CODE_ALONE,
            code_alone,
            Operation("Whether the upload code alone is enough in a region, and who decided it.", responses.CodeAlone),
        ),
        Route(
            "POST",
            "/v1/units/<code>/code-alone",
            DECIDE_CODE_ALONE,
            decide,
            Operation(
                "Decide for the caller's own region; regions below it that have decided themselves keep theirs.",
                responses.CodeAlone,
                body=requests.DecideCodeAlone,
                key=True,
            ),
        ),
    ]
