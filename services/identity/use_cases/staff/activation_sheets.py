"""Activation sheets: the accounts below a unit that nobody has activated, each with a new code, to print and hand out.

A school prints those of its class teachers (班主任平台信息表), a bureau those of the levels below it. Printing is
recorded and makes new codes; where earlier ones are still good it asks for a yes first. The codes can be fetched by who
printed them, for half an hour, and as long as each of them is good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid5

from services.identity.credentials.tokens import same
from services.identity.dependencies import Dependencies
from services.identity.domain.account_lifecycle import RenewActivation
from services.identity.domain.sheet_run import MOST, SHEETS_OF, PrintSheets, SheetRun, sheet_run_decider, units_of_files
from services.identity.domain.validity import CLOSED, ENDED, UNACTIVATED, state_of
from services.identity.repositories.protocol import Person
from services.identity.sheets.file_names import file_name
from services.identity.sheets.sheet import Sheet, render
from services.identity.use_cases.staff.slips import made_code, once
from services.identity.use_cases.steps import ACCOUNTS, change_account, existing_person
from shared.eventsourcing.commands import events_of, handle
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.archive import zip_chunks
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.class_names import class_name
from shared.language.path import codes as path_codes
from shared.language.path import last
from shared.language.scope import Scope
from shared.service.auth import Caller

MOST_READ = 20_000  # accounts of a unit that are looked through
KEPT_MS = 30 * 60_000
TEACHER = "teacher"


@dataclass(frozen=True, slots=True)
class Printed:
    """id: of the print. codes: number of accounts with a new code. without: of those listed without one."""

    id: str
    codes: int
    without: int


def print_sheets(deps: Dependencies, caller: Caller, context: CommandContext, path: str, confirm: bool) -> Printed:
    """Make new codes for the accounts at and below `path` that nobody has activated, and record the print.

    confirm: the yes to voiding codes that are still good. A repetition continues what was cut off.
    Raises Refused("outside-scope", "codes-would-be-void", "nothing-to-activate", "too-many-accounts").
    """
    if caller.role not in SHEETS_OF or not caller.scope.allows(path):
        raise Refused("outside-scope", "This path is neither one of yours nor below one of yours.", where="path")
    id = str(uuid5(ACCOUNTS, f"sheets {context.id}"))
    history = deps.store.load(_stream(id))
    if events_of(context, history):
        run = sheet_run_decider.fold(history)
    else:
        run = _recorded(deps, caller, context, id, path, confirm)
    made = sum(_renewed(deps, run, id, account) for account in run.accounts)
    return Printed(id, made, len(run.accounts) - made)


def _recorded(
    deps: Dependencies, caller: Caller, context: CommandContext, id: str, path: str, confirm: bool
) -> SheetRun:
    listed = _listed(deps, caller, path)
    states = [_state(deps, person) for person in listed]
    if not {UNACTIVATED, ENDED} & set(states):
        raise Refused("nothing-to-activate", "Every account here has been activated.", kind="conflict", where="path")
    if len(listed) > MOST:
        raise Refused("too-many-accounts", f"One print has at most {MOST} accounts; choose a unit below.", where="path")
    good = sum(state == UNACTIVATED and bool(p.code) for p, state in zip(listed, states, strict=True))
    if good and not confirm:
        raise Refused(
            "codes-would-be-void",
            f"{good} activation codes that were handed out would be void; say yes to that.",
            kind="conflict",
            where="confirm",
            extra={"codes": good},
        )
    command = PrintSheets(caller.account, path, tuple(person.account for person in listed), deps.clock.now())
    state: SheetRun = handle(deps.store, sheet_run_decider, _stream(id), command, context).state
    return state


def _listed(deps: Dependencies, caller: Caller, path: str) -> list[Person]:
    """Accounts of the levels below whose home lies there, by path; closed ones and those that wait are left out."""
    found = deps.records.people.staff(Scope.of([path]), MOST_READ, SHEETS_OF[caller.role])
    return [p for p in found if _state(deps, p) != CLOSED and not p.validity.waiting]


def _state(deps: Dependencies, person: Person) -> str:
    return state_of(person.role, person.validity, person.used_at, deps.clock.now())


def _stream(id: str) -> str:
    return f"sheets-{id}"


def _context(run: SheetRun, id: str, account: str) -> CommandContext:
    """The command that makes the code of one account of a print."""
    return CommandContext(f"sheets {id} {account}", run.by)


def _renewed(deps: Dependencies, run: SheetRun, id: str, account: str) -> bool:
    """Make the account's new code, once; False if its owner has activated it."""
    context = _context(run, id, account)

    def renew(hashed: str, remember: Also) -> None:
        change_account(
            deps,
            account,
            RenewActivation(run.by, deps.clock.now()),
            context,
            lambda session: deps.records.people.set_code(account, hashed, session),
            remember,
        )

    try:
        once(deps, context, codes.ACTIVATION, renew)
    except Refused as refused:
        if refused.code not in ("account-activated", "account-closed"):
            raise
        return False
    return True


