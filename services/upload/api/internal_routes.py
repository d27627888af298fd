"""Upload's routes for other services: photos are withdrawn where consent has ended, held where a code was misused."""

from __future__ import annotations

from services.upload.api import requests, responses
from services.upload.dependencies import Dependencies
from services.upload.use_cases.holding import count_held, hold_all
from services.upload.use_cases.withdrawal import withdraw_all
from shared.service.app import SERVICE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller


def internal_routes(deps: Dependencies) -> list[Route]:
    def withdraw(pupil: str) -> dict[str, int]:
        return withdraw_all(deps, caller(), pupil, **body())

    def hold(pupil: str) -> dict[str, int]:
        return hold_all(deps, caller(), pupil, **body())

    def held(pupil: str) -> dict[str, int]:
        return count_held(deps, pupil)

    return [
        Route(
            "POST",
            "/internal/pupils/<pupil>/hold",
            SERVICE,
            hold,
            Operation(
                "Put on hold what an account has sent for a pupil: it had used another family's registration code.",
                responses.Held,
                body=requests.HoldSchema,
            ),
        ),
        Route(
            "GET",
            "/internal/pupils/<pupil>/held",
            SERVICE,
            held,
            Operation("How many photos of a pupil are on hold at this moment.", responses.Held),
        ),
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
        ),
    ]
