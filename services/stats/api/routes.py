"""The use cases of statistics, top-down: figures, closing a day, reports, the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from flask import Response
from marshmallow import Schema

from services.stats.api import requests, responses
from services.stats.api.kept_answers import KeptAnswers
from services.stats.dependencies import Dependencies
from services.stats.report.files import MEDIA_TYPES
from services.stats.use_cases.audit import audit, repair
from services.stats.use_cases.closing import close_day
from services.stats.use_cases.figures import read_figures, read_series
from services.stats.use_cases.publishing import ReportRequest, publish_draft, publish_report
from services.stats.use_cases.reports import report_file, reports_of_unit
from shared.eventsourcing.store import CommandContext
from shared.language import permissions
from shared.service.app import SERVICE, Route
from shared.service.auth import require_permission
from shared.service.conditional import Answer, answer_of, is_forced, send, unless_same
from shared.service.operations import Operation
from shared.service.request import body, caller, checked, command_context, query, require_fresh_sign_in, source

Read = Callable[..., dict[str, Any]]  # of use_cases/figures.py
EXPORTS = MEDIA_TYPES.keys() - {"json"}  # kinds of a report that are taken out; the other one is what a page shows


def routes(deps: Callable[..., Dependencies]) -> list[Route]:
    """Every route of statistics with what it needs."""
    api = Api(deps)
    return [
        Route(
            "GET",
            "/v1/figures",
            permissions.VIEW_FIGURES,
            api.figures,
            Operation(
                "A unit's figures at the end of a day, with those below it.",
                responses.Figures,
                query=requests.UnitFiguresQuery,
                conditional=True,
                refuses=(404,),
            ),
        ),
        Route(
            "GET",
            "/v1/figures/series",
            permissions.VIEW_FIGURES,
            api.series,
            Operation(
                "A unit's figures at the end of each day of a campaign.",
                responses.Series,
                query=requests.SeriesQuery,
                conditional=True,
                refuses=(404,),
            ),
        ),
        Route(
            "POST",
            "/v1/days/<day>/close",
            permissions.CLOSE_DAYS,
            api.close_day,
            Operation("Close a day at every publisher.", responses.ClosedDay, key=True),
        ),
        Route(
            "POST",
            "/v1/reports",
            permissions.DRAFT_REPORTS,
            api.publish_report,
            Operation(
                "Make the report of a closed day, as a draft or published.",
                responses.Report,
                201,
                body=requests.NewReport,
                key=True,
                refuses=(404,),
            ),
        ),
        Route(
            "POST",
            "/v1/reports/<id>/publication",
            permissions.PUBLISH_REPORTS,
            api.publish_draft,
            Operation("Publish a draft: everybody below its unit may read it.", responses.Report, key=True),
        ),
        Route(
            "GET",
            "/v1/reports",
            permissions.VIEW_FIGURES,
            api.reports,
            Operation("The reports of a unit, the newest first.", responses.Reports, query=requests.ReportsQuery),
        ),
        Route(
            "GET",
            "/v1/reports/<id>.<kind>",
            permissions.VIEW_FIGURES,
            api.report_file,
            Operation("A report as a file.", tuple(MEDIA_TYPES.values()), conditional=True),
        ),
        Route(
            "GET",
            "/v1/audit",
            permissions.CHECK_FIGURES,
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
    """One short method per route. deps: those over the active projection."""

    def __init__(self, deps: Callable[..., Dependencies]) -> None:
        self._deps, self._kept = deps, KeptAnswers()
        self._figures, self._series = responses.Figures(exclude=("read_at",)), responses.Series()

    def figures(self) -> Response:
        asked = query()
        if asked.pop("export"):
            return self._exported(asked)
        answer, read_at = self._answer(read_figures, self._figures, asked)
        return send(answer, read_at=read_at)

    def _exported(self, asked: dict[str, Any]) -> Response:
        require_permission(caller(), permissions.EXPORT_FIGURES)
        require_fresh_sign_in()
        figures = read_figures(self._deps(), caller().acting(permissions.EXPORT_FIGURES), **asked)
        self._deps().trail.record("export", caller(), target=asked["unit"], source=source(), day=figures["day"])
        return send(answer_of(figures, self._figures), read_at=figures["read_at"])

    def series(self) -> Response:
        return send(self._answer(read_series, self._series, query())[0])

    def _answer(self, read: Read, schema: Schema, asked: dict[str, Any]) -> tuple[Answer, int]:
        """An answer of figures that are at most `max_age_ms` old, and their moment in ms; of now if that is forced."""
        deps = self._deps(recent=not is_forced())
        max_age_ms = 0 if is_forced() else deps.max_age_ms
        revision, read_at = deps.figures.revision(max_age_ms)
        question = (read, caller().scope, deps.today(), *sorted(asked.items()))
        answer = self._kept.get(question, revision)
        if answer is None:
            answer = answer_of(read(deps, caller(), **asked, max_age_ms=max_age_ms), schema)
            self._kept.keep(question, revision, answer)
        return answer, read_at

    def close_day(self, day: str) -> dict[str, Any]:
        command_context()  # it carries a key like every command, although a repetition is harmless
        return close_day(self._deps(), caller().account, checked(requests.ClosedDay(), {"day": day})["day"])

    def publish_report(self) -> Mapping[str, Any]:
        given = body()
        deps, asked, context = self._deps(), ReportRequest(**given), command_context(given)
        if asked.draft:
            return publish_report(deps, caller(), asked, context)
        with self._publishing(deps, context, f"{asked.unit} {asked.day}") as context:
            return publish_report(deps, caller(), asked, context)

    def publish_draft(self, id: str) -> Mapping[str, Any]:
        deps = self._deps()
        with self._publishing(deps, command_context(), id) as context:
            return publish_draft(deps, caller(), id, context)

    def _publishing(
        self, deps: Dependencies, context: CommandContext, report: str
    ) -> AbstractContextManager[CommandContext]:
        return deps.trail.acting("report-published", context, caller(), source=source(), report=report)

    def reports(self) -> dict[str, Any]:
        return {"items": reports_of_unit(self._deps(), caller(), **query())}

    def report_file(self, id: str, kind: str) -> Response:
        if kind in EXPORTS:
            require_permission(caller(), permissions.EXPORT_FIGURES)
            require_fresh_sign_in()
        reader = caller().acting(permissions.EXPORT_FIGURES) if kind in EXPORTS else caller()
        content, digest = report_file(self._deps(), reader, id, kind)
        if kind in EXPORTS:
            self._deps().trail.record("export", caller(), target=id, source=source(), file=kind)
        return unless_same(content, digest, MEDIA_TYPES[kind])  # the file of an edition never changes

    def audit(self) -> dict[str, Any]:
        return audit(self._deps(), fold_histories=query()["check"] != "control_totals")

    def repair(self) -> dict[str, Any]:
        return {"repaired": repair(self._deps())}
