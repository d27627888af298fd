"""Device tokens: proof that this device has signed in to this account before, so that others' tries do not lock it."""

from __future__ import annotations

import hmac
import secrets

from shared.infrastructure.clock import Clock
from shared.infrastructure.pii import keyed_hash

DEVICE_MS = 180 * 86_400_000


class DeviceTokens:
    """Makes and reads "<device>.<issued>.<seal>". The seal names the account, so no other one's token serves."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def issue(self, account: str, known: str = "") -> str:
        """A token for the account. known: the device's id, if it has one."""
        device, issued = known or secrets.token_hex(16), self._clock.now()
        return f"{device}.{issued}.{self._seal(account, device, str(issued))}"

    def device(self, account: str, token: str) -> str:
        """The id of the device; "" for a token of another account, an old one, or none."""
        device, issued, seal = (*token.split("."), "", "")[:3]
        if not hmac.compare_digest(seal.encode(), self._seal(account, device, issued).encode()):
            return ""
        return device if int(issued) + DEVICE_MS > self._clock.now() else ""

    def _seal(self, account: str, device: str, issued: str) -> str:
        return keyed_hash(self._key, "device", f"{account}/{device}/{issued}")
