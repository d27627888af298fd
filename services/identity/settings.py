"""Settings of identity, read from its environment."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.credentials.password_policy import DEFAULT_POLICY
from services.identity.dependencies import ApplicationLimits, SessionLimits
from services.identity.domain.binding import MOST
from shared.infrastructure.config import REGISTRY_ISSUER, ServiceSettings, key_bytes, setting, url, whole
from shared.infrastructure.errors import Refused
from shared.language import password_lengths


def first_password(text: str) -> str:
    """Check the first password against the policy. Raises ValueError."""
    try:
        DEFAULT_POLICY.check(text, "ministry", "ministry")
    except Refused as error:
        raise ValueError(error.detail) from error
    return text


def verifying_keys(text: str) -> tuple[bytes, ...]:
    """The keys of "<key>,<key>". Raises ValueError."""
    return tuple(key_bytes(32)(each) for each in text.split(",") if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    upload_url: str = setting("UPLOAD_URL", parse=url, help="address of upload inside, which withdraws photos")
    roster_url: str = setting(
        "ROSTER_URL", parse=url, help="address of roster inside, which knows codes, pupils and classes"
    )
    portal_url: str = setting("PORTAL_URL", parse=url, help="public address of the portal, as QR codes carry it")
    stats_url: str = setting("STATS_URL", parse=url, help="address of statistics inside, which verifies its own trail")
    signing_key: bytes = setting(
        "SIGNING_KEY", parse=key_bytes(32), secret=True, help="Ed25519 key of access tokens, 64 hexadecimal digits"
    )
    verifying_keys: tuple[bytes, ...] = setting(
        "VERIFYING_KEYS",
        parse=verifying_keys,
        default=(),
        help="public halves, 64 hexadecimal digits each, published beside that of SIGNING_KEY: of the key before it "
        "until its tokens have ended, or of the key after it",
    )
    refresh_key: bytes = setting(
        "REFRESH_KEY", parse=key_bytes(32), secret=True, help="key of refresh and device tokens, 64 hexadecimal digits"
    )
    pii_key: bytes = setting(
        "PII_KEY", parse=key_bytes(32), secret=True, help="key that seals names and logins, 64 hexadecimal digits"
    )
    code_key: bytes = setting(
        "CODE_KEY", parse=key_bytes(32), secret=True, help="key of the hashes of codes, 64 hexadecimal digits"
    )
    first_login: str = setting(
        "FIRST_LOGIN",
        default="",
        help="login of the ministry's first account; unset: one that nobody guesses is made and written there, too",
    )
    first_password: str = setting(
        "FIRST_PASSWORD",
        parse=first_password,
        default="",
        secret=True,
        help="password of the ministry's first account; unset: one is made and written to FIRST_ACCOUNT_FILE",
    )
    first_account_file: str = setting(
        "FIRST_ACCOUNT_FILE",
        default=".data/first-account.txt",
        help="where the first account's login and password are written, readable by the owner only",
    )
    registry_issuer: str = setting("REGISTRY_ISSUER", parse=url, default="", help=REGISTRY_ISSUER)
    registry_client_id: str = setting(
        "REGISTRY_CLIENT_ID", default="", help="id under which the registry knows us; needed with REGISTRY_ISSUER"
    )
    registry_client_secret: str = setting(
        "REGISTRY_CLIENT_SECRET", default="", secret=True, help="secret that the registry has given us with that id"
    )
    staff_session_hours: int = setting(
        "STAFF_SESSION_HOURS", parse=whole(1, 24), default=12, help="how long a session of staff lasts at most"
    )
    staff_idle_minutes: int = setting(
        "STAFF_IDLE_MINUTES",
        parse=whole(16, 720),
        default=30,
        help="after how long without use a session of staff ends; longer than an access token lives",
    )
    guardian_idle_days: int = setting(
        "GUARDIAN_IDLE_DAYS",
        parse=whole(1, 90),
        default=30,
        help="after how long without use a guardian's session ends",
    )
    most_guardians: int = setting(
        "MOST_GUARDIANS", parse=whole(1, 10), default=MOST, help="how many guardians one pupil may have"
    )
    application_days: int = setting(
        "APPLICATION_DAYS",
        parse=whole(1, 60),
        default=7,
        help="after how many days without an answer an application for a missing county climbs to the level above",
    )
    contact_days: int = setting(
        "CONTACT_DAYS",
        parse=whole(1, 365),
        default=30,
        help="how many days after the end of an application its contact is erased",
    )
    password_min_staff: int = setting(
        "PASSWORD_MIN_STAFF",
        parse=whole(8, 64),
        default=password_lengths.STAFF,
        help="fewest characters of staff's passwords",
    )
    password_min_guardian: int = setting(
        "PASSWORD_MIN_GUARDIAN",
        parse=whole(8, 64),
        default=password_lengths.GUARDIAN,
        help="fewest characters of guardians' passwords",
    )
    password_memory_kib: int = setting(
        "PASSWORD_MEMORY_KIB", parse=whole(8, 1 << 20), default=19_456, help="memory of one password hash, KiB"
    )
    password_passes: int = setting("PASSWORD_PASSES", parse=whole(1, 20), default=2, help="passes of one password hash")
    password_at_once: int = setting(
        "PASSWORD_AT_ONCE", parse=whole(1, 64), default=4, help="password hashes computed at the same time"
    )

    def application_limits(self) -> ApplicationLimits:
        return ApplicationLimits(self.application_days * 86_400_000, self.contact_days * 86_400_000)

    def session_limits(self) -> SessionLimits:
        return SessionLimits(
            self.staff_session_hours * 3_600_000, self.staff_idle_minutes * 60_000, self.guardian_idle_days * 86_400_000
        )
