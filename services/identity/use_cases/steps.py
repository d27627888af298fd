"""Steps that several use cases share: names of streams, lookups, and counted attempts."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID, uuid5

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Command, account_decider
from services.identity.domain.binding import BOUND, Binding, binding_decider
from services.identity.repositories.protocol import TEMPORARY_LOCK, Limit, Person
from shared.eventsourcing.commands import Handled, UnitOfWork, events_of, transact
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.service.auth import Caller
from shared.service.ended_sessions import session_ended, token_superseded

ACCOUNTS = UUID("5f0c3a9e-7d0b-5d0e-9a53-0d9f6f2f7c11")  # namespace of the account ids derived from commands


def new_account_id(context: CommandContext) -> str:
    """The id of the account that a command opens: the same when the command is repeated."""
    return str(uuid5(ACCOUNTS, context.id))


def unit_account_id(level: str, code: str) -> str:
    """The id of the account that a unit got at the kick-off or with its grant. It bears the unit's name at first."""
    return str(uuid5(ACCOUNTS, f"kick-off {level} {code}"))


def onward(context: CommandContext) -> str:
    """The id under which this command asks another service to act: 32 hexadecimal digits."""
    return sha256(context.id.encode()).hexdigest()[:32]


def renew_code(deps: Dependencies, context: CommandContext, pupil: str) -> str:
    """A registration code in place of the one that is void from here on; a repeated command gets the same one.

    "" if it has been replaced since. Raises Refused("unavailable").
    """
    try:
        return deps.roster.renew_code(pupil, onward(context))
    except Refused as refused:
        if refused.code != "gone":
            raise
        return ""


def path_in_scope(deps: Dependencies, caller: Caller, pupil: str) -> str:
    """The path of the pupil's class. Raises Refused("outside-scope")."""
    path = deps.roster.class_path(pupil)
    if not caller.scope.allows(path):
        raise Refused("outside-scope", "This pupil is not in a class of yours.")
    return path


def account_stream(account: str) -> str:
    return f"account-{account}"


def school_stream(school: str) -> str:
    return f"staff-{school}"


def admins_stream(unit: str) -> str:
    return f"admins-{unit}"


def binding_stream(pupil: str) -> str:
    return f"binding-{pupil}"


def load_binding(deps: Dependencies, pupil: str) -> Binding:
    return binding_decider(pupil).fold(deps.store.load(binding_stream(pupil)))


def change_account(
    deps: Dependencies,
    account: str,
    command: Command,
    context: CommandContext,
    *writes: Also,
    before: Callable[[UnitOfWork], None] | None = None,
) -> Handled:
    """Decide on an account's stream; its validity and grants are copied into `people` in the same transaction.

    before: further decisions of the same transaction, made again whenever this one is.
    """

    def plan(work: UnitOfWork) -> Handled:
        history = deps.store.load(account_stream(account))
        state = account_decider.fold(history)
        if events := events_of(context, history):
            return Handled(events, [state], repeated=True)
        if before:
            before(work)
        _, after = work.decide(account_decider, account_stream(account), len(history), state, command)
        work.also(lambda session: deps.records.people.set_validity(account, after.validity, session))
        if after.grants != state.grants:
            work.also(lambda session: deps.records.people.set_grants(account, after.grants, session))
        for write in writes:
            work.also(write)
        return Handled([], [after])

    return transact(deps.store, context, plan)


def bound_children(deps: Dependencies, person: Person) -> list[str]:
    """The pupils to whom the guardian is bound, held ones too."""
    linked = [child.pupil for child in person.children]
    return [pupil for pupil in linked if load_binding(deps, pupil).state_of(person.account) == BOUND]


def existing_person(deps: Dependencies, account: str) -> Person:
    """Raises Refused("not-found")."""
    person = deps.records.people.get(account)
    if person is None:
        raise Refused("not-found", "There is no such account.", where="account")
    return person


