"""Upload's routes for other services: photos are withdrawn where the consent for them has ended."""

from __future__ import annotations

from services.upload.api import requests, responses
from services.upload.dependencies import Dependencies
from services.upload.use_cases.withdrawal import withdraw_all
from shared.service.app import SERVICE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller


def internal_routes(deps: Dependencies) -> list[Route]:
    def withdraw(pupil: str) -> dict[str, int]:
        return withdraw_all(deps, caller(), pupil, **body())

    return [
        Route(
            "POST",
            "/internal/pupils/<pupil>/withdrawal",
            SERVICE,
            withdraw,
            Operation(
                "Withdraw the photos of all forms of a pupil, or what was sent with an upload code.",
                responses.Withdrawn,
                body=requests.WithdrawalSchema,
                refuses=(404, 409),
            ),
        )
    ]
