"""Routes to a guardian's own account: its details, and its end."""

from __future__ import annotations

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases.guardians import own_details
from shared.language.permissions import CHANGE_OWN_DETAILS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context


def own_account_routes(deps: Dependencies) -> list[Route]:
    def show() -> own_details.OwnDetails:
        return own_details.own_details(deps, caller())

    def change() -> None:
        wanted = own_details.OwnDetails(**body())
        hashed = deps.personal_data.login_hash  # a fingerprint holds nothing that could be guessed
        fingerprint = {"login": hashed(wanted.login), "name": hashed(wanted.display_name)}
        own_details.change_details(deps, caller(), command_context(fingerprint), wanted)

    def erase() -> None:
        own_details.erase_account(deps, caller(), command_context())

    return [
        Route(
            "GET",
            "/v1/me/details",
            CHANGE_OWN_DETAILS,
            show,
            Operation("Name and login of the caller, a guardian.", responses.OwnDetails),
        ),
        Route(
            "PUT",
            "/v1/me/details",
            CHANGE_OWN_DETAILS,
            change,
            Operation(
                "Change the caller's name and login; both changes are recorded.",
                None,
                204,
                body=requests.ChangeDetails,
                key=True,
                refuses=(409,),
            ),
            fresh=True,
        ),
        Route(
            "POST",
            "/v1/me/erasure",
            CHANGE_OWN_DETAILS,
            erase,
            Operation(
                "Erase the caller's account: its children are left, nothing personal is kept.", None, 204, key=True
            ),
            fresh=True,
        ),
    ]
