"""Routes to cases of misused registration codes. Unbinding the guardian who used the code opens one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import misuse_responses as responses
from services.identity.api import requests
from services.identity.dependencies import Dependencies
from services.identity.use_cases.guardians import guardian_registration, misuse_cases
from shared.language.permissions import CHECK_GUARDIANS, VIEW_FIGURES
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def misuse_routes(deps: Dependencies) -> list[Route]:
    def report() -> None:
        given = body()
        holder = guardian_registration.code_holder(deps, given["registration_code"])
        misuse_cases.report(deps, command_context(actor=holder), given)

    def list_all() -> Mapping[str, Any]:
        return {"items": misuse_cases.list_cases(deps, caller())}

    def show(pupil: str) -> misuse_cases.CaseView:
        return misuse_cases.show(deps, caller(), pupil, source())

    def close(pupil: str) -> misuse_cases.CaseView:
        return misuse_cases.close(deps, caller(), command_context(), pupil, source())

    def count() -> Mapping[str, Any]:
        return {"items": misuse_cases.count_cases(deps, caller(), query()["under"])}

    return [
        Route(
            "POST",
            "/v1/misuse-reports",
            ANYONE,
            report,
            Operation(
                "Report that another family uses a registration code; the answer tells nothing.",
                None,
                204,
                body=requests.CodeCheck,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "GET",
            "/v1/misuse-cases",
            CHECK_GUARDIANS,
            list_all,
            Operation("The cases of the caller's classes or school, newest first.", responses.Cases),
        ),
        Route(
            "GET",
            "/v1/misuse-cases/<pupil>",
            CHECK_GUARDIANS,
            show,
            Operation("The newest case of a pupil's registration code.", responses.Case, refuses=(404,)),
        ),
        Route(
            "POST",
            "/v1/misuse-cases/<pupil>/closure",
            CHECK_GUARDIANS,
            close,
            Operation("Close the open case of a pupil.", responses.Case, key=True, refuses=(404, 409)),
        ),
        Route(
            "GET",
            "/v1/misuse-counts",
            VIEW_FIGURES,
            count,
            Operation(
                "How many cases each school below a unit has; nobody is named.",
                responses.SchoolCounts,
                query=requests.UnderQuery,
            ),
        ),
    ]
