"""Printing forms. A print records new serials in one transaction; its pages are made, and recorded, at each fetch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.roster.authorization import school_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import over
from services.roster.domain.entry import Print, entry_decider
from services.roster.domain.print_run import RUN_MS, Continue, Fetch, Make, PrintRun, print_run_decider
from services.roster.forms.form import Form, render
from services.roster.identity_client import Unlocked
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import EntryRow, PrintRow, PupilRow, RegistrationCodeRow, entry_id
from services.roster.use_cases.registration_codes import renew_ended_codes
from shared.eventsourcing.commands import UnitOfWork, execute, first_response, handle
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.work_queue import TYPESETTING
from shared.language.campaign_state import is_over
from shared.language.class_names import class_name, grade_name, grade_of
from shared.service.audit_trail.trail import with_act
from shared.service.auth import Caller

MAX_FORMS = 200  # in one print
PRINTS = uuid.UUID("b3f1d8aa-7c44-4f0e-8a5e-4e0a51a3c9d7")


@dataclass(frozen=True, slots=True)
class Asked:
    """A print of a class, or of pupils. source: the network address of the request.

    download_code: unlocks a new run; run: the print that leads a run of the same person, which needs no other code.
    confirm: the yes to making the sheets void that are valid now.
    """

    class_: str
    pupils: Sequence[str]
    source: str
    download_code: str = ""
    run: str = ""
    confirm: bool = False


def make_print(
    deps: Dependencies, caller: Caller, context: CommandContext, campaign: str, school: str, asked: Asked
) -> Mapping[str, Any]:
    """Record a print; sheets printed before are void. All of the forms, or none.

    school: of the class or the pupils, all in the caller's scope. The yes to void sheets is asked for before the code
    is used up. Raises Refused("sheets-would-be-void") with their number, and what the download code is refused for.
    """
    if (first := first_response(deps.store, context)) is not None:
        return first
    id = uuid.uuid5(PRINTS, context.id).hex
    chosen = _require_printable(deps, campaign, school, asked)
    unlocked = Unlocked() if asked.run else _unlock(deps, caller, context, id, school, asked.download_code)

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        entries = _entries(deps, campaign, school, chosen)
        classes, void = tuple(sorted({row.state.class_ for row in entries})), _valid_sheets(entries)
        renew_ended_codes(deps, work, chosen)
        for row in entries:
            _renew_sheet(deps, work, row, id)
        at, by, run = deps.clock.now(), caller.account, asked.run or id
        if asked.run:
            at_first = _continue(deps, work, run, Continue(id, by, campaign, school, classes, at))
        command = Make(
            campaign, school, len(chosen), asked.source, by, at, classes, void, run, unlocked.by, unlocked.origin
        )
        version, state = work.decide(print_run_decider(id), f"print-{id}", 0, PrintRun(id), command)
        work.put(deps.tables.prints, PrintRow(version, state))
        return {
            "print": id,
            "forms": len(chosen),
            "pages": 2 * len(chosen),
            "void": void,
            "run": run,
            "run_ends_at": iso((at_first if asked.run else at) + RUN_MS),
            "url": f"/v1/prints/{id}/forms.pdf",
        }

    return execute(deps.store, context, plan)


def _unlock(deps: Dependencies, caller: Caller, context: CommandContext, run: str, school: str, code: str) -> Unlocked:
    """Use up the code for the run. Another code under the same key, after a wrong one, is a command of its own."""
    command = uuid.uuid5(PRINTS, f"{context.id} {context.fingerprint}").hex
    return deps.download_codes.use(caller.account, deps.tree.path(school), run, code, command)


def _require_printable(deps: Dependencies, campaign: str, school: str, asked: Asked) -> list[str]:
    """The pupils whose forms are printed."""
    if asked.run and not asked.class_:
        raise Refused("bad-fields", "A run goes on with a class; pupils are a run of their own.", where="run")
    _require_ready(deps, campaign)
    chosen = _expected_pupils(deps, campaign, asked.class_) if asked.class_ else list(dict.fromkeys(asked.pupils))
    void = _valid_sheets(_entries(deps, campaign, school, chosen))
    if void and not asked.confirm:
        raise Refused(
            "sheets-would-be-void",
            f"{void} of these sheets have been printed before and would be void; confirm it.",
            kind="conflict",
            where="confirm",
            extra={"sheets": void},
        )
    return chosen


def _valid_sheets(entries: Sequence[EntryRow]) -> int:
    return sum(row.state.printed for row in entries)


def _continue(deps: Dependencies, work: UnitOfWork, run: str, command: Continue) -> int:
    """Record it at the print that leads the run. Returns when the run began."""
    history, decider = deps.store.load(f"print-{run}"), print_run_decider(run)
    _, state = work.decide(decider, f"print-{run}", len(history), decider.fold(history), command)
    return state.at


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
