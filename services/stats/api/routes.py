"""The use cases of statistics, top-down: figures, closing a day, reports, the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from services.stats.api import requests, responses
from services.stats.dependencies import UseCases
from services.stats.report.files import MEDIA_TYPES
from services.stats.use_cases.publishing import ReportRequest
from shared.service.app import SERVICE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, checked, command_context, query

PUBLISHERS_OF_REPORTS = ("ministry", "province", "city", "county")
READERS_OF_REPORTS = (*PUBLISHERS_OF_REPORTS, "school", "leader", "support", "auditor")
READERS_OF_FIGURES = (*READERS_OF_REPORTS, "teacher")  # figures name nobody


def routes(use_cases: Callable[[], UseCases]) -> list[Route]:
    """Every route of statistics with the roles that may call it."""
    api = Api(use_cases)
    return [
        Route(
            "GET",
            "/v1/figures",
            READERS_OF_FIGURES,
            api.figures,
            Operation(
                "A unit's figures at the end of a day, with those below it.",
                responses.Figures,
                query=requests.UnitFiguresQuery,
                refuses=(404,),
            ),
        ),
        Route(
            "POST",
            "/v1/days/<day>/close",
            ("ministry",),
            api.close_day,
            Operation("Close a day at every publisher.", responses.ClosedDay, key=True),
        ),
        Route(
            "POST",
            "/v1/reports",
            PUBLISHERS_OF_REPORTS,
            api.publish_report,
            Operation(
                "Publish the report of a closed day.",
                responses.Report,
                201,
                body=requests.NewReport,
                key=True,
                refuses=(404,),
            ),
        ),
        Route(
            "GET",
            "/v1/reports",
            READERS_OF_REPORTS,
            api.reports,
            Operation("The reports of a unit, the newest first.", responses.Reports, query=requests.ReportsQuery),
        ),
        Route(
            "GET",
            "/v1/reports/<id>.<kind>",
            READERS_OF_REPORTS,
            api.report_file,
            Operation("A report as a file.", tuple(MEDIA_TYPES.values())),
        ),
        Route(
            "GET",
            "/v1/audit",
            ("ministry",),
            api.audit,
            Operation("Whether figures, histories and stores agree.", responses.Audit, query=requests.AuditQuery),
        ),
        Route(
            "POST",
            "/internal/repair",
            SERVICE,
            api.repair,
            Operation("Repair flows and control totals from the histories.", responses.Repaired),
        ),
    ]


class Api:
    """One short method per route. use_cases: those over the active projection."""

    def __init__(self, use_cases: Callable[[], UseCases]) -> None:
        self._use_cases = use_cases

    def figures(self) -> Any:
        given = query()
        return self._use_cases().read_figures(
            caller(), given["campaign"], given["unit"], given["day"], given["tree_day"]
        )

    def close_day(self, day: str) -> Any:
        command_context()  # it carries a key like every command, although a repetition is harmless
        return self._use_cases().close_day(caller(), checked(requests.ClosedDay(), {"day": day})["day"])

    def publish_report(self) -> Any:
        given = body()
        return self._use_cases().publish_report(caller(), ReportRequest(**given), command_context(given))

    def reports(self) -> Any:
        given = query()
        return {"items": self._use_cases().read_reports.of_unit(caller(), given["unit"], given["campaign"])}

    def report_file(self, id: str, kind: str) -> Response:
        content, digest = self._use_cases().read_reports.file(caller(), id, kind)
        # The file of an edition never changes: a client that has it need not fetch it again.
        headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
        return Response(content, content_type=MEDIA_TYPES[kind], headers=headers)

    def audit(self) -> Any:
        return self._use_cases().audit(fold_histories=query()["check"] != "control_totals")

    def repair(self) -> Any:
        return {"repaired": self._use_cases().audit.repair()}
