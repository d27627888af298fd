"""Making a report: only of a closed day, only when control totals agree slot by slot. Publishing it: only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from services.stats.authorization import require_unit
from services.stats.dependencies import Dependencies
from services.stats.domain.numbering import GiveNumber, number_of, numbering_decider, numbering_stream
from services.stats.domain.reconciliation import PublisherTotals, TotalsByDay
from services.stats.domain.report import (
    Edition,
    Make,
    Publish,
    State,
    edition_id,
    last_published,
    report_decider,
    stream_of,
)
from services.stats.domain.totals import Breakdown
from services.stats.report.document import ReportContext, build, substance
from services.stats.report.files import files_of, summary_of
from services.stats.use_cases.publication_checks import (
    require_accepted,
    require_closed,
    require_publishable,
    require_reconciled,
)
from shared.eventsourcing.commands import Step, handle_all
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import TYPESETTING
from shared.language.permissions import PUBLISH_REPORTS
from shared.service.auth import Caller, require_path, require_permission


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """accept: keys of parked events that are accepted as not counted. replaces, reason: for a new edition.

    draft: to be looked at before it is published.
    """

    campaign: str
    unit: str
    day: str
    accept: Sequence[str] = ()
    replaces: str = ""
    reason: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A unit's figures with their evidence, all of one moment. See ReportContext."""

    breakdown: Breakdown
    campaign: Mapping[str, Any]
    tree: str
    parked: Sequence[Mapping[str, Any]]
    control_totals: Mapping[str, Sequence[Sequence[int]]]


def publish_report(
    deps: Dependencies, caller: Caller, request: ReportRequest, context: CommandContext
) -> Mapping[str, Any]:
    """Make an edition, publish it unless a draft is asked for; its summary. The same substance is the same edition.

    Raises Refused: outside-scope, not-found, day-not-closed, parked, control-totals-differ, unplaced, not-a-unit,
    report-exists, wrong-edition, busy.
    """
    with deps.figures.snapshot() as snapshot:
        require_unit(deps, caller, snapshot, request.unit, request.day)
        if not request.draft:
            require_permission(caller, PUBLISH_REPORTS)
            require_unit(deps, caller.acting(PUBLISH_REPORTS), snapshot, request.unit, request.day)
    totals = deps.publishers.control_totals(request.day)
    require_closed(totals, request.day)
    measured = _measure(deps, request, totals)
    editions = report_decider.fold(deps.store.load(stream_of(request.campaign, request.unit, request.day)))
    report_context = _report_context(deps, caller, request, measured, editions)
    if editions and _says_the_same(editions[-1], measured.breakdown, report_context):
        if request.draft:
            return _issue(deps, Make(editions[-1], draft=True), request, context)
        return _publish(deps, editions[-1], request, context)
    return _make(deps, build(measured.breakdown, report_context), request, context)


def _measure(deps: Dependencies, request: ReportRequest, theirs: Sequence[PublisherTotals]) -> Measured:
    """Reconcile and measure at one moment; the day is then settled."""
    with deps.queries.snapshot_session() as session:
        parked = deps.queries.parked(session)
        require_accepted(parked, request.accept)
        names = [each.closing.name for each in theirs]
        ours = {name: deps.queries.control_totals(name, request.day, session) for name in names}
        require_reconciled(theirs, ours, parked)
        campaign = deps.queries.campaign(request.campaign, request.day, session)
        if not campaign or campaign.get("cancelled"):
            detail = f"There was no campaign {request.campaign} on {request.day}."
            raise Refused("not-found", detail, where="campaign")
        with deps.figures.snapshot(session) as snapshot:
            breakdown = deps.figures.breakdown(
                snapshot, request.campaign, request.unit, request.day, request.day, session
            )
            tree = snapshot.tree(request.day).version()
    require_publishable(breakdown)
    deps.register.settle(request.day)
    return Measured(
        breakdown,
        campaign,
        tree,
        [{"key": item["key"], "reason": item["reason"]} for item in parked],
        {name: by_slot(totals) for name, totals in ours.items()},
    )


def _report_context(
    deps: Dependencies, caller: Caller, request: ReportRequest, measured: Measured, editions: State
) -> ReportContext:
    """The context of the next edition. Editions of one day share the report to compare with.

    It names the published edition that it replaces: a draft that nobody below has read is not mentioned.
    """
    earlier = [each for each in deps.register.reports(request.unit, request.campaign) if each["day"] < request.day]
    published = [each["id"] for each in earlier if each["published"]]
    last = editions[-1].summary if editions else {}
    compared_with = last.get("compared_with", next(iter(published), ""))
    version = len(editions) + 1
    return ReportContext(
        id=edition_id(request.campaign, request.unit, request.day, version),
        version=version,
        number=_number(deps, request),
        campaign=measured.campaign,
        day=request.day,
        tree=measured.tree,
        code=deps.code,
        control_totals=measured.control_totals,
        previous=_document(deps, compared_with) if compared_with else None,
        parked=measured.parked,
        parked_accepted_by=caller.account if measured.parked else "",
        replaces=last_published(editions) if request.replaces else "",
        reason=request.reason,
    )


