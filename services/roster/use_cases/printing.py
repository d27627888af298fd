"""Printing forms: a print records new serials in one transaction; its pages are made at each fetch (printed_pages)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.roster.authorization import school_of_pupils
from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import over
from services.roster.domain.entry import Print, entry_decider
from services.roster.domain.print_run import RUN_MS, Continue, Make, PrintRun, print_run_decider, require_leader
from services.roster.forms.form import pages_of
from services.roster.identity_client import Unlocked
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import EntryRow, PrintRow, entry_id
from services.roster.use_cases.registration_codes import renew_ended_codes
from shared.eventsourcing.commands import UnitOfWork, execute, first_response
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import is_over
from shared.service.auth import Caller

MAX_FORMS = 200  # in one print
PRINTS = uuid.UUID("b3f1d8aa-7c44-4f0e-8a5e-4e0a51a3c9d7")


@dataclass(frozen=True, slots=True)
class Asked:
    """A print of a class, of the first of several classes, or of pupils. source: the network address of the request.

    download_code: unlocks a new run; run: the print that leads a run of the same person, which needs no other code;
    with nothing else, the next class of those that the run was begun for. confirm: the yes to making the sheets void
    that are valid now.
    """

    class_: str
    pupils: Sequence[str]
    source: str
    classes: Sequence[str] = ()
    download_code: str = ""
    run: str = ""
    confirm: bool = False

    @property
    def goes_on(self) -> bool:
        return bool(self.run) and not (self.class_ or self.classes or self.pupils)


@dataclass(frozen=True, slots=True)
class Part:
    """A print's part of its run. class_: "" for pupils. skipped: classes before it in which nobody is expected."""

    pupils: Sequence[str]
    class_: str = ""
    skipped: tuple[str, ...] = ()


def school_asked(deps: Dependencies, caller: Caller, asked: Asked) -> str:
    """The school of the classes or pupils, all of them in the caller's scope."""
    if asked.class_ and asked.classes:
        raise Refused("bad-fields", "Name a class or several, not both.", where="classes")
    if asked.run and (asked.classes or asked.pupils):
        raise Refused("bad-fields", "A run goes on with a class; pupils are a run of their own.", where="run")
    if asked.goes_on:
        run = run_of(deps, asked.run)
        return school_of_pupils(deps, caller, run.left or run.classes, [])
    return school_of_pupils(deps, caller, [asked.class_] if asked.class_ else asked.classes, asked.pupils)


def run_of(deps: Dependencies, id: str) -> PrintRun:
    """The run that a print leads, or continues. Raises Refused("not-found")."""
    run = print_run_decider(id).fold(deps.store.load(f"print-{id}"))
    if not run.school:
        raise Refused("not-found", "You lead no print run with this id.", where="run")
    return run


def make_print(
    deps: Dependencies, caller: Caller, context: CommandContext, campaign: str, school: str, asked: Asked
) -> Mapping[str, Any]:
    """Record a print; sheets printed before are void. All of the forms, or none.

    school: of the classes or the pupils, all in the caller's scope. The yes to void sheets is asked for before the code
    is used up, for all classes of the run. Raises Refused("sheets-would-be-void") with their number, and what the
    download code is refused for.
    """
    if (first := first_response(deps.store, context)) is not None:
        return first
    id = uuid.uuid5(PRINTS, context.id).hex
    _require_ready(deps, campaign)
    led = _led(deps, caller, campaign, school, asked.run) if asked.goes_on else PrintRun("")
    planned = led.left if asked.goes_on else tuple(dict.fromkeys(asked.classes))
    classes = planned or (asked.class_,)
    if not asked.confirm:
        chosen = asked.pupils or _expected_pupils(deps, campaign, classes)
        _require_no_sheets(deps, deps.tables.entries.many(entry_id(campaign, pupil) for pupil in chosen), led.yes_at)
    part = _part(deps, campaign, classes, asked.pupils)
    if part.pupils or not asked.goes_on:
        _entries(deps, campaign, school, part.pupils)  # before the code is used up
    unlocked = Unlocked() if asked.run else _unlock(deps, caller, context, id, school, asked.download_code)

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        part = _part(deps, campaign, classes, asked.pupils)  # again: pupils move, and colleagues print
        entries = _entries(deps, campaign, school, part.pupils) if part.pupils or not asked.goes_on else []
        if not asked.confirm:
            _require_no_sheets(deps, entries, led.yes_at)
        at, by, run = deps.clock.now(), caller.account, asked.run or id
        print, yes_at = id if entries else "", at if asked.confirm else 0
        printed = (part.class_,) if part.class_ else tuple(sorted({row.state.class_ for row in entries}))
        renew_ended_codes(deps, work, part.pupils)
        for row in entries:
            _renew_sheet(deps, work, row, id)
        if asked.run:
            command = Continue(print, by, campaign, school, printed, at, part.skipped, yes_at)
            began = _continue(deps, work, run, command)
        if entries:
            made = Make(
                campaign, school, len(entries), asked.source, by, at, printed, _valid_sheets(entries), run,
                unlocked.by, unlocked.origin, () if asked.run else planned, yes_at, part.skipped,
            )  # fmt: skip
            version, state = work.decide(print_run_decider(id), f"print-{id}", 0, PrintRun(id), made)
            work.put(deps.tables.prints, PrintRow(version, state))
        return {
            "print": print,
            "forms": len(entries),
            "pages": pages_of(Counter(row.state.class_ for row in entries).values()),
            "void": _valid_sheets(entries),
            "run": run,
            "run_ends_at": iso((began if asked.run else at) + RUN_MS),
            "left": [class_ for class_ in planned if class_ not in (*part.skipped, *printed)],
            "url": f"/v1/prints/{id}/forms.pdf" if entries else "",
        }

    return execute(deps.store, context, plan)


