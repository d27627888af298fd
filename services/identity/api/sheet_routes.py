"""Identity's routes of activation sheets: print those of a unit, fetch the PDF, or a ZIP by unit."""

from __future__ import annotations

from flask import Response

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases.staff import activation_sheets
from shared.language.permissions import ISSUE_ACCOUNTS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def sheet_routes(deps: Dependencies) -> list[Route]:
    api = SheetsApi(deps)
    return [
        Route(
            "POST",
            "/v1/activation-sheets",
            ISSUE_ACCOUNTS,
            api.print_sheets,
            Operation(
                "Make new activation codes for the accounts of a unit that nobody has activated, to print.",
                responses.PrintedSheets,
                201,
                body=requests.PrintSheets,
                key=True,
                refuses=(409,),
            ),
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/activation-sheets/<sheets>/sheets.pdf",
            ISSUE_ACCOUNTS,
            api.fetch_sheets,
            Operation(
                "The sheets of a print, with the codes that are still good.",
                "application/pdf",
                query=requests.SheetsQuery,
                refuses=(410,),
            ),
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/activation-sheets/<sheets>/sheets.zip",
            ISSUE_ACCOUNTS,
            api.fetch_archive,
            Operation(
                "The sheets of a print, a PDF for each unit that hands them out.",
                "application/zip",
                query=requests.SheetsQuery,
                refuses=(410,),
            ),
            fresh=True,
        ),
    ]


class SheetsApi:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def print_sheets(self) -> activation_sheets.Printed:
        given = body()
        with self._deps.trail.acting("sheets", command_context(given), caller(), source=source()) as context:
            return activation_sheets.print_sheets(self._deps, caller(), context, **given)

    def fetch_sheets(self, sheets: str) -> Response:
        pages = activation_sheets.fetch_sheets(self._deps, caller(), sheets, query()["layout"])
        self._deps.trail.record("sheets", caller(), target=sheets, source=source())
        headers = {"Content-Disposition": 'inline; filename="activation-sheets.pdf"'}
        return Response(pages, content_type="application/pdf", headers=headers)

    def fetch_archive(self, sheets: str) -> Response:
        files = activation_sheets.fetch_archive(self._deps, caller(), sheets, query()["layout"])
        self._deps.trail.record("sheets", caller(), target=sheets, source=source())
        headers = {"Content-Disposition": 'attachment; filename="activation-sheets.zip"'}
        return Response(files, content_type="application/zip", headers=headers)
