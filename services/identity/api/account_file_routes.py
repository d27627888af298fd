"""Identity's routes of accounts from a spreadsheet: send it, see what the check has found, say yes, see the run."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask import request

from services.identity.account_table.reader import MAX_BYTES
from services.identity.api import account_file_responses as responses
from services.identity.api import requests
from services.identity.dependencies import Dependencies
from services.identity.use_cases.staff import account_files
from shared.infrastructure.errors import Refused
from shared.language.permissions import ISSUE_ACCOUNTS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import caller, command_context, query, source

FORM_OVERHEAD = 64 << 10  # bytes of a multipart body around its file


def account_file_routes(deps: Dependencies) -> list[Route]:
    api = AccountFilesApi(deps)
    return [
        Route(
            "POST",
            "/v1/account-files",
            ISSUE_ACCOUNTS,
            api.receive,
            Operation(
                "Send a file of accounts. It is checked in the background; nothing is opened before a yes.",
                responses.AccountFile,
                201,
                form=requests.AccountFileForm,
                key=True,
                refuses=(409,),
            ),
            MAX_BYTES + FORM_OVERHEAD,
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/account-files",
            ISSUE_ACCOUNTS,
            api.list_files,
            Operation("The caller's own files, the newest first.", responses.AccountFiles),
        ),
        Route(
            "GET",
            "/v1/account-files/<file>",
            ISSUE_ACCOUNTS,
            api.show,
            Operation("How far a file is.", responses.AccountFile),
        ),
        Route(
            "GET",
            "/v1/account-files/<file>/wrong-lines",
            ISSUE_ACCOUNTS,
            api.wrong_lines,
            Operation(
                "The lines that open nothing, with the reasons, page by page.",
                responses.WrongLines,
                query=requests.WrongLinesQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/account-files/<file>/run",
            ISSUE_ACCOUNTS,
            api.start,
            Operation(
                "Say yes: the accounts of a checked file are opened in the background.",
                responses.AccountFile,
                key=True,
                refuses=(409,),
            ),
            fresh=True,
        ),
        Route(
            "DELETE",
            "/v1/account-files/<file>",
            ISSUE_ACCOUNTS,
            api.discard,
            Operation("Give up a file that does not run yet; it is deleted.", None, 204, key=True, refuses=(409,)),
        ),
    ]


class AccountFilesApi:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def receive(self) -> account_files.FileState:
        data = _file()
        return account_files.receive(self._deps, caller(), command_context(sha256(data).digest()), data)

    def list_files(self) -> Mapping[str, Any]:
        return {"items": account_files.list_files(self._deps, caller())}

    def show(self, file: str) -> account_files.FileState:
        return account_files.show(self._deps, caller(), file)

    def wrong_lines(self, file: str) -> account_files.ErrorPage:
        return account_files.wrong_lines(self._deps, caller(), file, query()["after"])

    def start(self, file: str) -> account_files.FileState:
        act = {"target": file, "source": source(), "issued": "file"}
        with self._deps.trail.acting("account-issued", command_context(), caller(), **act) as context:
            return account_files.start(self._deps, caller(), context, file)

    def discard(self, file: str) -> None:
        account_files.discard(self._deps, caller(), command_context(), file)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None:
        raise Refused("bad-request", "Send the file as the field 'file' of a multipart form.", where="file")
    return bytes(file.read())
