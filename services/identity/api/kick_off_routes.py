"""Identity's routes of the kick-off: open the accounts of bureaus, see how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases.staff import kick_off
from shared.language.permissions import KICK_OFF
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def kick_off_routes(deps: Dependencies) -> list[Route]:
    def show() -> Mapping[str, Any]:
        return {"items": kick_off.progress(deps)}

    def open_accounts() -> kick_off.KickedOff:
        who, given = caller(), body()
        command_context(given)  # a key, as every command has one; a repetition opens what is still missing
        deps.trail.record("account-issued", who, target=given["unit"], source=source(), issued="kick-off")
        return kick_off.open_accounts(deps, who.account, given["unit"])

    return [
        Route(
            "GET",
            "/v1/kick-off",
            KICK_OFF,
            show,
            Operation("Every province, and how many of its units have an account.", responses.KickOffProgress),
        ),
        Route(
            "POST",
            "/v1/kick-off",
            KICK_OFF,
            open_accounts,
            Operation(
                "Open an account for a unit and every division below it that has none.",
                responses.KickedOff,
                body=requests.KickOff,
                key=True,
                refuses=(404,),
            ),
            fresh=True,
        ),
    ]
