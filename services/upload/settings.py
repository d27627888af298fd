"""Settings of upload, read from the environment."""

from __future__ import annotations

from dataclasses import dataclass

from shared.infrastructure.config import ServiceSettings, key_bytes, setting, url, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    code_key: bytes = setting(
        "CODE_KEY",
        parse=key_bytes(32),
        secret=True,
        help="key of the codes' hashes, the same for all services, 64 hexadecimal digits",
    )
    s3_endpoint: str = setting("S3_ENDPOINT", parse=url, help="object store, as this service reaches it")
    s3_public_endpoint: str = setting(
        "S3_PUBLIC_ENDPOINT", parse=url, default="", help="object store, as phones reach it; unset: the same"
    )
    s3_access_key: str = setting("S3_ACCESS_KEY", secret=True, help="access key of the object store")
    s3_secret_key: str = setting("S3_SECRET_KEY", secret=True, help="secret key of the object store")
    s3_bucket: str = setting("S3_BUCKET", default="rollcall", help="bucket of the photos")
    intake_threads: int = setting(
        "INTAKE_THREADS", parse=whole(1, 64), default=2, help="photos that one process checks at the same time"
    )
