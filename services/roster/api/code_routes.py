"""Roster's routes that a code on the paper opens, without an account."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.dependencies import Dependencies
from services.roster.use_cases.upload_codes import owner_of_code
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body


def code_routes(deps: Dependencies) -> list[Route]:
    def owner() -> Any:
        return owner_of_code(deps, body()["upload_code"])

    return [
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
        )
    ]