def own_person(deps: Dependencies, caller: Caller) -> Person:
    """The person behind the caller's token. Raises Refused("not-signed-in") for an account that does not exist here."""
    person = deps.records.people.get(caller.account)
    if person is None:
        raise Refused("not-signed-in", "This account does not exist here; sign in again.", where="Authorization")
    return person


class OwnEndings:
    """Identity's own view of what has ended: read from its store at every request, so at once."""

    def __init__(self, deps: Dependencies) -> None:
        self._endings = deps.records.endings

    def check(self, session: str, account: str, epoch: int) -> None:
        for ending in self._endings.of(session, account):
            if ending.subject == session:
                raise session_ended()
            if epoch < ending.epoch:
                raise token_superseded()


def refuse_held(deps: Dependencies, caller: Caller, pupil: str) -> None:
    """Raise Refused if a reset took this child out of the calling guardian's reach."""
    if pupil in own_person(deps, caller).validity.held:
        raise Refused("outside-scope", "After a reset, get this child back with its birth date first.", where="pupil")


def reserve(deps: Dependencies, key: str, locked: str, limit: Limit = TEMPORARY_LOCK) -> None:
    """Count one try. Raises Refused above the limit, with the detail `locked` and the seconds until the next one."""
    refuse_at_once(deps, key, locked, limit)
    now = deps.clock.now()
    if not deps.records.attempts.reserve(key, now, limit):
        deps.locks.note(key, now, deps.records.attempts.until(key))
        raise _too_many(deps.records.attempts.until(key) - now, locked, limit)


def reserve_once(deps: Dependencies, key: str, request: str, locked: str, limit: Limit) -> None:
    """`reserve` for a request that may be repeated: the one that lost its response is counted once.

    request: a keyed hash of its key and its fields, so that other fields under the same key are another try.
    """
    attempts, mark = deps.records.attempts, f"{key}:{request}"
    if not attempts.tries(mark, deps.clock.now()):
        reserve(deps, key, locked, limit)
        attempts.count(mark, deps.clock.now(), limit.window_ms)


def refuse_at_once(deps: Dependencies, key: str, locked: str, limit: Limit = TEMPORARY_LOCK) -> None:
    """Raise Refused, without a question to the store, for a key that was found locked a moment ago."""
    now = deps.clock.now()
    if until := deps.locks.until(key, now):
        raise _too_many(until - now, locked, limit)


def tell_lock(deps: Dependencies, key: str, limit: Limit, *, of: str, account: str = "", source: str = "") -> None:
    """Tell the security log if the try that has just failed was the last one that the limit allows."""
    if deps.records.attempts.tries(key, deps.clock.now()) == limit.most:
        security_event("locked", account=account, source=source, limit=of)


def end_sessions(deps: Dependencies, account: str, why: str, but: str = "") -> None:
    """End all sessions of the account except `but`; the security log is told if there were any."""
    if ended := deps.records.sessions.end_all(account, but):
        security_event("session-ended", account=account, why=why, sessions=ended)


def _too_many(ms: int, locked: str, limit: Limit) -> Refused:
    return Refused(limit.code, locked, kind="too-many", extra={"retry_after": max(1, -(-ms // 1000))})


def attempt(
    deps: Dependencies,
    key: str,
    try_it: Callable[[], bool],
    locked: str,
    limit: Limit = TEMPORARY_LOCK,
    *,
    of: str,
    account: str = "",
    source: str = "",
    forgets: bool = True,
) -> bool:
    """Count one try. Returns True if it succeeded. Raises what `reserve` raises.

    forgets: whether a success forgets the failed tries before it; a success itself is never counted.

    of: whose tries the key counts, in the words of the security log, with account and source where they are known.
    """
    reserve(deps, key, locked, limit)
    try:
        succeeded = try_it()
    except Exception:
        deps.records.attempts.give_back(key)
        raise
    if not succeeded:
        tell_lock(deps, key, limit, of=of, account=account, source=source)
        return False
    if forgets:
        deps.records.attempts.clear(key)
    else:
        deps.records.attempts.give_back(key)
    return True
