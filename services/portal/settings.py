"""The portal's settings."""

from __future__ import annotations

from dataclasses import dataclass

from shared.infrastructure.config import key_bytes, setting, url, whole


def yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text == "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """No document store and no service key: the portal calls the services' public API like every other client."""

    portal_key: bytes = setting(
        "PORTAL_KEY", parse=key_bytes(32), secret=True, help="key of the session cookies, 64 hexadecimal digits"
    )
    identity_url: str = setting("IDENTITY_URL", parse=url, help="address of identity")
    roster_url: str = setting("ROSTER_URL", parse=url, help="address of roster")
    upload_url: str = setting("UPLOAD_URL", parse=url, help="address of upload")
    stats_url: str = setting("STATS_URL", parse=url, help="address of statistics")
    secure_cookies: bool = setting(
        "SECURE_COOKIES",
        parse=yes_or_no,
        default=False,
        help="yes behind HTTPS: cookies carry Secure, pages carry HSTS",
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
    commit: str = setting("COMMIT", default="unknown", help="commit that runs, shown at /_status")
