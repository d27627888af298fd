"""The second step of a proof: a one-time code of the owner's device, or one of the recovery codes, each taken once.

A wrong code, a code that was taken before and a recovery code that was used get the same response. Tries are counted
for the account: a few at a time, and fewer than a hundred in a row for good (NIST SP 800-63B).
"""

from __future__ import annotations

import unicodedata

from services.identity.credentials.challenges import CHALLENGE_MS, account_of
from services.identity.credentials.one_time_codes import step_of
from services.identity.dependencies import Dependencies
from services.identity.domain.second_factor import UseRecoveryCode
from services.identity.repositories.protocol import Limit, Person
from services.identity.use_cases.signing_in.throttle import tries_of
from services.identity.use_cases.steps import attempt, change_account
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.language import codes, roles
from shared.language.scope import Scope
from shared.service.auth import Caller

WRONG = "This code is wrong, too old or was used before; wait for the next one and try again."
LOCKED = "Too many wrong codes; wait and try again."
SPOILED = "Too many wrong codes in a row; ask the level above to reset the second factor."
IN_A_ROW = Limit(50, 10 * 365 * 86_400_000, "second-factor-locked")


def has_second_factor(deps: Dependencies, person: Person) -> bool:
    """True if a device is set up and has given its first code."""
    if person.role == "guardian":
        return False
    record = deps.records.second_factors.get(person.account)
    return record is not None and bool(record.sealed)


def must_set_up(deps: Dependencies, person: Person) -> bool:
    """True for an account that may do nothing else before it has a second factor."""
    always = person.role in deps.second_factor_roles and roles.BY_NAME[person.role].second_factor == roles.ALWAYS
    return always and not has_second_factor(deps, person)


def code_needed(deps: Dependencies, person: Person) -> Refused:
    """The response to a right password of an account with a second factor: no session, but a challenge."""
    extra = {"challenge": deps.challenges.issue(person.account, person.password), "expires_in": CHALLENGE_MS // 1000}
    return Refused(
        "second-factor-code-needed",
        "The password is right; now give a code of your authenticator app, or a recovery code "
        "(POST /v1/sessions/second-step at identity).",
        kind="outside-scope",
        where="code",
        extra=extra,
    )


def challenged(deps: Dependencies, challenge: str) -> tuple[Person, str]:
    """The person who owes the second step, and the challenge's id. Raises Refused("challenge-ended")."""
    person = deps.records.people.get(account_of(challenge))
    read = deps.challenges.read(challenge, person.password) if person else None
    if person is None or read is None or deps.records.attempts.tries(_used(read.id), deps.clock.now()):
        raise Refused(
            "challenge-ended", "This sign-in took too long; begin with the password again.", kind="not-signed-in"
        )
    return person, read.id


def use_up(deps: Dependencies, challenge: str) -> None:
    """Take a challenge, by its id, no more."""
    deps.records.attempts.count(_used(challenge), deps.clock.now(), CHALLENGE_MS)


def _used(challenge: str) -> str:
    return f"challenge:{challenge}"


def require_code(deps: Dependencies, person: Person, given: str, source: str = "") -> None:
    """Take a code of the account. Raises Refused: "second-factor-wrong", "too-many", "second-factor-locked"."""
    key, many = f"{tries_of(person.login)}second-step", f"{tries_of(person.login)}second-steps"

    def a_few() -> bool:
        return attempt(
            deps,
            key,
            lambda: _takes(deps, person, given),
            LOCKED,
            of="codes of a second factor",
            account=person.account,
            source=source,
        )

    if not attempt(deps, many, a_few, SPOILED, IN_A_ROW, of="codes in a row", account=person.account, source=source):
        security_event("sign-in-failed", account=person.account, role=person.role, source=source, by="second factor")
        if deps.records.attempts.tries(many, deps.clock.now()) == IN_A_ROW.most:
            owner = Caller(person.account, person.role, Scope.of(person.paths))
            deps.trail.record("second-factor-locked", owner, target=person.account, source=source)
        raise wrong_code()


def wrong_code() -> Refused:
    return Refused("second-factor-wrong", WRONG, where="code")


def plain_code(given: str) -> str:
    """Digits as typed from a telephone, in any width and grouping."""
    return "".join(unicodedata.normalize("NFKC", given).split())


def _takes(deps: Dependencies, person: Person, given: str) -> bool:
    code = plain_code(given)
    return _takes_one_time(deps, person, code) if code.isdecimal() else _takes_recovery(deps, person, given)


def _takes_one_time(deps: Dependencies, person: Person, code: str) -> bool:
    record = deps.records.second_factors.get(person.account)
    if record is None or not record.sealed:
        return False
    step = step_of(deps.personal_data.open_key(person.account, record.sealed), code, deps.clock.now())
    return bool(step) and deps.records.second_factors.use_step(person.account, step)


def _takes_recovery(deps: Dependencies, person: Person, given: str) -> bool:
    """Use up a recovery code: the command is named after it, so of two copies one alone is done."""
    hashed = codes.code_hash(codes.RECOVERY, codes.parse(given, kind=codes.RECOVERY), deps.code_key)
    record = deps.records.second_factors.get(person.account)
    if record is None or hashed not in record.recovery:
        return False
    left = [each for each in record.recovery if each != hashed]
    owner = Caller(person.account, person.role, Scope.of(person.paths))
    context = CommandContext(f"{person.account}:recovery-{hashed}", person.account, hashed)
    with deps.trail.acting("recovery-code-used", context, owner, target=person.account, left=len(left)) as acting:
        done = change_account(
            deps,
            person.account,
            UseRecoveryCode(deps.clock.now()),
            acting,
            lambda session: deps.records.second_factors.set_recovery(person.account, left, session),
        )
    return not done.repeated
