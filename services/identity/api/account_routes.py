"""Identity's routes about accounts of others: issued, listed, accepted, reset, given classes, closed, and histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases import account_history, passwords, staff_accounts, waiting_accounts
from services.identity.use_cases.slips import ActivationSlip, ResetSlip
from shared.infrastructure.security_log import security_event
from shared.language.permissions import ACCEPT_ACCOUNTS, ASSIGN_CLASSES, ISSUE_ACCOUNTS, RESET_ACCOUNTS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def account_routes(deps: Dependencies) -> list[Route]:
    api = AccountsApi(deps)
    return [
        Route(
            "POST",
            "/v1/accounts",
            ISSUE_ACCOUNTS,
            api.issue_account,
            Operation(
                "Issue an account of staff; its activation code is shown once.",
                responses.ActivationSlip,
                201,
                body=requests.IssueAccount,
                key=True,
            ),
        ),
        Route(
            "GET",
            "/v1/accounts",
            ISSUE_ACCOUNTS,
            api.list_accounts,
            Operation(
                "Accounts of staff at and below the caller's paths, or at and below one path.",
                responses.StaffAccounts,
                query=requests.AccountsQuery,
            ),
        ),
        Route(
            "GET",
            "/v1/accounts/waiting",
            ACCEPT_ACCOUNTS,
            api.list_waiting,
            Operation("School accounts that wait for the caller's yes.", responses.StaffAccounts),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/acceptance",
            ACCEPT_ACCOUNTS,
            api.decide_account,
            Operation(
                "Say yes or no to a waiting school account.",
                responses.StaffAccount,
                body=requests.AccountDecision,
                key=True,
            ),
        ),
        Route(
            "GET",
            "/v1/accounts/<account>/history",
            RESET_ACCOUNTS,
            api.history,
            Operation("What was done to an account, by whom.", responses.History),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/closure",
            ISSUE_ACCOUNTS,
            api.close_account,
            Operation("Close an account for good; its sessions end.", None, 204, key=True),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/paths",
            ASSIGN_CLASSES,
            api.grant_path,
            Operation("Give a teacher a further class.", responses.GrantedPaths, body=requests.GrantPath, key=True),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/paths/revocations",
            ASSIGN_CLASSES,
            api.revoke_path,
            Operation("Take a class away from a teacher.", responses.GrantedPaths, body=requests.GrantPath, key=True),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/password-reset",
            RESET_ACCOUNTS,
            api.reset_password,
            Operation(
                "Make a reset code for the owner; the old password and all sessions are void.",
                responses.ResetSlip,
                key=True,
            ),
            fresh=True,
        ),
        Route(
            "DELETE",
            "/v1/accounts/<account>/lock",
            RESET_ACCOUNTS,
            api.lift_lock,
            Operation(
                "Let the owner of an account that wrong passwords have locked try again, a few times a day.",
                None,
                204,
                key=True,
                refuses=(429,),
            ),
            fresh=True,
        ),
    ]


class AccountsApi:
    """One view per route; what somebody does to an account goes into the security log as well."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def issue_account(self) -> ActivationSlip:
        given = body()
        made = staff_accounts.issue(self._deps, caller(), command_context(given), **given)
        self._log("account-issued", made.id, issued=given["role"], waiting=int(made.waiting))
        return made

    def list_accounts(self) -> Mapping[str, Any]:
        return {"items": staff_accounts.list_accounts(self._deps, caller(), query()["under"])}

    def list_waiting(self) -> Mapping[str, Any]:
        return {"items": waiting_accounts.list_waiting(self._deps, caller())}

    def decide_account(self, account: str) -> staff_accounts.StaffAccount:
        given = body()
        decided = waiting_accounts.decide(self._deps, caller(), command_context(given), account, given["accept"])
        self._log("account-accepted", account, accepted=int(given["accept"]))
        return decided

    def close_account(self, account: str) -> None:
        staff_accounts.close(self._deps, caller(), command_context(), account)
        self._log("account-closed", account)

    def history(self, account: str) -> Mapping[str, Any]:
        return {"items": account_history.history_of(self._deps, caller(), account)}

    def grant_path(self, account: str) -> staff_accounts.GrantedPaths:
        given = body()
        granted = staff_accounts.grant_path(self._deps, caller(), command_context(given), account, given["path"])
        self._log("grant", account, path=given["path"], given=1)
        return granted

    def revoke_path(self, account: str) -> staff_accounts.GrantedPaths:
        given = body()
        left = staff_accounts.revoke_path(self._deps, caller(), command_context(given), account, given["path"])
        self._log("grant", account, path=given["path"], given=0)
        return left

    def reset_password(self, account: str) -> ResetSlip:
        slip = passwords.reset_password(self._deps, caller(), command_context(), account)
        self._log("password-reset", account)
        return slip

    def lift_lock(self, account: str) -> None:
        passwords.lift_lock(self._deps, caller(), command_context(), account)
        self._log("lock-lifted", account)

    def _log(self, name: str, account: str, **facts: str | int) -> None:
        who = caller()
        security_event(name, account=who.account, role=who.role, target=account, source=source(), **facts)