def fetch_sheets(deps: Dependencies, caller: Caller, id: str, layout: str) -> bytes:
    """The PDF of a print, for who printed it. layout: one of sheet.LAYOUTS.

    Raises Refused("not-found", "slip-over").
    """
    run, people = _own_print(deps, caller, id)
    return _pdf(deps, run, id, people, run.path, _names(deps, people, [run.path]), layout)


def fetch_archive(deps: Dependencies, caller: Caller, id: str, layout: str) -> bytes:
    """The sheets of a print as a ZIP with a PDF for each unit that hands them out. As fetch_sheets otherwise."""
    run, people = _own_print(deps, caller, id)
    unit_of = units_of_files(run.path, [person.home for person in people])
    units, depth = sorted(set(unit_of.values())), len(path_codes(run.path))
    ways = {unit: path_codes(unit)[depth - 1 :] for unit in units}
    names = _names(deps, people, [code for way in ways.values() for code in way])
    files = (
        (file_name(ways[unit], names), _pdf(deps, run, id, some, unit, names, layout))
        for unit in units
        if (some := [person for person in people if unit_of[person.home] == unit])
    )
    return b"".join(zip_chunks(files))


def _own_print(deps: Dependencies, caller: Caller, id: str) -> tuple[SheetRun, list[Person]]:
    run = sheet_run_decider.fold(deps.store.load(_stream(id)))
    if not run.by or run.by != caller.account or not caller.scope.allows(run.path):
        raise Refused("not-found", "There is no such print of yours.", where="sheets")
    if deps.clock.now() - run.at > KEPT_MS:
        raise Refused("slip-over", "These sheets are not shown any more; print them anew.", kind="gone")
    return run, [existing_person(deps, account) for account in run.accounts]


def _names(deps: Dependencies, people: Sequence[Person], units: Sequence[str]) -> Mapping[str, str]:
    """code -> name of these units (paths or codes), and of what people are at; classes are named without roster."""
    return deps.roster.unit_names([last(p.home) for p in people if p.role != TEACHER] + [last(unit) for unit in units])


def _pdf(
    deps: Dependencies,
    run: SheetRun,
    id: str,
    people: Sequence[Person],
    unit: str,
    names: Mapping[str, str],
    layout: str,
) -> bytes:
    sheets = [_sheet(deps, person, _context(run, id, person.account), names) for person in people]
    of_teachers = all(person.role == TEACHER for person in people)
    title = names.get(last(unit), last(unit))
    return render(sheets, title, of_teachers=of_teachers, layout=layout, portal_url=deps.portal_url)


def _sheet(deps: Dependencies, person: Person, context: CommandContext, units: Mapping[str, str]) -> Sheet:
    details, code = deps.personal_data.open(person), made_code(deps, context)
    is_good = same(codes.code_hash(codes.ACTIVATION, code, deps.code_key), person.code) if code else False
    today = day_of(deps.clock.now())
    if person.role == TEACHER:
        places = [class_name(last(path), today) for path in person.paths]
    else:
        places = [units.get(last(path), last(path)) for path in person.paths]
    good = code if is_good and _state(deps, person) == UNACTIVATED else ""
    return Sheet(details.display_name, details.login, "、".join(places), good, person.validity.activation_ends_at)
