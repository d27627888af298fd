"""Importing a school's roster file. The report is kept, of a dry run too, without anything personal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.import_run import LEFT_OUT, OUTCOMES, import_stream
from services.roster.domain.parts import ALL, KINDS, Parts
from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import Parsed
from services.roster.use_cases.importing.acceptance import accept, planned_only
from services.roster.use_cases.importing.admission import Admission
from services.roster.use_cases.importing.import_plan import confirmation_needed, questions_of, with_names
from services.roster.use_cases.importing.import_result import ImportResult
from services.roster.use_cases.importing.kept_import import keep, kept_data, with_kept_until
from services.roster.use_cases.importing.recognition import recognise
from services.roster.use_cases.importing.runs import claim_first, keep_report, run_id, start
from services.roster.use_cases.importing.school_context import school_context
from services.roster.use_cases.importing.unprintable import unprintable_names
from shared.eventsourcing.commands import first_response
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller

KEPT = 500  # findings kept of an import; the totals count all of them


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent. dry_run: report only, change nothing.

    confirm   the yes to a large change, from the report of a dry run
    answers   of questions: question -> the pupil whom the row means, or "new"
    parts     that are taken
    """

    data: bytes
    dry_run: bool = False
    confirm: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    parts: Parts = ALL


def import_roster(
    deps: Dependencies, caller: Caller, context: CommandContext, school: str, sent: Sent, source: str
) -> Mapping[str, Any]:
    """The report of the import. Raises Refused for a file it cannot read, and for a large change without a yes."""
    act = deps.trail.act("roster-import", caller, target=school, source=source)
    report = run_import(deps, with_act(context, act), school, sent)
    act.tell(**{name: report[name] for name in ("rows", "waiting", "proposed", "moved", "rejoined", "missing")})
    if report["dry_run"] and not sent.dry_run:
        raise confirmation_needed(report)
    return with_kept_until(deps, with_names(deps, caller, report, source))


def run_again(
    deps: Dependencies, caller: Caller, context: CommandContext, id: str, asked: Mapping[str, Any], source: str
) -> Mapping[str, Any]:
    """Run the kept file of an import: a trial run for real, or parts of it, or with answers, or with a yes.

    asked: dry_run, confirm and answers of Sent; take: of its parts. Raises Refused("file-not-kept"), or as
    import_roster.
    """
    school = report_in_scope(deps, caller, id)["school"]
    if (first := first_response(deps.store, context)) is not None:
        return read_import(deps, caller, first["import"], source)
    options = {name: asked[name] for name in ("dry_run", "confirm", "answers")}
    sent = Sent(kept_data(deps, id), **options, parts=Parts(**asked["take"]))
    report = import_roster(deps, caller, context, school, sent, source)
    if not report["dry_run"]:
        deps.kept_files.remove(id)
    return report


def marked_file(deps: Dependencies, caller: Caller, id: str, lang: str, source: str) -> bytes:
    """The kept file of an import as XLSX, its wrong cells marked and the reason at the end of their rows.

    It holds personal data in clear, so it is recorded. Raises Refused("file-not-kept").
    """
    report, data = report_in_scope(deps, caller, id), kept_data(deps, id)
    deps.trail.record("roster-file", caller, target=report["school"], source=source)
    return deps.reader.marked(data, [*report["errors"], *report["warnings"]], lang)


def run_import(deps: Dependencies, context: CommandContext, school: str, sent: Sent) -> Mapping[str, Any]:
    """The same without a check of scope, and without names. A large change without a yes becomes a dry run."""
    if (first := first_response(deps.store, context)) is not None:
        return _kept(deps, first["import"])
    parsed = parse(deps.reader.rows(sent.data), school_context(deps, school))
    parsed.warnings.extend(unprintable_names(parsed.good))
    recognition = recognise(deps, school, parsed, sent.answers, sent.parts)
    if sent.dry_run:
        plan, accepted = planned_only(deps, school, sent.data, recognition), False
    else:
        own = replace(context, act=None)
        plan, accepted = accept(deps, own, run_id(context.id), school, sent.data, recognition, sent.confirm)
        if not accepted:
            context = replace(context, id=f"{context.id}:{plan['confirm']}")  # the key stays free for the import itself
    dry_run = not accepted
    if context.act:
        context.act.note(dry_run=int(dry_run))
    id = run_id(context.id)
    file = deps.personal_data.content({"file": hashlib.sha256(sent.data).hexdigest()})
    part_of = "" if sent.parts.is_all else file
    is_first = claim_first(deps, context, school, file, part_of, claim=recognition.adds and not dry_run)
    if not dry_run:
        start(deps, context, id, school)
    result = Admission(deps, school, id, is_first, recognition).admit(parsed, context, dry_run=dry_run)
    report = {"school": school, "dry_run": dry_run, **_counted(parsed, result), **plan, **_by_class(sent.parts, result)}
    questions = questions_of(recognition, with_answered=dry_run)
    report["questions"] = [_placed(parsed, question) for question in questions]
    if dry_run or report["errors_total"] or report["asked"] or report[LEFT_OUT]:
        keep(deps, id, school, sent.data, result.changes[:KEPT])
    return {"import": keep_report(deps, context, id, report), **report}


def _counted(parsed: Parsed, result: ImportResult) -> dict[str, Any]:
    return {
        "rows": parsed.rows,
        **{name: result.counts[name] for name in OUTCOMES},
        "errors": [parsed.told(finding) for finding in result.errors[:KEPT]],
        "errors_total": len(result.errors),
        "warnings": [parsed.told(finding) for finding in result.warnings[:KEPT]],
        "warnings_total": len(result.warnings),
    }


def _by_class(parts: Parts, result: ImportResult) -> dict[str, Any]:
    """The parts that are taken, and the changes of each class of the file by their kind."""
    return {
        "take": {"classes": sorted(parts.classes), "kinds": sorted(parts.kinds)},
        "classes": [
            {"class": class_, **{kind: result.classes[class_, kind] for kind in (*KINDS, LEFT_OUT)}}
            for class_ in sorted({class_ for class_, _ in result.classes})
        ],
    }


def _placed(parsed: Parsed, question: Mapping[str, Any]) -> dict[str, Any]:
    """A question with the sheet and the row in it."""
    sheet, row = parsed.place(question["row"])
    return {**question, "sheet": sheet, "row": row}


def read_import(deps: Dependencies, caller: Caller, id: str, source: str) -> Mapping[str, Any]:
    """The kept report. Raises Refused("not-found")."""
    return with_kept_until(deps, with_names(deps, caller, report_in_scope(deps, caller, id), source))


def report_in_scope(deps: Dependencies, caller: Caller, id: str) -> Mapping[str, Any]:
    """Raises Refused("not-found"), or for an import of a school outside the caller's scope."""
    report = _kept(deps, id)
    school_in_scope(deps, caller, report["school"])
    return report


def _kept(deps: Dependencies, id: str) -> Mapping[str, Any]:
    history = deps.store.load(import_stream(id))
    report = next((event.data for event in history if event.type == "import.finished"), None)
    if report is None:
        raise Refused("not-found", "There is no import with this id.", where="import")
    return {"import": id, **report}
