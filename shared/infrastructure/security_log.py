"""The security log: one JSON line on stdout per act that an inspector of accounts asks for. No personal data.

Accounts, units and pupils appear as opaque ids, a source as its network. The metric counts every event; of one kind by
one account or network at most LINES_A_MINUTE lines are written a minute, so that an attack cannot fill the disk, and
the next line says how many were left out.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections import Counter
from dataclasses import dataclass, field

from shared.infrastructure.acts import ACTS
from shared.infrastructure.clock import Clock, SystemClock
from shared.infrastructure.metrics import SECURITY_EVENTS, in_advance

# name -> meaning
EVENTS = {
    **{name: act.en for name, act in ACTS.items()},  # of these a line names unit, number and hash in the audit trail
    "sign-in-failed": "a wrong login, password, code or birth date",
    "locked": "an account or code takes no more tries, for a while or for good",
    "spray": "one source tries many accounts",
    "session-ended": "a session was ended by its owner, another sign-in or password, a reset, a closing",
    "account-sealed": "an account was sealed after 180 days without use",
    "refused": "a request was answered 401, 403 or 429",
    "many-views": "one account looked at unusually many pupils or photos",
    "many-senders": "one device without an account sends for unusually many pupils; target: the last photo",
    "keys": "an operator replaced, rotated or destroyed keys",
}
LINES_A_MINUTE = 60  # of one kind by one account or network
KINDS_KEPT = 10_000  # pairs of kind and originator within a minute; the rest share one allowance
in_advance([(name,) for name in EVENTS], SECURITY_EVENTS)
log = logging.getLogger("security")


def network_of(address: str) -> str:
    """The network of an address, /24 or /48: enough to see a burst, not a person. "" if it is no address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((known, 24 if known.version == 4 else 48), strict=False))


@dataclass(slots=True)
class SecurityLog:
    """Writes the lines that the allowance of their originator permits, and counts all."""

    clock: Clock
    _minute: int = 0
    _written: Counter[tuple[str, str]] = field(default_factory=Counter)
    _left_out: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, name: str, *, account: str, role: str, target: str, source: str, **facts: str | int) -> None:
        """Raises KeyError for a name that EVENTS does not list."""
        meaning, network = EVENTS[name], network_of(source)
        SECURITY_EVENTS.labels(name).inc()
        allowed, left_out = self._allowance(name, account or network)
        if not allowed:
            return
        given = {"account": account, "role": role, "target": target, "network": network, "left_out": left_out, **facts}
        log.info(meaning, extra={"event": name, **{key: value for key, value in given.items() if value}})

    def _allowance(self, name: str, originator: str) -> tuple[bool, int]:
        """True if this line may be written, and the number of lines left out before it."""
        minute = self.clock.now() // 60_000
        with self._lock:
            if minute != self._minute:
                self._minute, self._written = minute, Counter()
            key = (name, originator)
            if key not in self._written and len(self._written) >= KINDS_KEPT:
                key = (name, "others")
            self._written[key] += 1
            if self._written[key] > LINES_A_MINUTE:
                self._left_out += 1
                return False, 0
            left_out, self._left_out = self._left_out, 0
            return True, left_out


_log = SecurityLog(SystemClock())


def security_event(
    name: str, *, account: str = "", role: str = "", target: str = "", source: str = "", **facts: str | int
) -> None:
    """Record an event of EVENTS. Shapes: account, target: ids; source: an address; facts: never personal."""
    _log.record(name, account=account, role=role, target=target, source=source, **facts)
