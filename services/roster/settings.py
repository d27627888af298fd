"""Roster's settings."""
from __future__ import annotations

from dataclasses import dataclass

from shared.config import ServiceSettings, key_bytes, setting, url


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    pii_key: bytes = setting("PII_KEY", parse=key_bytes(32), secret=True, help="key of the sealed personal fields, 64 hexadecimal digits")
    code_key: bytes = setting("CODE_KEY", parse=key_bytes(32), secret=True, help="key of the codes' hashes, the same for all services, 64 hexadecimal digits")
    portal_url: str = setting("PORTAL_URL", parse=url, help="public address of the portal, as QR codes carry it")