def _number(deps: Dependencies, request: ReportRequest) -> int:
    """The number of this day's report, or the one that it would get now."""
    history = deps.store.load(numbering_stream(request.campaign, request.unit))
    return number_of(numbering_decider.fold(history), request.day)


def _document(deps: Dependencies, id: str) -> Mapping[str, Any]:
    summary = deps.register.report(id)
    if summary is None:
        raise Refused("internal", "A report that another one needs is not in the register.")
    document: Mapping[str, Any] = orjson.loads(deps.files.read(summary, "json"))
    return document


def _make(
    deps: Dependencies, document: Mapping[str, Any], request: ReportRequest, context: CommandContext
) -> Mapping[str, Any]:
    files = _typeset(document, context)
    stream = stream_of(request.campaign, request.unit, request.day)
    summary = summary_of(document, files, context.actor)
    edition = Edition(summary["id"], summary["version"], substance(document), summary)
    command = Make(edition, request.replaces, request.reason, request.draft)
    # Refused before anything is written, also when another edition was made while the files were.
    report_decider.run(command, report_decider.fold(deps.store.load(stream)))
    deps.files.write(summary, files)  # before the event: an edition without its files must not exist
    return _issue(deps, command, request, context)


def _typeset(document: Mapping[str, Any], context: CommandContext) -> dict[str, bytes]:
    with TYPESETTING.seat(context.id, context.actor):
        return files_of(document)


def publish_draft(deps: Dependencies, caller: Caller, id: str, context: CommandContext) -> Mapping[str, Any]:
    """Publish a drafted edition. A repetition is harmless. Raises Refused: not-found, outside-scope, wrong-edition."""
    summary = deps.register.report(id)
    if summary is None:
        raise Refused("not-found", "There is no such report.", where="id")
    require_path(caller, summary["path"])
    request = ReportRequest(summary["campaign"], summary["unit"], summary["day"])
    editions = report_decider.fold(deps.store.load(stream_of(request.campaign, request.unit, request.day)))
    report_decider.run(Publish(id, summary), editions)  # refused before anything is written
    return _publish(deps, editions[-1], request, context)


def _publish(
    deps: Dependencies, edition: Edition, request: ReportRequest, context: CommandContext
) -> Mapping[str, Any]:
    """Publish a drafted edition. Its files are made again only where another report took its number meanwhile."""
    summary, number = edition.summary, _number(deps, request)
    if summary["number"] != number:
        document = {**_document(deps, edition.id), "number": number}
        files = _typeset(document, context)
        summary = summary_of(document, files, summary["by"])
        deps.files.write(summary, files)
    return _issue(deps, Publish(edition.id, summary), request, context)


def _issue(
    deps: Dependencies, command: Make | Publish, request: ReportRequest, context: CommandContext
) -> Mapping[str, Any]:
    """Record the command, and in the same transaction the number of what is published, and the summary; the latter."""
    stream = stream_of(request.campaign, request.unit, request.day)
    after = report_decider.run(command, report_decider.fold(deps.store.load(stream)))[1]
    listed = _listed(after[-1])
    also = lambda session: deps.register.keep_report(listed, session)  # noqa: E731
    steps = [Step(report_decider, stream, command)]
    if after[-1].published:
        numbers = numbering_stream(request.campaign, request.unit)
        steps.append(Step(numbering_decider, numbers, GiveNumber(request.day, listed["number"])))
    return _listed(handle_all(deps.store, steps, context, also).state[-1])


def _listed(edition: Edition) -> dict[str, Any]:
    return {**edition.summary, "published": edition.published}


def _says_the_same(edition: Edition, breakdown: Breakdown, report_context: ReportContext) -> bool:
    """True if a published edition has the substance of the present figures."""
    of_edition = {name: edition.summary[name] for name in ("id", "version", "replaces", "reason")}
    of_edition["parked_accepted_by"] = edition.summary["accepted"]
    return substance(build(breakdown, replace(report_context, **of_edition))) == edition.substance


def by_slot(totals: TotalsByDay) -> list[list[int]]:
    """Rows of [slot, count, hash_total] over all days."""
    slots: dict[int, list[int]] = {}
    for (slot, _, field), n in totals.items():
        slots.setdefault(slot, [slot, 0, 0])[1 if field == "count" else 2] += n
    return [slots[slot] for slot in sorted(slots)]
