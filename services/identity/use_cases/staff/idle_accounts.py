"""The sweep of idle accounts: what nobody has used for 180 days is recorded as sealed, looked at or not.

Signing in refuses an idle account by its time alone, so nothing depends on when the sweep comes by. Any number may run
at once: each seal is decided on the account's stream. The level above lifts it by a reset.
"""

from __future__ import annotations

import logging

from services.identity.dependencies import Dependencies
from services.identity.domain.account_lifecycle import SealIdle
from services.identity.repositories.protocol import Person
from services.identity.use_cases.steps import change_account
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.security_log import security_event

SWEEP, AT_ONCE = "service:identity-idle-accounts", 100
log = logging.getLogger("idle accounts")


def tick(deps: Dependencies) -> int:
    """Seal the accounts that have become idle. Returns their number; one that fails does not hold up the others."""
    now = deps.clock.now()
    return sum(_seal(deps, person, now) for person in deps.records.people.idle(now, AT_ONCE))


def _seal(deps: Dependencies, person: Person, now: int) -> int:
    context = CommandContext(f"{SWEEP}:{person.account}:{person.used_at}", SWEEP)
    try:
        handled = change_account(deps, person.account, SealIdle(person.used_at, now), context)
    except Exception:
        log.exception("an idle account is not sealed yet, trying again", extra={"account": person.account})
        return 0
    if handled.repeated or handled.state.validity.sealed_at != now:
        return 0
    security_event("account-sealed", account=person.account, role=person.role)
    return 1
