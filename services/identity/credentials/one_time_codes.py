"""One-time codes of authenticator apps (TOTP, RFC 6238: six digits, a step of 30 seconds, SHA-1), and their keys."""

from __future__ import annotations

import hmac

import pyotp

ISSUER_SHOWN, STEP_MS = "Rollcall", 30_000
AROUND = (0, -1, 1)  # steps taken beside the present one: a telephone's clock is a little wrong, a person slow


def new_key() -> str:
    """A random key of 160 bits in base32."""
    return pyotp.random_base32()


def key_uri(key: str, login: str) -> str:
    """The address that an app reads from a QR."""
    return pyotp.TOTP(key).provisioning_uri(name=login, issuer_name=ISSUER_SHOWN)


def step_of(key: str, code: str, now: int) -> int:
    """The time step to which the code belongs, among those around `now` (ms); 0 for a wrong code."""
    totp, present, found = pyotp.TOTP(key), now // STEP_MS, 0
    for step in (present + around for around in AROUND):  # all of them, so that time tells nothing
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found
