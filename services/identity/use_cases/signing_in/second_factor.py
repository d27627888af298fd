"""The own second factor: set up with a device's first code, recovery codes, and its reset by the level above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from services.identity.credentials.one_time_codes import key_uri, new_key, step_of
from services.identity.dependencies import Dependencies
from services.identity.domain.account import account_decider
from services.identity.domain.second_factor import (
    RECOVERY_CODES,
    SET_UP_MS,
    BeginSecondFactor,
    ConfirmSecondFactor,
    RenewRecoveryCodes,
    ResetSecondFactor,
)
from services.identity.repositories.protocol import Person
from services.identity.use_cases.signing_in.passwords import held_by_reset
from services.identity.use_cases.signing_in.second_step import has_second_factor, must_set_up, plain_code, wrong_code
from services.identity.use_cases.signing_in.throttle import forget_tries
from services.identity.use_cases.steps import account_stream, change_account, end_sessions, existing_person, own_person
from shared.eventsourcing.commands import first_response
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.service.auth import Caller
from shared.service.authentication_methods import ONE_TIME_CODE


@dataclass(frozen=True, slots=True)
class OwnSecondFactor:
    """is_set_up: a device is in force. is_required: nothing else works without one. codes_left: recovery codes.

    reset_at: ISO time of a reset by another account that no new set-up has followed, "" without.
    """

    is_set_up: bool
    is_required: bool
    codes_left: int
    reset_at: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """The key for a device. uri: for its QR. key: in groups of four, to type. ends_at: ISO time, for the first code."""

    uri: str
    key: str
    ends_at: str


def own_second_factor(deps: Dependencies, caller: Caller) -> OwnSecondFactor:
    person = own_person(deps, caller)
    state = account_decider.fold(deps.store.load(account_stream(person.account))).second_factor
    is_set_up = has_second_factor(deps, person)
    reset_at = iso(state.reset_at) if state.reset_at else ""
    return OwnSecondFactor(is_set_up, is_set_up or must_set_up(deps, person), state.codes_left, reset_at)


def begin(deps: Dependencies, caller: Caller, context: CommandContext) -> SetUp:
    """Make a key for the owner's device. A repetition gets the same one; a device in force stays so until confirmed.

    Raises Refused("no-second-factor") for a guardian.
    """
    person = own_person(deps, caller)
    pending = deps.personal_data.seal_key(person.account, new_key())
    begun = deps.clock.now()
    change_account(
        deps,
        person.account,
        BeginSecondFactor(begun),
        context,
        lambda session: deps.records.second_factors.begin(person.account, pending, session),
    )
    record = deps.records.second_factors.get(person.account)
    key = deps.personal_data.open_key(person.account, record.pending) if record and record.pending else ""
    if not key:
        raise Refused("second-factor-not-begun", "This key has been confirmed; ask for another one.", kind="conflict")
    grouped = " ".join(key[i : i + 4] for i in range(0, len(key), 4))
    return SetUp(key_uri(key, deps.personal_data.open(person).login), grouped, iso(begun + SET_UP_MS))


def confirm(deps: Dependencies, caller: Caller, context: CommandContext, code: str) -> list[str]:
    """Put the key in force with the first code of the device; every other session ends. Returns the recovery codes.

    Raises Refused("second-factor-wrong", "second-factor-not-begun").
    """
    person = own_person(deps, caller)

    def do(hashes: list[str], remember: Also) -> None:
        record = deps.records.second_factors.get(person.account)
        key = deps.personal_data.open_key(person.account, record.pending) if record and record.pending else ""
        step = step_of(key, plain_code(code), deps.clock.now()) if key else 0
        if key and not step:
            raise wrong_code()
        change_account(
            deps,
            person.account,
            ConfirmSecondFactor(deps.clock.now()),
            context,
            lambda session: deps.records.second_factors.confirm(person.account, step, hashes, session),
            remember,
        )

    made = _once(deps, context, do)
    deps.records.sessions.prove(caller.session, deps.clock.now(), (ONE_TIME_CODE,))
    end_sessions(deps, person.account, "another second factor", but=caller.session)
    return made


def renew_codes(deps: Dependencies, caller: Caller, context: CommandContext) -> list[str]:
    """Other recovery codes in place of those before. Raises Refused("no-second-factor")."""
    person = own_person(deps, caller)

    def do(hashes: list[str], remember: Also) -> None:
        change_account(
            deps,
            person.account,
            RenewRecoveryCodes(deps.clock.now()),
            context,
            lambda session: deps.records.second_factors.set_recovery(person.account, hashes, session),
            remember,
        )

    return _once(deps, context, do)


def reset(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> None:
    """Take the second factor away from an account of the level below, whose owner has lost it; all its sessions end.

    Raises Refused("not-found", "outside-scope", "no-second-factor", "account-closed").
    """
    person = existing_person(deps, account)
    held_by_reset(deps, caller, person)
    take_away(deps, context, person, caller.account)


def take_away(deps: Dependencies, context: CommandContext, person: Person, by: str) -> None:
    change_account(
        deps,
        person.account,
        ResetSecondFactor(by, deps.clock.now()),
        context,
        lambda session: deps.records.second_factors.remove(person.account, session),
    )
    end_sessions(deps, person.account, "second factor reset")
    forget_tries(deps, person)


def _once(deps: Dependencies, context: CommandContext, do: Callable[[list[str], Also], None]) -> list[str]:
    """The recovery codes of the first request of this command, kept sealed with it. do: gets their hashes."""
    if not (first := _made(deps, context)):
        made = [codes.grouped(codes.make(kind=codes.RECOVERY)) for _ in range(RECOVERY_CODES)]
        sealed = {"sealed": deps.personal_data.seal_response(context.id, {"secret": orjson.dumps(made).decode()})}
        hashes = [codes.code_hash(codes.RECOVERY, code, deps.code_key) for code in made]
        do(hashes, lambda session: deps.store.remember(context, sealed, session))
        first = _made(deps, context) or made  # a concurrent copy of this request may have been faster
    return first


def _made(deps: Dependencies, context: CommandContext) -> list[str]:
    first = first_response(deps.store, context)
    if first is None:
        return []
    made: list[str] = orjson.loads(deps.personal_data.open_response(context.id, first["sealed"])["secret"])
    return made
