"""The settings of statistics."""

from __future__ import annotations

from dataclasses import dataclass

from shared.infrastructure.config import ServiceSettings, setting, url, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    roster_url: str = setting(
        "ROSTER_URL", parse=url, help="address of roster inside, a publisher whose days are closed"
    )
    upload_url: str = setting(
        "UPLOAD_URL", parse=url, help="address of upload inside, a publisher whose days are closed"
    )
    audit_seconds: int = setting(
        "AUDIT_SECONDS", parse=whole(1, 86_400), default=60, help="between two reconciliations with the stores"
    )
    figures_max_age_ms: int = setting(
        "FIGURES_MAX_AGE_MS",
        parse=whole(0, 60_000),
        default=500,
        help="age of figures in memory up to which people's questions are answered without the document store",
    )
    reports_endpoint: str = setting("REPORTS_ENDPOINT", parse=url, help="object store of the reports")
    reports_access_key: str = setting("REPORTS_ACCESS_KEY", secret=True, help="access key of the reports' object store")
    reports_secret_key: str = setting("REPORTS_SECRET_KEY", secret=True, help="secret key of the reports' object store")
    reports_bucket: str = setting("REPORTS_BUCKET", default="rollcall-reports", help="bucket of the reports")
