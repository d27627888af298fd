"""Limits of guessing passwords: by account and source, known devices apart, and against sprayers.

A try is counted before its outcome is known. Nobody is refused for the address alone: a whole school shares one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.validity import DAY_MS
from services.identity.repositories.protocol import QUARTER_MS, Limit, Person
from services.identity.use_cases.steps import attempt, refuse_at_once, reserve
from shared.infrastructure.security_log import security_event

LOCKED = "Too many wrong passwords; wait and try again, or ask the level above to lift the lock."
SPRAYED = "Too many wrong passwords for many accounts come from this network; wait a minute and try again."
# Of one account by everybody whose device has never signed in to it: NIST SP 800-63B asks for at most 100.
UNKNOWN_DEVICES = Limit(50, 3_600_000, "too-many")
LIFTS = Limit(3, DAY_MS, "too-many-lifts")  # of one account: each lift is five more guesses for every network
SPRAYER = Limit(30, 60_000, "too-many")  # tries a minute by all unknown devices of a network that sprays
SPRAYED_ACCOUNTS = 30  # with wrong passwords from one network within a quarter of an hour
SIGN_INS_OUTWEIGH = 4  # a network is no sprayer while its failed accounts are fewer than this times its sign-ins
SPRAYED_EVERYWHERE = 300


@dataclass(frozen=True, slots=True)
class From:
    """The origin of a try. source: a network address, "" unknown. device: a token that identity has issued."""

    source: str = ""
    device: str = ""


def tries_of(login_hash: str) -> str:
    """The prefix of the keys under which tries of an account are counted."""
    return f"sign-in:{login_hash}:"


def refuse_flood(deps: Dependencies, login_hash: str, origin: From) -> None:
    """Raise "too-many" for a try without a device that was refused a moment ago, before the account is looked up."""
    if not origin.device:
        network = deps.personal_data.source_hash(origin.source)
        refuse_at_once(deps, f"sprayer:{network}", SPRAYED, SPRAYER)
        refuse_at_once(deps, f"{tries_of(login_hash)}from:{network}", LOCKED)


def attempt_sign_in(
    deps: Dependencies, login_hash: str, person: Person | None, origin: From, verify: Callable[[bool], bool]
) -> bool:
    """Count one try to sign in; True if it succeeded. verify: gets whether the device is known. Raises "too-many"."""
    prefix, account = tries_of(login_hash), person.account if person else ""
    device = deps.devices.device(account, origin.device) if person else ""
    if device:
        return attempt(
            deps,
            f"{prefix}device:{device}",
            lambda: verify(True),
            LOCKED,
            of="known device",
            account=account,
            source=origin.source,
        )
    network = deps.personal_data.source_hash(origin.source)
    own = f"{prefix}from:{network}"

    def by_account() -> bool:
        return attempt(
            deps,
            f"{prefix}unknown",
            lambda: verify(False),
            LOCKED,
            UNKNOWN_DEVICES,
            of="account",
            account=account,
            source=origin.source,
        )

    if _sprays(deps, network):
        reserve(deps, f"sprayer:{network}", SPRAYED, SPRAYER)  # a success does not clear it
    succeeded = attempt(deps, own, by_account, LOCKED, of="account and network", account=account, source=origin.source)
    if succeeded:
        _note_success(deps, login_hash, network)
    else:
        _note_failure(deps, network, origin.source, own)
    return succeeded


def attempt_password(deps: Dependencies, person: Person, password: str) -> bool:
    """Verify the password of somebody who is signed in, apart from tries to sign in. Raises Refused("too-many")."""
    key = f"{tries_of(person.login)}session"
    if attempt(
        deps,
        key,
        lambda: deps.hasher.verify(person.password, password, known=True),
        LOCKED,
        of="password given again",
        account=person.account,
    ):
        return True
    security_event("sign-in-failed", account=person.account, role=person.role, by="password given again")
    return False


def forget_tries(deps: Dependencies, person: Person) -> None:
    """Lift every lock of an account whose password is replaced."""
    _forget(deps, tries_of(person.login))


def lift_networks(deps: Dependencies, person: Person) -> None:
    """Lift the locks of single networks and devices. The limit of all unknown devices together stays."""
    for kind in ("from:", "device:"):
        _forget(deps, f"{tries_of(person.login)}{kind}")


def _forget(deps: Dependencies, prefix: str) -> None:
    deps.records.attempts.clear_below(prefix)
    deps.locks.forget(prefix)


def _sprays(deps: Dependencies, network: str) -> bool:
    tries, now = deps.records.attempts.tries, deps.clock.now()
    failed = tries(f"failed:{network}", now)
    return failed >= SPRAYED_ACCOUNTS and failed >= SIGN_INS_OUTWEIGH * tries(f"signed-in:{network}", now)


def _note_success(deps: Dependencies, login_hash: str, network: str) -> None:
    """Count the account for its network, once: a sprayer with one account of its own must not pass for a school."""
    attempts, now = deps.records.attempts, deps.clock.now()
    if attempts.count(f"signed-in:{network}:{login_hash}", now, QUARTER_MS) == 1:
        attempts.count(f"signed-in:{network}", now, QUARTER_MS)


def _note_failure(deps: Dependencies, network: str, source: str, own: str) -> None:
    """Count the account for its network, once while its tries count, and tell the security log of a spray."""
    attempts, now = deps.records.attempts, deps.clock.now()
    if attempts.tries(own, now) != 1:
        return
    accounts = attempts.count(f"failed:{network}", now, QUARTER_MS)
    if accounts % SPRAYED_ACCOUNTS == 0 and _sprays(deps, network):
        security_event("spray", source=source, accounts=accounts)
    everywhere = attempts.count("failed:", now, QUARTER_MS)
    if everywhere % SPRAYED_EVERYWHERE == 0:
        security_event("spray", accounts=everywhere, scope="all networks")
