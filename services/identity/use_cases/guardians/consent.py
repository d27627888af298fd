"""Consent for a child: read by the guardian who gave it, and withdrawn, with an account or by the codes on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.binding import BOUND, LEFT, NONE, WithdrawConsent, binding_decider
from services.identity.use_cases.guardians.guardian_registration import find_child
from services.identity.use_cases.guardians.misuse_cases import corrected_at
from services.identity.use_cases.steps import binding_stream, onward, own_person, refuse_held, renew_code
from shared.eventsourcing.commands import events_of, handle
from shared.eventsourcing.event import Event
from shared.eventsourcing.store import CommandContext
from shared.language import codes
from shared.service.auth import Caller

DECLINED = "declined"  # the request of somebody who waited
TOLD_MS = 60 * 86_400_000  # for so long a guardian is told that others have ended a binding or a request


@dataclass(frozen=True, slots=True)
class OwnChild:
    """A child as a guardian's account is connected to it. state: "bound", "waiting", or "none" where others ended it.

    teacher_decides: as of Guardian. consent: version of the text; consented_at: ms since 1970.
    reason, ended_at: of state "none": a word of UNBINDING or DECLINED; else "" and 0.
    corrected_at: of state "bound", when somebody else lost the child for having used its code, in ms; 0 if nobody has.
    """

    pupil: str
    state: str
    teacher_decides: bool
    consent: str
    consented_at: int
    reason: str = ""
    ended_at: int = 0
    corrected_at: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """photos: how many were withdrawn."""

    photos: int


def own_children(deps: Dependencies, caller: Caller) -> list[OwnChild]:
    """The children to whom the caller is bound or for whom the caller waits, in the order in which they were added.

    Without those that a reset took out of reach; for some weeks with those whom others took away, and why.
    """
    person = own_person(deps, caller)
    within_reach = (child.pupil for child in person.children if child.pupil not in person.validity.held)
    return [child for pupil in within_reach if (child := _own_child(deps, caller.account, pupil))]


def _own_child(deps: Dependencies, account: str, pupil: str) -> OwnChild | None:
    history = deps.store.load(binding_stream(pupil))
    binding = binding_decider(pupil).fold(history)
    version, at = _last_consent(history, account)
    if binding.state_of(account) != NONE:
        state = binding.state_of(account)
        corrected = corrected_at(deps, pupil, account) if state == BOUND else 0
        recently = corrected if deps.clock.now() - corrected < TOLD_MS else 0
        return OwnChild(pupil, state, account in binding.unlisted, version, at, corrected_at=recently)
    reason, ended_at = _end(history, account)
    if not reason or deps.clock.now() - ended_at >= TOLD_MS:
        return None
    return OwnChild(pupil, NONE, False, version, at, reason, ended_at)


def _end(history: list[Event], account: str) -> tuple[str, int]:
    """(reason, ms since 1970) of an end that others have decided; ("", 0) where the guardian did."""
    last = next((event for event in reversed(history) if event.data.get("account") == account), None)
    if last is None or last.actor == account or last.type not in ("binding.dissolved", "binding.declined"):
        return "", 0
    reason = str(last.data.get("reason", DECLINED))
    return (reason, last.at) if reason != LEFT else ("", 0)


def _last_consent(history: list[Event], account: str) -> tuple[str, int]:
    """(version, ms since 1970)."""
    given = (event for event in reversed(history) if event.type == "binding.consented")
    return next(((str(e.data["version"]), e.at) for e in given if e.data["account"] == account), ("", 0))


def withdraw_consent(deps: Dependencies, caller: Caller, context: CommandContext, pupil: str) -> Withdrawn:
    """End the caller's consent for a child: the photos are withdrawn, the code is void, then the binding ends.

    In this order: a failure in between leaves the consent recorded, and the same request completes it. Somebody who
    waits has no power over photos, and only takes back the request. Raises Refused.
    """
    refuse_held(deps, caller, pupil)
    stream, decider, command = binding_stream(pupil), binding_decider(pupil), WithdrawConsent(caller.account)
    history = deps.store.load(stream)
    if events_of(context, history):
        return Withdrawn(0)
    binding = decider.fold(history)
    decider.decide(command, binding)
    photos = 0
    if binding.state_of(caller.account) == BOUND:
        photos = deps.upload.withdraw(pupil, onward(context))
        renew_code(deps, context, pupil)  # shown to nobody: the class teacher issues one when needed
    path = deps.roster.class_path(pupil)
    with deps.trail.acting("consent-withdrawn", context, caller, target=pupil, path=path) as acting:
        handle(deps.store, decider, stream, command, acting)
        deps.records.people.supersede_tokens(caller.account)
    return Withdrawn(photos)


def withdraw_by_codes(deps: Dependencies, context: CommandContext, given: Mapping[str, str]) -> Withdrawn:
    """Withdraw what a family has sent with the upload code alone: by both codes of the paper and the birth date.

    Nothing that a guardian's account, the teacher or the school has sent. Raises Refused as `find_child` does.
    """
    child = find_child(deps, given["registration_code"], given["birth_date"])
    code = codes.parse(given["upload_code"], "upload_code", kind=codes.UPLOAD)
    return Withdrawn(deps.upload.withdraw(child.pupil, onward(context), code))
