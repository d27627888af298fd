"""The use cases of statistics, top-down: figures, closing a day, reports, the audit."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from services.stats.api import requests as schemas
from services.stats.api import responses as answers
from services.stats.dependencies import Parts
from services.stats.use_cases.publishing import KINDS, Asked
from shared.infrastructure.errors import Refused
from shared.service.app import SERVICE, Route, body, caller, checked, command, query
from shared.service.auth import require_path
from shared.service.operations import About

STAFF = ("ministry", "province", "city", "county", "school", "leader", "teacher", "support", "auditor")   # figures name nobody
REPORTERS = ("ministry", "province", "city", "county")
READERS = (*REPORTERS, "school", "leader", "support", "auditor")


def routes(current: Callable[[], Parts]) -> list[Route]:
    """Every route of statistics with who may call it."""
    api = Api(current)
    return [
        Route("GET", "/v1/figures", STAFF, api.figures,
              About("A unit's figures at the end of a day, with those below it.", answers.Figures, query=schemas.FiguresQuery, refuses=(404,))),
        Route("POST", "/v1/days/<day>/close", ("ministry",), api.close_day, About("Close a day at every publisher.", answers.ClosedDay, key=True)),
        Route("POST", "/v1/reports", REPORTERS, api.make_report,
              About("Publish the report of a closed day.", answers.Report, 201, body=schemas.NewReport, key=True, refuses=(404,))),
        Route("GET", "/v1/reports", READERS, api.reports, About("The reports of a unit, the newest first.", answers.Reports, query=schemas.ReportsQuery)),
        Route("GET", "/v1/reports/<id>.<kind>", READERS, api.report_file, About("A report as a file.", tuple(KINDS.values()))),
        Route("GET", "/v1/audit", ("ministry",), api.audit, About("Whether figures, leaves and stores agree.", answers.Audit, query=schemas.AuditQuery)),
        Route("POST", "/internal/repair", SERVICE, api.repair, About("Make the figures what the leaves say.", answers.Repaired)),
    ]


class Api:
    """One short method per route. current: the use cases over the projection that answers at present."""

    def __init__(self, current: Callable[[], Parts]) -> None:
        self._current = current

    def figures(self) -> Any:
        asked = query()
        return self._current().board.figures(caller(), asked["campaign"], asked["unit"], asked["day"], asked["tree_day"])

    def close_day(self, day: str) -> Any:
        command()   # a command like every other carries a key; closing twice is closing once
        return self._current().closer.close(caller(), checked(schemas.ClosedDay(), {"day": day})["day"])

    def make_report(self) -> Any:
        given = body()
        return self._current().press.make(caller(), Asked(**given), command(given)), 201

    def reports(self) -> Any:
        asked = query()
        cards = self._current().register.reports(asked["unit"], asked["campaign"])
        return {"items": [card for card in cards if caller().scope.allows(card["path"])]}

    def report_file(self, id: str, kind: str) -> Any:
        if kind not in KINDS:
            raise Refused("not-found", f"A report is read as {', '.join(KINDS)}.", where="kind")
        press = self._current().press
        card = press.card(id)
        require_path(caller(), card["path"])
        # The file of an edition never changes: whoever has it need not fetch it again.
        headers = {"ETag": f'"{card["files"][kind]}"', "Cache-Control": "private, no-cache"}
        return Response(press.file(card, kind), content_type=KINDS[kind], headers=headers)

    def audit(self) -> Any:
        asked, parts = query(), self._current()
        return parts.audit(parts.board.today(), leaves=asked["check"] != "books")

    def repair(self) -> Any:
        return {"repaired": self._current().audit.repair()}
