"""Roster's routes around the codes on paper: what one opens without an account, and who is listed for its pupil."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.dependencies import Dependencies
from services.roster.use_cases.pupils import listed_guardians
from services.roster.use_cases.upload_codes import owner_of_code
from shared.language.permissions import CHECK_GUARDIANS
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, source


def code_routes(deps: Dependencies) -> list[Route]:
    def owner() -> Any:
        return owner_of_code(deps, body()["upload_code"])

    def listed(pupil: str) -> Any:
        return listed_guardians(deps, caller(), pupil, source())

    return [
        Route(
            "GET",
            "/v1/pupils/<pupil>/listed-guardians",
            CHECK_GUARDIANS,
            listed,
            Operation(
                "The guardians whom the roster lists for a pupil, to be compared with those who have registered.",
                responses.ListedGuardians,
            ),
        ),
        Route(
            "POST",
            "/v1/upload-codes/owner",
            ANYONE,
            owner,
            Operation(
                "The pupil of an upload code, masked, where the region takes photos by the code alone.",
                responses.UploadCodeOwner,
                body=requests.UploadCode,
                refuses=(403, 404),
            ),
        ),
    ]
