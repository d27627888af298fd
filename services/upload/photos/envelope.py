"""Envelope encryption: a photo is sealed under a data key, the data key is wrapped by a key-encryption key.

AES-256-GCM with random nonces. Associated data bind a sealed photo to its name, a wrapped key to its form and number.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, NONCE, TAG = 32, 12, 16  # bytes
FORMAT = b"\x01"  # first byte of everything sealed here
OVERHEAD = len(FORMAT) + NONCE + TAG


class Unopenable(ValueError):
    """Bytes that this key did not seal under this name, or that were changed."""


def new_data_key() -> bytes:
    return secrets.token_bytes(KEY)


def seal(key: bytes, name: str, content: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def open_sealed(key: bytes, name: str, sealed: bytes) -> bytes:
    """Raises Unopenable."""
    if len(sealed) < OVERHEAD or not sealed.startswith(FORMAT):
        raise Unopenable("not a sealed photo")
    nonce = sealed[len(FORMAT) : len(FORMAT) + NONCE]
    try:
        return AESGCM(key).decrypt(nonce, sealed[len(FORMAT) + NONCE :], name.encode())
    except InvalidTag as error:
        raise Unopenable("sealed under another key or another name, or changed") from error


class KeyEncryption:
    """The key-encryption keys by version. New data keys are wrapped by the highest; all versions unwrap."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys, self.version = dict(keys), max(keys)

    def wrap(self, owner: str, key: bytes) -> bytes:
        """Wrap under the highest version. owner: whose key it is."""
        return seal(self._keys[self.version], _name(owner, self.version), key)

    def unwrap(self, owner: str, version: int, wrapped: bytes) -> bytes:
        """Raises Unopenable, for a version that is not in the settings too."""
        if version not in self._keys:
            raise Unopenable(f"the settings have no key-encryption key of version {version}")
        return open_sealed(self._keys[version], _name(owner, version), wrapped)


def _name(owner: str, version: int) -> str:
    return f"data key {owner} {version}"


def key_versions(text: str) -> dict[int, bytes]:
    """ "1:<64 hexadecimal digits>,2:...": keys by version. Raises ValueError."""
    keys: dict[int, bytes] = {}
    for item in text.split(","):
        version, _, digits = item.strip().partition(":")
        if not version.isdecimal() or int(version) in keys:
            raise ValueError("a version is a number, and each stands once")
        keys[int(version)] = bytes.fromhex(digits)
        if len(keys[int(version)]) != KEY:
            raise ValueError(f"a key is {KEY} bytes, as {2 * KEY} hexadecimal digits")
    return keys
