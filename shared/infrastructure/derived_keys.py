"""Subkeys: from one key of the settings, one key for each purpose, so that no two purposes ever share bytes."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(key: bytes, purpose: str) -> bytes:
    """32 bytes by HKDF-SHA256. purpose: as docs/keys.md names it."""
    return HKDF(SHA256(), length=32, salt=None, info=f"rollcall {purpose}".encode()).derive(key)