def _led(deps: Dependencies, caller: Caller, campaign: str, school: str, id: str) -> PrintRun:
    """The caller's run, of whose classes some are left."""
    run = run_of(deps, id)
    require_leader(run, caller.account, campaign, school)
    if not run.left:
        raise Refused("nothing-left", "This run has printed all its classes.", kind="conflict", where="run")
    return run


def _unlock(deps: Dependencies, caller: Caller, context: CommandContext, run: str, school: str, code: str) -> Unlocked:
    """Use up the code for the run. Another code under the same key, after a wrong one, is a command of its own."""
    command = uuid.uuid5(PRINTS, f"{context.id} {context.fingerprint}").hex
    return deps.download_codes.use(caller.account, deps.tree.path(school), run, code, command)


def _part(deps: Dependencies, campaign: str, classes: Sequence[str], pupils: Sequence[str]) -> Part:
    """The pupils, or those of the first of the classes in which anybody is expected."""
    if pupils:
        return Part(list(dict.fromkeys(pupils)))
    for number, class_ in enumerate(classes):
        if expected := _expected_pupils(deps, campaign, [class_]):
            return Part(expected, class_, tuple(classes[:number]))
    return Part([], skipped=tuple(classes))


def _require_no_sheets(deps: Dependencies, entries: Sequence[EntryRow], yes_at: int) -> None:
    """Refuse to void sheets without a yes. yes_at: ms of the one to all sheets that were printed before, else 0."""
    valid = [row for row in entries if row.state.printed]
    if yes_at:
        later = {row.id for row in deps.tables.prints.many({row.print for row in valid}) if row.state.at >= yes_at}
        valid = [row for row in valid if row.print in later]
    if valid:
        raise Refused(
            "sheets-would-be-void",
            f"{len(valid)} of these sheets have been printed before and would be void; confirm it.",
            kind="conflict",
            where="confirm",
            extra={"sheets": len(valid)},
        )


def _valid_sheets(entries: Sequence[EntryRow]) -> int:
    return sum(row.state.printed for row in entries)


def _continue(deps: Dependencies, work: UnitOfWork, run: str, command: Continue) -> int:
    """Record it at the print that leads the run. Returns when the run began."""
    history, decider = deps.store.load(f"print-{run}"), print_run_decider(run)
    _, state = work.decide(decider, f"print-{run}", len(history), decider.fold(history), command)
    return state.at


def _expected_pupils(deps: Dependencies, campaign: str, classes: Sequence[str]) -> list[str]:
    pupils = [row.id for row in deps.tables.pupils.find("class", classes)]
    entries = deps.tables.entries.many([entry_id(campaign, pupil) for pupil in pupils])
    return sorted(row.state.pupil for row in entries if row.state.expected and row.state.class_ in classes)


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
