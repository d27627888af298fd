"""Personal fields at rest: AES-256-GCM under a key from the settings, bound to the record to which they belong.

Stored values name the version of their key, so keys per pupil can come later behind the same functions.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_VERSION = 1
NONCE = 12


class Unreadable(ValueError):
    """A sealed value of another key or of another record."""


class Sealer:
    """Seals and opens personal fields. owner: the record's id; a sealed value cannot be moved to another record."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, owner: str, fields: Mapping[str, Any]) -> bytes:
        return self.seal_bytes(owner, orjson.dumps(dict(fields)))

    def open(self, owner: str, sealed: bytes) -> dict[str, Any]:
        """Raises Unreadable."""
        return orjson.loads(self.open_bytes(owner, sealed))  # type: ignore[no-any-return]

    def seal_bytes(self, owner: str, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return bytes([KEY_VERSION]) + nonce + self._cipher.encrypt(nonce, plain, owner.encode())

    def open_bytes(self, owner: str, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        if len(sealed) <= NONCE or sealed[0] != KEY_VERSION:
            raise Unreadable("cut off, or sealed under an unknown version of the key")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], owner.encode())
        except InvalidTag as error:
            raise Unreadable("sealed under another key or for another record") from error


def keyed_hash(key: bytes, kind: str, text: str) -> str:
    """32 hexadecimal digits of HMAC-SHA256, to find a code or number without storing it. kind: separates uses."""
    return hmac.new(key, f"{kind}\0{text}".encode(), sha256).hexdigest()[:32]


def mask_name(name: str) -> str:
    """张三 -> 张*, 欧阳小红 -> 欧***; counted in code points."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_number(number: str) -> str:
    """All but the first and the last character masked."""
    return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)
