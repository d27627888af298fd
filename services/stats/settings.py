"""The settings of statistics."""

from __future__ import annotations

from dataclasses import dataclass

from shared.infrastructure.config import ServiceSettings, setting, url, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    roster_url: str = setting("ROSTER_URL", parse=url, help="address of roster, a publisher whose days are closed")
    upload_url: str = setting("UPLOAD_URL", parse=url, help="address of upload, a publisher whose days are closed")
    audit_seconds: int = setting(
        "AUDIT_SECONDS", parse=whole(1, 86_400), default=60, help="between two reconciliations with the stores"
    )
    s3_endpoint: str = setting("S3_ENDPOINT", parse=url, help="object store")
    s3_access_key: str = setting("S3_ACCESS_KEY", secret=True, help="access key of the object store")
    s3_secret_key: str = setting("S3_SECRET_KEY", secret=True, help="secret key of the object store")
    s3_bucket: str = setting("S3_BUCKET", default="rollcall", help="bucket of photos and reports")
