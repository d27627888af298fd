"""Roster's routes of printing: prints, the runs that they belong to, and their pages."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.roster.api import print_responses, requests
from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.use_cases import print_record, print_runs, printed_pages, printing
from shared.language import permissions
from shared.language.codes import DOWNLOAD
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def print_routes(deps: Dependencies) -> list[Route]:
    def make_print(campaign: str) -> Any:
        given = body()
        asked = printing.Asked(**given, source=source())
        school = printing.school_asked(deps, caller(), asked)
        hashed = deps.personal_data.hash(DOWNLOAD, given["download_code"])  # a fingerprint holds no secret
        context = command_context({**given, "download_code": hashed})
        return printing.make_print(deps, caller(), context, campaign, school, asked)

    def prints(school: str) -> Any:
        school_in_scope(deps, caller(), school)
        return {"items": print_record.list_prints(deps, school)}

    def fetch_print(print: str) -> Response:
        pages = printed_pages.fetch_print(deps, caller(), print, source())
        headers = {"Content-Disposition": 'inline; filename="forms.pdf"'}
        return Response(pages, content_type="application/pdf", headers=headers)

    def run(run: str) -> Any:
        return print_runs.read_run(deps, caller(), run)

    def fetch_run(run: str) -> Response:
        archive = print_runs.fetch_run(deps, caller(), run, source())
        headers = {"Content-Disposition": 'attachment; filename="forms.zip"'}
        return Response(archive, content_type="application/zip", headers=headers)

    return [
        Route(
            "POST",
            "/v1/campaigns/<campaign>/prints",
            permissions.PRINT_FORMS,
            make_print,
            Operation(
                "Print forms, unlocked by a download code; earlier sheets are void, after a yes. Of several classes "
                "the first is printed, and the others one by one by going on with the run.",
                print_responses.Print,
                201,
                body=requests.MakePrint,
                key=True,
                refuses=(410, 503),
            ),
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/units/<school>/prints",
            permissions.VIEW_PRINTS,
            prints,
            Operation("The latest prints of a school: who, when, where, which classes.", print_responses.PrintRecords),
        ),
        Route(
            "GET",
            "/v1/prints/<print>/forms.pdf",
            permissions.PRINT_FORMS,
            fetch_print,
            Operation("The pages of a print that are still valid.", "application/pdf", refuses=(410,)),
            fresh=True,
        ),
        Route(
            "GET",
            "/v1/print-runs/<run>",
            permissions.PRINT_FORMS,
            run,
            Operation("A run: its prints so far, and the planned classes that are left.", print_responses.Run),
        ),
        Route(
            "GET",
            "/v1/print-runs/<run>/forms.zip",
            permissions.PRINT_FORMS,
            fetch_run,
            Operation(
                "The pages of all prints of a run that are still valid, a PDF for each, made while they are sent.",
                "application/zip",
                refuses=(410,),
            ),
            fresh=True,
        ),
    ]
