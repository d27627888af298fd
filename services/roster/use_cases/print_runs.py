"""A print run of several classes: how far it is, and the pages of all its prints in one ZIP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.print_run import RUN_MS, PrintRun
from services.roster.tables.rows import EntryRow
from services.roster.use_cases.printed_pages import make_pages, require_not_over, require_sheets_in_scope, valid_sheets
from services.roster.use_cases.printing import run_of
from shared.infrastructure.archive import safe_name, zip_chunks
from shared.infrastructure.clock import iso
from shared.infrastructure.correlation import request_id, within
from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import ARCHIVES
from shared.language.class_names import class_name
from shared.service.auth import Caller

REPLACED = "已作废.txt"  # in the ZIP: the prints of the run that later ones have replaced


def read_run(deps: Dependencies, caller: Caller, id: str) -> Mapping[str, Any]:
    """A run by the print that leads it."""
    run = _run_in_scope(deps, caller, id)
    prints = _prints(deps, run)
    is_over = deps.clock.now() >= run.at + RUN_MS
    with_forms = {class_ for each in prints for class_ in each.classes}
    return {
        "run": run.id,
        "campaign": run.campaign,
        "school": run.school,
        "prints": [
            {"print": each.id, "classes": _named(deps, each.classes), "forms": each.forms, "void": each.void}
            for each in prints
        ],
        "left": _named(deps, run.left),
        "empty": _named(deps, [class_ for class_ in run.printed if class_ not in with_forms]),
        "forms": sum(each.forms for each in prints),
        "may_go_on": run.by == caller.account and run.run == run.id and not is_over,
        "is_over": is_over,
        "ends_at": iso(run.at + RUN_MS),
    }


def fetch_run(deps: Dependencies, caller: Caller, id: str, source: str) -> Iterator[bytes]:
    """The ZIP of a run, print by print. Each fetch is recorded before its pages are made.

    Raises before the first byte: Refused("gone") if later prints have replaced all sheets, "campaign-over", "busy".
    """
    run, known = _run_in_scope(deps, caller, id), request_id.get()
    require_not_over(deps, run.campaign)
    prints = _prints(deps, run)
    if not any(_sheets_in_scope(deps, caller, each) for each in prints):
        raise Refused("gone", "All sheets of this run have been replaced by later prints.", where="run")

    def chunks() -> Iterator[bytes]:
        with ARCHIVES.seat(f"{caller.account}:{id}", caller.account):
            yield b""  # the seat is taken
            yield from zip_chunks(_files(deps, caller, prints, source, known))

    found = chunks()
    next(found)
    return found


def _files(
    deps: Dependencies, caller: Caller, prints: Sequence[PrintRun], source: str, known: str
) -> Iterator[tuple[str, bytes]]:
    """known: the id of the request, which has ended by then."""
    replaced = []
    for number, each in enumerate(prints, 1):
        with within(known):
            rows = _sheets_in_scope(deps, caller, each)  # as they are now: the classes before took minutes
            pages = make_pages(deps, caller, each, rows, source) if rows else b""
        if rows:
            yield f"{number:02d}-{_file_name(deps, each)}.pdf", pages
        else:
            replaced.append(_file_name(deps, each))
    if replaced:
        yield REPLACED, "\r\n".join(("这些班的确认表后来重新打印过，这一批的作废：", *replaced)).encode("utf-8-sig")


def _sheets_in_scope(deps: Dependencies, caller: Caller, run: PrintRun) -> Sequence[EntryRow]:
    """The valid sheets of a print, all of pupils in the caller's scope."""
    rows = valid_sheets(deps, run)
    if rows:
        require_sheets_in_scope(deps, caller, run, rows)
    return rows


def _file_name(deps: Dependencies, run: PrintRun) -> str:
    return safe_name("、".join(each["name"] for each in _named(deps, run.classes)))


def _run_in_scope(deps: Dependencies, caller: Caller, id: str) -> PrintRun:
    """The run, if its school lies in the scope, or all its classes."""
    run = run_of(deps, id)
    paths = [deps.tree.class_path(deps.tree.class_(class_)) for class_ in {*run.planned, *run.printed}]
    if not paths or not all(map(caller.scope.allows, paths)):
        school_in_scope(deps, caller, run.school)
    return run


def _prints(deps: Dependencies, run: PrintRun) -> list[PrintRun]:
    """The prints of a run, in the sequence in which they were made."""
    rows = {row.id: row.state for row in deps.tables.prints.many(run.prints)}
    return [rows[id] for id in run.prints if id in rows]


def _named(deps: Dependencies, classes: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": each, "name": class_name(each, deps.today())} for each in classes]
