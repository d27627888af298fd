"""Roster's routes of imports: a file is sent once, looked at, and run again for real."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, request

from services.roster.api import import_responses, requests
from services.roster.authorization import open_school_in_scope, school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.roster_file.reader import MAX_BYTES
from services.roster.use_cases.importing import kept_import, roster_import, runs, undo
from shared.infrastructure.errors import Refused
from shared.language.permissions import MAINTAIN_ROSTER
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, checked, command_context, query, source

FORM_OVERHEAD = 64 << 10  # bytes of a multipart body around its file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "POST",
            "/v1/units/<school>/imports",
            MAINTAIN_ROSTER,
            api.import_roster,
            Operation(
                "Import a school's roster file. A large change is refused until `confirm` says yes to it.",
                import_responses.Import,
                201,
                query=requests.ImportQuery,
                form=requests.ImportForm,
                key=True,
                refuses=(409,),
            ),
            MAX_BYTES + FORM_OVERHEAD,
        ),
        Route(
            "POST",
            "/v1/imports/<report>/runs",
            MAINTAIN_ROSTER,
            api.run_again,
            Operation(
                "Run the kept file of an import again: a trial run for real, with answers, or with a yes.",
                import_responses.Import,
                201,
                body=requests.RunAgain,
                key=True,
                refuses=(409, 410),
            ),
        ),
        Route(
            "GET",
            "/v1/imports/<report>",
            MAINTAIN_ROSTER,
            api.read_import,
            Operation("The report of an import.", import_responses.Import),
        ),
        Route(
            "GET",
            "/v1/imports/<report>/changes",
            MAINTAIN_ROSTER,
            api.changes,
            Operation(
                "The first 500 pupils whom the file of a trial run would change, masked: before and after.",
                import_responses.Changes,
                refuses=(410,),
            ),
        ),
        Route(
            "GET",
            "/v1/imports/<report>/marked.xlsx",
            MAINTAIN_ROSTER,
            api.marked,
            Operation(
                "The kept file with its wrong cells marked and the reasons beside them; recorded.",
                XLSX,
                query=requests.LanguageQuery,
                refuses=(410,),
            ),
        ),
        Route(
            "GET",
            "/v1/units/<school>/imports",
            MAINTAIN_ROSTER,
            api.runs,
            Operation("The latest imports of a school that changed something.", import_responses.ImportRuns),
        ),
        Route(
            "GET",
            "/v1/imports/<report>/undo",
            MAINTAIN_ROSTER,
            api.show_undo,
            Operation("What an undo of the import takes back, and who stands in its way.", import_responses.Undo),
        ),
        Route(
            "POST",
            "/v1/imports/<report>/undo",
            MAINTAIN_ROSTER,
            api.undo,
            Operation(
                "Undo an import, unless something later stands on it; continue an undo that has begun.",
                import_responses.Undo,
                body=requests.UndoImport,
                key=True,
                refuses=(409, 410),
            ),
        ),
    ]


class Api:
    """Commands ask for the scope before the key and the file: a foreign caller costs nothing more."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def import_roster(self, school: str) -> Any:
        open_school_in_scope(self._deps, caller(), school)
        asked, answers = query(), checked(requests.ImportAnswers(), {"answers": request.form.get("answers", "{}")})
        sent = roster_import.Sent(
            _file("file"), asked["dry_run"] in ("1", "true"), asked["confirm"], answers["answers"]
        )
        options = {"dry_run": sent.dry_run, "confirm": sent.confirm, "answers": sent.answers}
        context = command_context(sent.data + orjson.dumps(options, option=orjson.OPT_SORT_KEYS))
        return roster_import.import_roster(self._deps, caller(), context, school, sent, source())

    def run_again(self, report: str) -> Any:
        given = body()
        roster_import.report_in_scope(self._deps, caller(), report)
        return roster_import.run_again(self._deps, caller(), command_context(given), report, given, source())

    def read_import(self, report: str) -> Any:
        return roster_import.read_import(self._deps, caller(), report, source())

    def changes(self, report: str) -> Any:
        kept = roster_import.report_in_scope(self._deps, caller(), report)
        return kept_import.changes_of(self._deps, caller(), kept, source())

    def runs(self, school: str) -> Any:
        school_in_scope(self._deps, caller(), school)
        return {"items": runs.list_runs(self._deps, school)}

    def show_undo(self, report: str) -> Any:
        return undo.show_undo(self._deps, caller(), report, source())

    def undo(self, report: str) -> Any:
        given = body()
        undo.run_in_scope(self._deps, caller(), report)
        return undo.undo_import(self._deps, caller(), command_context(given), report, given["confirm"], source())

    def marked(self, report: str) -> Response:
        content = roster_import.marked_file(self._deps, caller(), report, query()["lang"], source())
        headers = {"Content-Disposition": 'attachment; filename="roster-marked.xlsx"'}
        return Response(content, content_type=XLSX, headers=headers)


def _file(field: str) -> bytes:
    file = request.files.get(field)
    if file is None:
        raise Refused("bad-request", f"Send the roster as the field '{field}' of a multipart form.", where=field)
    return bytes(file.read())
