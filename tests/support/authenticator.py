"""An authenticator app for tests and the drill's readers: codes of a key, none of them twice."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from services.identity.credentials.one_time_codes import STEP_MS


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
