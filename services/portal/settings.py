"""The portal's settings."""

from __future__ import annotations

from dataclasses import dataclass

from shared.infrastructure.config import (
    DOWNLOAD_CODES,
    FORWARDING_KEY,
    FRONT_KEY,
    REGISTRY_ISSUER,
    SECURITY_LOG,
    TRACES,
    key_bytes,
    setting,
    url,
    whole,
    yes_or_no,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """No document store and no service key: the portal calls the services' API on behalf of the person who asks."""

    portal_key: bytes = setting(
        "PORTAL_KEY", parse=key_bytes(32), secret=True, help="key of the session cookies, 64 hexadecimal digits"
    )
    front_key: bytes = setting("FRONT_KEY", parse=key_bytes(32), secret=True, help=FRONT_KEY)
    forwarding_key: bytes = setting("FORWARDING_KEY", parse=key_bytes(32), secret=True, help=FORWARDING_KEY)
    portal_url: str = setting("PORTAL_URL", parse=url, help="public address of the portal; no other Host is answered")
    identity_url: str = setting("IDENTITY_URL", parse=url, help="address of identity inside")
    roster_url: str = setting("ROSTER_URL", parse=url, help="address of roster inside")
    upload_url: str = setting("UPLOAD_URL", parse=url, help="address of upload inside")
    stats_url: str = setting("STATS_URL", parse=url, help="address of statistics inside")
    secure_cookies: bool = setting(
        "SECURE_COOKIES",
        parse=yes_or_no,
        default=True,
        help="no: only without HTTPS, on one machine; else cookies are __Host- and Secure, pages carry HSTS",
    )
    fresh_sign_in_seconds: int = setting(
        "FRESH_SIGN_IN_SECONDS",
        parse=whole(30, 86_400),
        default=600,
        help="how long after the password was given one may print, export and reset without giving it again",
    )
    clock: str = setting(
        "CLOCK",
        default="system",
        help="'system', or 'file:<path>' of a file with a shift in seconds, for drills on one machine",
    )
    download_codes: bool = setting("DOWNLOAD_CODES", parse=yes_or_no, default=True, help=DOWNLOAD_CODES)
    registry_issuer: str = setting("REGISTRY_ISSUER", parse=url, default="", help=REGISTRY_ISSUER)
    security_log: str = setting("SECURITY_LOG", default="", help=SECURITY_LOG)
    traces: str = setting("OTEL_EXPORTER_OTLP_ENDPOINT", parse=url, default="", help=TRACES)
    commit: str = setting("COMMIT", default="unknown", help="commit that runs, shown at /_status")
