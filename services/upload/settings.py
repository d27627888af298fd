"""Settings of upload, read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.upload.photos.envelope import key_versions
from shared.infrastructure.config import ServiceSettings, key_bytes, setting, url, urls, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ServiceSettings):
    code_key: bytes = setting(
        "CODE_KEY",
        parse=key_bytes(32),
        secret=True,
        help="key of the codes' hashes, the same for all services, 64 hexadecimal digits",
    )
    sender_key: bytes = setting(
        "SENDER_KEY",
        parse=key_bytes(32),
        secret=True,
        help="key of the hashes of senders without an account, 64 hexadecimal digits",
    )
    ticket_key: bytes = setting(
        "TICKET_KEY", parse=key_bytes(32), secret=True, help="key that seals tickets, 64 hexadecimal digits"
    )
    portal_url: str = setting("PORTAL_URL", parse=url, help="public address of the portal, as QR codes carry it")
    former_portal_urls: tuple[str, ...] = setting(
        "FORMER_PORTAL_URLS",
        parse=urls,
        default=(),
        help="earlier public addresses, separated by commas: paper outlives a renamed host",
    )
    s3_endpoint: str = setting("S3_ENDPOINT", parse=url, help="object store, as this service reaches it")
    s3_public_endpoint: str = setting(
        "S3_PUBLIC_ENDPOINT", parse=url, default="", help="object store, as phones reach it; unset: the same"
    )
    s3_access_key: str = setting("S3_ACCESS_KEY", secret=True, help="access key of the object store")
    s3_secret_key: str = setting("S3_SECRET_KEY", secret=True, help="secret key of the object store")
    s3_bucket: str = setting("S3_BUCKET", default="rollcall", help="bucket of the photos")
    photo_keys: Mapping[int, bytes] = setting(
        "PHOTO_KEYS",
        parse=key_versions,
        secret=True,
        help="keys that wrap the photos' data keys, version:64 hexadecimal digits,...; the highest version wraps",
    )
    key_store_url: str = setting(
        "KEY_STORE_URL",
        parse=url,
        default="",
        secret=True,
        help="document store of the photos' data keys; unset: MONGO_URL's; may hold a password",
    )
    key_store_user: str = setting("KEY_STORE_USER", default="", help="user of the key store; unset: MONGO_USER")
    key_store_password: str = setting("KEY_STORE_PASSWORD", default="", secret=True, help="password of KEY_STORE_USER")
    retention_years: int = setting(
        "RETENTION_YEARS",
        parse=whole(1, 100),
        default=3,
        help="years after a campaign's last day until its photos are due to be destroyed",
    )
    intake_threads: int = setting(
        "INTAKE_THREADS", parse=whole(1, 64), default=2, help="photos that one process checks at the same time"
    )
