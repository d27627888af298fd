"""An authenticator app, for the drill and for tests: codes of a key, none of them twice."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

STEP_MS = 30_000  # RFC 6238: how long an app shows a code


@dataclass
class Authenticator:
    """key: as the set-up shows it, in groups. last: the time step of the last code that was given."""

    key: str
    last: int = 0

    def code(self, now: int) -> str:
        """A code that identity takes at `now` (ms) and that was not given before; three at one moment, then none.

        Raises LookupError.
        """
        present = now // STEP_MS
        step = max(self.last + 1, present - 1)
        if step > present + 1:
            raise LookupError("Every code of this moment was given before; advance the clock.")
        self.last = step
        return pyotp.TOTP(self.key.replace(" ", "")).generate_otp(step)
