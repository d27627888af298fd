"""The dependencies of identity's use cases: app.py injects the real ones, tests inject memory and a fixed clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.identity.credentials.challenges import Challenges
from services.identity.credentials.devices import DeviceTokens
from services.identity.credentials.download_codes import DownloadCodeMaker
from services.identity.credentials.password_policy import DEFAULT_POLICY, PasswordPolicy
from services.identity.credentials.passwords import Hasher
from services.identity.credentials.recent_locks import RecentLocks
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.domain.binding import MOST
from services.identity.personal_data import PersonalData
from services.identity.registry.provider import NoRegistry, Registry
from services.identity.repositories.protocol import Records
from services.identity.roster_client import Roster
from services.identity.upload_client import Upload
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock
from shared.language.roles import SECOND_FACTOR_ROLES
from shared.service.access_records import Views
from shared.service.audit_trail.trail import AuditTrail


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Lifetimes of sessions, in ms: of staff, in all and without use; of guardians, without use."""

    staff_ms: int = 12 * 3_600_000
    staff_idle_ms: int = 30 * 60_000
    guardian_idle_ms: int = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class ApplicationLimits:
    """Periods of applications for missing counties, in ms: of waiting at a level, and of keeping the contact."""

    wait_ms: int = 7 * 86_400_000
    contact_ms: int = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Dependencies:
    store: EventStore
    records: Records
    clock: Clock
    personal_data: PersonalData
    hasher: Hasher
    issuer: Issuer
    refresh: RefreshTokens
    roster: Roster
    upload: Upload
    code_key: bytes
    portal_url: str
    views: Views
    devices: DeviceTokens
    trail: AuditTrail
    challenges: Challenges
    download_codes: DownloadCodeMaker
    limits: SessionLimits = SessionLimits()
    policy: PasswordPolicy = DEFAULT_POLICY
    most_guardians: int = MOST
    registry: Registry = field(default_factory=NoRegistry)
    registry_key: bytes = b""  # of states and of the registry's ids of people
    applications: ApplicationLimits = ApplicationLimits()
    second_factor_roles: frozenset[str] = SECOND_FACTOR_ROLES
    locks: RecentLocks = field(default_factory=RecentLocks)
