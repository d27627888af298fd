"""Real names of accounts by their numbers, as far as identity tells them to the signed-in account."""

from __future__ import annotations

from collections.abc import Iterable

from services.portal.dependencies import services
from services.portal.request_context import signed_in

AT_ONCE = 100


def account_names(accounts: Iterable[str]) -> dict[str, str]:
    """Names by account; unknown ones and those of another region are left out."""
    wanted = sorted({account for account in accounts if account})
    names: dict[str, str] = {}
    for begin in range(0, len(wanted), AT_ONCE):
        asked = {"accounts": wanted[begin : begin + AT_ONCE]}
        for each in services().identity.post("/v1/account-names", asked, signed_in().access)["items"]:
            names[each["id"]] = each["display_name"]
    return names
