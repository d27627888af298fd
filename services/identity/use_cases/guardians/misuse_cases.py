"""Cases of misused registration codes: opened where staff unbind for that reason, reported by families, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.misuse import REPORTED, Case, Close, Command, Report, misuse_decider, misuse_stream
from services.identity.repositories.misuse import MisuseRow, SchoolCount
from services.identity.repositories.protocol import Limit
from services.identity.use_cases.guardians.guardian_registration import code_holder
from services.identity.use_cases.steps import load_binding, onward, path_in_scope, reserve_once
from shared.eventsourcing.commands import Handled, Step, UnitOfWork, events_of, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.path import parent
from shared.service.auth import NOBODY, Caller, require_path

REPORTS = Limit(3, 86_400_000, "too-many")
REPORTED_OFTEN = "This code was reported several times today; the class teacher has been told."
LISTED = 200  # cases of a class or a school


@dataclass(frozen=True, slots=True)
class Accused:
    """An account that lost the child in a case. display_name: "" once it was erased."""

    account: str
    display_name: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case for teacher and school. Times in ms since 1970, 0: not yet.

    registered: whether somebody else is bound to the pupil now. photos: how many were put on hold.
    """

    pupil: str
    number: int
    state: str
    outcome: str
    photos: int
    reported_at: int
    opened_at: int
    closed_at: int
    accused: list[Accused]
    registered: bool


def hold_photos(deps: Dependencies, context: CommandContext, pupil: str, account: str) -> int:
    """Put on hold what the account has sent for this pupil. Returns how many; the same for a repeated command."""
    return deps.upload.hold(pupil, account, onward(context))


def is_reported(deps: Dependencies, pupil: str) -> bool:
    """True if a family has reported a misuse on which nobody has decided yet."""
    return misuse_decider.fold(deps.store.load(misuse_stream(pupil))).state == REPORTED


def _is_open(deps: Dependencies, pupil: str) -> bool:
    return misuse_decider.fold(deps.store.load(misuse_stream(pupil))).is_open


def report(deps: Dependencies, context: CommandContext, given: Mapping[str, str]) -> None:
    """Report a misuse by code and birth date, without an account. The answer is the same whatever they are.

    Counted by code and not by its outcome, so that nothing is learnt from the limit either; a repeated request once.
    Raises Refused("too-many").
    """
    code = codes.parse(given["registration_code"], "registration_code", kind=codes.REGISTRATION)
    request = deps.personal_data.text_hash({**given, "key": context.id})
    reserve_once(deps, f"{code_holder(deps, code)}:reports", request, REPORTED_OFTEN, REPORTS)
    try:
        child = deps.roster.child(code, given["birth_date"])
    except Refused as refused:
        if refused.code != "code-ended":
            raise
        child = None
    if child and load_binding(deps, child.pupil).guardians:
        path = deps.roster.class_path(child.pupil)
        with deps.trail.acting("misuse-reported", context, NOBODY, target=child.pupil, path=path) as acting:
            record_case(deps, acting, child.pupil, path, Report())


def close(deps: Dependencies, caller: Caller, context: CommandContext, pupil: str, source: str) -> CaseView:
    """Close the open case of a pupil. Raises Refused("outside-scope", "not-found", "no-misuse-case", "photos-on-hold").

    None is closed while a photo is on hold: nobody would be reminded to release or return it.
    """
    path = path_in_scope(deps, caller, pupil)
    if _is_open(deps, pupil) and deps.upload.held(pupil):
        raise Refused(
            "photos-on-hold", "A photo of this pupil is on hold; release or return it first.", kind="conflict"
        )
    with deps.trail.acting("misuse-closed", context, caller, target=pupil, source=source) as acting:
        record_case(deps, acting, pupil, path, Close())
    return _view(deps, pupil)


def show(deps: Dependencies, caller: Caller, pupil: str, source: str) -> CaseView:
    """The newest case of a pupil. Raises Refused("outside-scope", "not-found")."""
    path = path_in_scope(deps, caller, pupil)
    deps.views.record(caller, "guardians", [pupil], path, source)
    view = _view(deps, pupil)
    if not view.number:
        raise Refused("not-found", "No misuse of this pupil's code is known.", where="pupil")
    return view


def list_cases(deps: Dependencies, caller: Caller) -> list[MisuseRow]:
    """The cases of the caller's classes or school, newest first, as of where the pupil was then."""
    return deps.records.misuse.under(caller.scope, LISTED)


def count_cases(deps: Dependencies, caller: Caller, under: str) -> list[SchoolCount]:
    """Open and closed cases by school. Raises Refused("outside-scope")."""
    require_path(caller, under)
    return deps.records.misuse.counts(under)


def corrected_at(deps: Dependencies, pupil: str, account: str) -> int:
    """The time (ms) at which somebody else lost this pupil for having used its code; 0 if nobody has."""
    opened = [event for event in deps.store.load(misuse_stream(pupil)) if event.type == "misuse.opened"]
    return next((event.at for event in reversed(opened) if event.data["account"] != account), 0)


def record_case(
    deps: Dependencies, context: CommandContext, pupil: str, path: str, command: Command, *further: Step
) -> Handled:
    """Decide on the case and on further streams in one transaction, with the case's row."""
    steps = [Step(misuse_decider, misuse_stream(pupil), command), *further]

    def plan(work: UnitOfWork) -> Handled:
        histories = [deps.store.load(step.stream) for step in steps]
        states = [step.decider.fold(history) for step, history in zip(steps, histories, strict=True)]
        if events := events_of(context, (event for history in histories for event in history)):
            return Handled(events, states, repeated=True)
        after = [
            work.decide(step.decider, step.stream, len(history), state, step.command)[1]
            for step, history, state in zip(steps, histories, states, strict=True)
        ]
        row = _row(pupil, path, after[0], deps.clock.now())
        work.also(lambda session: deps.records.misuse.put(row, session))
        return Handled([], after)

    return transact(deps.store, context, plan)


def _row(pupil: str, path: str, case: Case, now: int) -> MisuseRow:
    return MisuseRow(pupil, case.number, path, parent(path), case.state, now)


def _view(deps: Dependencies, pupil: str) -> CaseView:
    history = deps.store.load(misuse_stream(pupil))
    case = misuse_decider.fold(history)
    own = [event for event in history if event.data["case"] == case.number]
    at = {event.type: event.at for event in reversed(own)}  # the first of each
    guardians = load_binding(deps, pupil).guardians
    return CaseView(
        pupil,
        case.number,
        case.state,
        case.outcome,
        case.photos,
        at.get("misuse.reported", 0),
        at.get("misuse.opened", 0),
        at.get("misuse.closed", 0),
        [_accused(deps, account) for account in case.accounts],
        any(account not in case.accounts for account in guardians),
    )


def _accused(deps: Dependencies, account: str) -> Accused:
    person = deps.records.people.get(account)
    return Accused(account, deps.personal_data.open(person).display_name if person else "")
