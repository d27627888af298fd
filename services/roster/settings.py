"""Roster's settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.roster.roster_file.correction_reader import CORRECTABLE
from shared.infrastructure.config import DOWNLOAD_CODES, ServiceSettings, key_bytes, setting, url, yes_or_no


def two_digits_each(text: str) -> frozenset[str]:
    """ "11,63": the first two digits of provinces' codes. Raises ValueError."""
    if not re.fullmatch(r"\d\d(,\d\d)*", text):
        raise ValueError("two digits for each, such as 11,63")
    return frozenset(text.split(","))


def key_fields_of_provinces(text: str) -> frozenset[tuple[str, str]]:
    """ "44:address,phone 11:phone": further key fields, each with the first two digits of its province.

    Raises ValueError.
    """
    found = [(part.partition(":")[0], name) for part in text.split() for name in part.partition(":")[2].split(",")]
    if not all(re.fullmatch(r"\d\d", province) and name in CORRECTABLE for province, name in found):
        raise ValueError("two digits of a province, a colon and names of fields, such as 44:address,phone")
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    pii_key: bytes = setting(
        "PII_KEY", parse=key_bytes(32), secret=True, help="key of the sealed personal fields, 64 hexadecimal digits"
    )
    code_key: bytes = setting(
        "CODE_KEY",
        parse=key_bytes(32),
        secret=True,
        help="key of the codes' hashes, the same for all services, 64 hexadecimal digits",
    )
    provinces: frozenset[str] = setting(
        "PROVINCES",
        parse=two_digits_each,
        default=frozenset(),
        help="a pilot's provinces, such as 11,63: only their cities and counties are opened; empty: all of them",
    )
    portal_url: str = setting("PORTAL_URL", parse=url, help="public address of the portal, as QR codes carry it")
    download_codes: bool = setting("DOWNLOAD_CODES", parse=yes_or_no, default=True, help=DOWNLOAD_CODES)
    more_key_fields: frozenset[tuple[str, str]] = setting(
        "MORE_KEY_FIELDS",
        parse=key_fields_of_provinces,
        default=frozenset(),
        help="further fields whose corrections need leader and bureau, by province, such as 44:address,phone 11:phone",
    )
