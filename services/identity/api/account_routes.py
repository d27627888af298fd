"""Identity's routes about accounts of others: issued, listed, accepted, reset, given classes, closed, and histories."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases.signing_in import passwords
from services.identity.use_cases.staff import (
    account_history,
    account_names,
    account_pages,
    staff_accounts,
    waiting_accounts,
)
from services.identity.use_cases.staff.hand_over import hand_over
from services.identity.use_cases.staff.slips import ActivationSlip, ResetSlip
from services.identity.use_cases.steps import new_account_id
from shared.eventsourcing.store import CommandContext
from shared.language.permissions import (
    ACCEPT_ACCOUNTS,
    ASSIGN_CLASSES,
    EXPORT_FIGURES,
    ISSUE_ACCOUNTS,
    READ_AUDIT,
    RESET_ACCOUNTS,
)
from shared.service.app import Route
from shared.service.auth import require_permission
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source

EXPORTED_AT_ONCE = 1000  # accounts on a page that goes out


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
                "Accounts of staff at and below the caller's paths, or at and below one path, page by page.",
                responses.AccountsPage,
                query=requests.AccountsQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/accounts/searches",
            ISSUE_ACCOUNTS,
            api.search_accounts,
            Operation(
                "Accounts of staff whose login or name is a text or begins with it, page by page.",
                responses.AccountsPage,
                body=requests.AccountsSearch,
            ),
        ),
        Route(
            "POST",
            "/v1/account-exports",
            ISSUE_ACCOUNTS,
            api.export_accounts,
            Operation(
                "Take a list of accounts out, page by page; each page stands in the audit trail.",
                responses.AccountsPage,
                body=requests.AccountExport,
            ),
            fresh=True,
        ),
        Route(
            "POST",
            "/v1/account-names",
            READ_AUDIT,
            api.name_accounts,
            Operation(
                "The names of those accounts that are staff of the caller's region.",
                responses.NamedAccounts,
                body=requests.AccountNames,
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
            "/v1/accounts/<account>/hand-over",
            ISSUE_ACCOUNTS,
            api.hand_over,
            Operation(
                "End an account and open another person's for the same place; its activation code is shown once.",
                responses.ActivationSlip,
                201,
                body=requests.HandOver,
                key=True,
                refuses=(409,),
            ),
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
    """One view per route; what somebody does to an account goes into the audit trail with it."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def issue_account(self) -> ActivationSlip:
        given = body()
        asked = command_context(given)
        facts = {"issued": given["role"], "of": given["path"]}
        with self._acting("account-issued", new_account_id(asked), asked, **facts) as context:
            return staff_accounts.issue(self._deps, caller(), context, **given)

    def list_accounts(self) -> account_pages.Page:
        return self._page(**query())

    def search_accounts(self) -> account_pages.Page:
        return self._page(**body())

    def export_accounts(self) -> account_pages.Page:
        """A page that leaves the platform: it is recorded before it is given."""
        require_permission(caller(), EXPORT_FIGURES)
        given = body()
        found = self._page(**given, limit=EXPORTED_AT_ONCE)
        of = given["under"] or caller().scope.paths[0]
        self._deps.trail.record("export", caller(), target=of, source=source(), accounts=len(found.items))
        return found

    def name_accounts(self) -> Mapping[str, Any]:
        return {"items": account_names.names_of(self._deps, caller(), body()["accounts"])}

    def _page(self, *, after: str, limit: int, **asked: str) -> account_pages.Page:
        return account_pages.page(self._deps, caller(), account_pages.Asked(**asked), after, limit)

    def list_waiting(self) -> Mapping[str, Any]:
        return {"items": waiting_accounts.list_waiting(self._deps, caller())}

    def decide_account(self, account: str) -> staff_accounts.StaffAccount:
        given = body()
        accept = given["accept"]
        with self._acting("account-accepted", account, command_context(given), accepted=int(accept)) as context:
            return waiting_accounts.decide(self._deps, caller(), context, account, accept)

    def close_account(self, account: str) -> None:
        with self._acting("account-closed", account, command_context()) as context:
            staff_accounts.close(self._deps, caller(), context, account)

    def hand_over(self, account: str) -> ActivationSlip:
        given = body()
        asked = command_context(given)
        with self._acting("account-handed-over", account, asked, to=new_account_id(asked)) as context:
            return hand_over(self._deps, caller(), context, account, **given)

    def history(self, account: str) -> Mapping[str, Any]:
        return {"items": account_history.history_of(self._deps, caller(), account)}

    def grant_path(self, account: str) -> staff_accounts.GrantedPaths:
        given = body()
        with self._acting("grant", account, command_context(given), of=given["path"], given=1) as context:
            return staff_accounts.grant_path(self._deps, caller(), context, account, given["path"])

    def revoke_path(self, account: str) -> staff_accounts.GrantedPaths:
        given = body()
        with self._acting("grant", account, command_context(given), of=given["path"], given=0) as context:
            return staff_accounts.revoke_path(self._deps, caller(), context, account, given["path"])

    def reset_password(self, account: str) -> ResetSlip:
        with self._acting("password-reset", account, command_context()) as context:
            return passwords.reset_password(self._deps, caller(), context, account)

    def lift_lock(self, account: str) -> None:
        with self._acting("lock-lifted", account, command_context()) as context:
            passwords.lift_lock(self._deps, caller(), context, account)

    def _acting(
        self, name: str, account: str, context: CommandContext, **facts: str | int
    ) -> AbstractContextManager[CommandContext]:
        """The command with its act for the audit trail, of the caller upon an account."""
        return self._deps.trail.acting(name, context, caller(), target=account, source=source(), **facts)
