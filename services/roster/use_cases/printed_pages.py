"""The pages of a print: made, and recorded, at each fetch."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import over
from services.roster.domain.print_run import Fetch, PrintRun, print_run_decider
from services.roster.forms.form import Form, render
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import EntryRow, PupilRow, RegistrationCodeRow
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import TYPESETTING
from shared.language.campaign_state import is_over
from shared.language.class_names import class_name, grade_name, grade_of
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller


def fetch_print(deps: Dependencies, caller: Caller, id: str, source: str) -> bytes:
    """The PDF of those sheets of a print that are still valid and still of its school. The fetch is recorded first.

    Refused("campaign-over") after the campaign's last day: a photo of such a sheet would be refused.
    Raises Refused("busy"), with the number of those ahead, while too many are being made.
    """
    run = print_run_decider(id).fold(deps.store.load(f"print-{id}"))
    if not run.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    rows = valid_sheets(deps, run)
    require_sheets_in_scope(deps, caller, run, rows)
    require_not_over(deps, run.campaign)
    if not rows:
        raise Refused("gone", "All sheets of this print have been replaced by later prints.", where="print")
    with TYPESETTING.seat(f"{caller.account}:{id}", caller.account):
        return make_pages(deps, caller, run, rows, source)


def valid_sheets(deps: Dependencies, run: PrintRun) -> list[EntryRow]:
    """The sheets of a print that no later print has replaced, and whose pupils are still at its school."""
    return [row for row in deps.tables.entries.find("print", [run.id]) if row.state.school == run.school]


def require_not_over(deps: Dependencies, campaign: str) -> None:
    if is_over(last_day := campaign_row(deps.tables, campaign).state.last_day, deps.today()):
        raise over(last_day)


def require_sheets_in_scope(deps: Dependencies, caller: Caller, run: PrintRun, rows: Sequence[EntryRow]) -> None:
    """Require the school in the scope, or every class of which the print has sheets."""
    pupils = deps.tables.pupils.many(row.state.pupil for row in rows)
    classes = {deps.tree.pupil_path(pupil.state) for pupil in pupils}
    if not classes or not all(map(caller.scope.allows, classes)):
        school_in_scope(deps, caller, run.school)


def make_pages(deps: Dependencies, caller: Caller, run: PrintRun, rows: Sequence[EntryRow], source: str) -> bytes:
    # Every fetch is a command of its own. The request id would not do: clients may choose it.
    context = CommandContext(f"{caller.account}:{uuid.uuid4()}", caller.account)
    act = deps.trail.act("print", caller, target=run.id, source=source, forms=len(rows))
    command = Fetch(len(rows), source)
    handle(deps.store, print_run_decider(run.id), f"print-{run.id}", command, with_act(context, act))
    act.tell()
    deps.views.record(caller, "print", [row.state.pupil for row in rows], deps.tree.path(run.school), source)
    return render(_forms(deps, rows), campaign_row(deps.tables, run.campaign).state.name, deps.portal_url)


def _forms(deps: Dependencies, entries: Sequence[EntryRow]) -> list[Form]:
    """Class by class, sorted by name."""
    by_pupil = {row.state.pupil: row for row in entries}
    registration_codes = {row.id: row for row in deps.tables.registration_codes.many(by_pupil)}
    pupils = deps.tables.pupils.many(by_pupil)
    forms = [(row.state.class_, _form(deps, row, by_pupil[row.id], registration_codes[row.id])) for row in pupils]
    return [form for _, form in sorted(forms, key=lambda pair: (pair[0], pair[1].fields["name"], pair[1].serial))]


def _form(deps: Dependencies, pupil: PupilRow, entry: EntryRow, registration_code: RegistrationCodeRow) -> Form:
    class_, on_sheet = deps.tree.class_(pupil.state.class_), deps.personal_data.codes_of(entry)
    return Form(
        deps.tree.unit(class_.school).name,
        class_name(class_.id, deps.today()),
        grade_name(class_.stage, grade_of(class_.entry_year, deps.today())),
        deps.personal_data.fields(pupil),
        on_sheet["code"],
        deps.personal_data.registration_code(registration_code),
        on_sheet["serial"],
    )
