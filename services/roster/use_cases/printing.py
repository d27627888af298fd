"""Printing forms. A print records new serials in one transaction; its pages are made, and recorded, at each fetch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import over
from services.roster.domain.entry import Print, entry_decider
from services.roster.domain.print_run import Fetch, Make, PrintRun, print_run_decider
from services.roster.forms.form import Form, render
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import EntryRow, PupilRow, RegistrationCodeRow, entry_id
from services.roster.use_cases.registration_codes import renew_ended_codes
from shared.eventsourcing.commands import UnitOfWork, execute, handle
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import TYPESETTING
from shared.language.campaign_state import is_over
from shared.language.class_names import class_name, grade_name, grade_of
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller

MAX_FORMS = 200  # in one print
PRINTS = uuid.UUID("b3f1d8aa-7c44-4f0e-8a5e-4e0a51a3c9d7")


def make_print(
    deps: Dependencies,
    context: CommandContext,
    campaign: str,
    school: str,
    *,
    class_: str,
    pupils: Sequence[str],
    source: str,
) -> Mapping[str, Any]:
    """Record a print of a class or of these pupils; sheets printed before are void. All of the forms, or none.

    school  of the class or the pupils, all in the caller's scope
    source  the network address of the request
    """
    _require_ready(deps, campaign)
    chosen = _expected_pupils(deps, campaign, class_) if class_ else list(dict.fromkeys(pupils))
    id = uuid.uuid5(PRINTS, context.id).hex

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        entries = _entries(deps, campaign, school, chosen)
        renew_ended_codes(deps, work, chosen)
        for row in entries:
            _renew_sheet(deps, work, row, id)
        command = Make(campaign, school, len(chosen), source)
        work.decide(print_run_decider(id), f"print-{id}", 0, PrintRun(id), command)
        return {"print": id, "forms": len(chosen), "pages": 2 * len(chosen), "url": f"/v1/prints/{id}/forms.pdf"}

    return execute(deps.store, context, plan)


def _expected_pupils(deps: Dependencies, campaign: str, class_: str) -> list[str]:
    pupils = [row.id for row in deps.tables.pupils.find("class", [class_])]
    entries = deps.tables.entries.many([entry_id(campaign, pupil) for pupil in pupils])
    return sorted(row.state.pupil for row in entries if row.state.expected)


def _require_ready(deps: Dependencies, campaign: str) -> None:
    """Before any entry is read: a pupil without an entry would be left out unnoticed."""
    row = campaign_row(deps.tables, campaign)
    if not row.state.open:
        raise Refused(
            "campaign-not-open", "Forms can be printed once the campaign is open.", kind="conflict", where="campaign"
        )
    if is_over(row.state.last_day, deps.today()):
        raise over(row.state.last_day)
    if not row.ready:
        raise Refused(
            "campaign-not-ready",
            "The campaign has just been opened, and not every pupil has an entry; try again later.",
            kind="conflict",
            where="campaign",
        )


def _entries(deps: Dependencies, campaign: str, school: str, pupils: Sequence[str]) -> list[EntryRow]:
    """The entries of all these pupils at the school."""
    if not pupils or len(pupils) > MAX_FORMS:
        code = "too-many-forms" if pupils else "nothing-to-print"
        raise Refused(code, f"A print holds 1 to {MAX_FORMS} forms.", where="pupils")
    rows = {row.state.pupil: row for row in deps.tables.entries.many(entry_id(campaign, pupil) for pupil in pupils)}
    if any(pupil not in rows or rows[pupil].state.school != school for pupil in pupils):
        raise Refused(
            "outside-scope", "Not all of these pupils have an entry of this school in the campaign.", where="pupils"
        )
    return [rows[pupil] for pupil in pupils]


def _renew_sheet(deps: Dependencies, work: UnitOfWork, row: EntryRow, print: str) -> None:
    upload_code = deps.personal_data.codes_of(row)["code"]
    serial, hashed = deps.personal_data.new_serial(upload_code)
    decider = entry_decider(row.state.campaign, row.state.pupil)
    version, state = work.decide(decider, f"entry-{row.id}", row.version, row.state, Print(hashed))
    sealed = deps.personal_data.seal_entry(row.id, upload_code, serial)
    work.put(deps.tables.entries, EntryRow(version, state, sealed, print))


def fetch_print(deps: Dependencies, caller: Caller, id: str, source: str) -> bytes:
    """The PDF of those sheets of a print that are still valid and still of its school. The fetch is recorded first.

    Refused("campaign-over") after the campaign's last day: a photo of such a sheet would be refused.
    Raises Refused("busy"), with the number of those ahead, while too many are being made.
    """
    run = print_run_decider(id).fold(deps.store.load(f"print-{id}"))
    if not run.school:
        raise Refused("not-found", "There is no print with this id.", where="print")
    _require_sheets_in_scope(deps, caller, run)
    if is_over(last_day := campaign_row(deps.tables, run.campaign).state.last_day, deps.today()):
        raise over(last_day)
    rows = [row for row in deps.tables.entries.find("print", [id]) if row.state.school == run.school]
    if not rows:
        raise Refused("gone", "All sheets of this print have been replaced by later prints.", where="print")
    with TYPESETTING.seat(f"{caller.account}:{id}", caller.account):
        return _make_pages(deps, caller, run, rows, source)


def _require_sheets_in_scope(deps: Dependencies, caller: Caller, run: PrintRun) -> None:
    """Require the school in the scope, or every class of which the print has sheets."""
    rows = [row for row in deps.tables.entries.find("print", [run.id]) if row.state.school == run.school]
    pupils = deps.tables.pupils.many(row.state.pupil for row in rows)
    classes = {deps.tree.pupil_path(pupil.state) for pupil in pupils}
    if not classes or not all(map(caller.scope.allows, classes)):
        school_in_scope(deps, caller, run.school)


def _make_pages(deps: Dependencies, caller: Caller, run: PrintRun, rows: Sequence[EntryRow], source: str) -> bytes:
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
