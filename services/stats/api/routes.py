"""The use cases of statistics, top-down: figures, closing a day, reports, the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from services.stats.api import requests, responses
from services.stats.dependencies import UseCases
from services.stats.use_cases.publishing import KINDS, Asked
from shared.infrastructure.errors import Refused
from shared.service.app import SERVICE, Route, body, caller, checked, command_context, query
from shared.service.auth import require_path
from shared.service.operations import Operation

STAFF = (
    "ministry",
    "province",
    "city",
    "county",
    "school",
    "leader",
    "teacher",
    "support",
    "auditor",
)  # figures name nobody
REPORTERS = ("ministry", "province", "city", "county")
READERS = (*REPORTERS, "school", "leader", "support", "auditor")


def routes(current: Callable[[], UseCases]) -> list[Route]:
    """Every route of statistics with who may call it."""
    api = Api(current)
    return [
        Route(
            "GET",
            "/v1/figures",
            STAFF,
            api.figures,
            Operation(
                "A unit's figures at the end of a day, with those below it.",
                responses.Figures,
                query=requests.FiguresQuery,
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
            REPORTERS,
            api.make_report,
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
            READERS,
            api.reports,
            Operation("The reports of a unit, the newest first.", responses.Reports, query=requests.ReportsQuery),
        ),
        Route(
            "GET",
            "/v1/reports/<id>.<kind>",
            READERS,
            api.report_file,
            Operation("A report as a file.", tuple(KINDS.values())),
        ),
        Route(
            "GET",
            "/v1/audit",
            ("ministry",),
            api.audit,
            Operation("Whether figures, leaves and stores agree.", responses.Audit, query=requests.AuditQuery),
        ),
        Route(
            "POST",
            "/internal/repair",
            SERVICE,
            api.repair,
            Operation("Make the figures what the leaves say.", responses.Repaired),
        ),
    ]


class Api:
    """One short method per route. current: the use cases over the projection that answers at present."""

    def __init__(self, current: Callable[[], UseCases]) -> None:
        self._current = current

    def figures(self) -> Any:
        asked = query()
        return self._current().board.figures(
            caller(), asked["campaign"], asked["unit"], asked["day"], asked["tree_day"]
        )

    def close_day(self, day: str) -> Any:
        command_context()  # a command like every other carries a key; closing twice is closing once
        return self._current().closer.close(caller(), checked(requests.ClosedDay(), {"day": day})["day"])

    def make_report(self) -> Any:
        given = body()
        return self._current().press.make(caller(), Asked(**given), command_context(given)), 201

    def reports(self) -> Any:
        asked = query()
        cards = self._current().register.reports(asked["unit"], asked["campaign"])
        return {"items": [summary for summary in cards if caller().scope.allows(summary["path"])]}

    def report_file(self, id: str, kind: str) -> Any:
        if kind not in KINDS:
            raise Refused("not-found", f"A report is read as {', '.join(KINDS)}.", where="kind")
        press = self._current().press
        summary = press.summary(id)
        require_path(caller(), summary["path"])
        # The file of an edition never changes: whoever has it need not fetch it again.
        headers = {"ETag": f'"{summary["files"][kind]}"', "Cache-Control": "private, no-cache"}
        return Response(press.file(summary, kind), content_type=KINDS[kind], headers=headers)

    def audit(self) -> Any:
        asked, parts = query(), self._current()
        return parts.audit(parts.board.today(), leaves=asked["check"] != "books")

    def repair(self) -> Any:
        return {"repaired": self._current().audit.repair()}
