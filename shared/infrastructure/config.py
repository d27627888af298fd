"""Settings: typed fields, read once from the environment at start. A bad value: a sentence and exit status 2.

@dataclass(frozen=True, slots=True)
class Settings(BusSettings):
    s3_bucket: str = setting("S3_BUCKET", default="rollcall", help="bucket of the photos")
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
BAD_SETTING = 2  # exit status
WHERE_TO_SET = (
    "Set it in the environment of this process: deploy/k8s/overlays/*/settings.env, deploy/compose.yaml or what else "
    "starts it. docs/settings.md explains each; after an upgrade, compare these files with those of the release."
)


class BadSetting(ValueError):
    """A setting that is missing or cannot be used. The message is a sentence."""


def setting(
    name: str, *, help: str, parse: Callable[[str], Any] = str, default: Any = MISSING, secret: bool = False
) -> Any:
    """A field of a settings class. parse: raises ValueError for a bad value. secret: not in repr, not in messages."""
    metadata = {"env": name, "parse": parse, "help": help, "secret": secret}
    if default is MISSING:
        return field(repr=not secret, metadata=metadata)
    return field(default=default, repr=not secret, metadata=metadata)


def read(settings: type[T], environment: Mapping[str, str]) -> T:
    """The settings from an environment. Raises BadSetting."""
    values: dict[str, Any] = {}
    missing: list[str] = []
    for item in fields(settings):  # type: ignore[arg-type]
        name, text = item.metadata["env"], environment.get(item.metadata["env"], "")
        if not text:
            if item.default is MISSING:
                missing.append(f"{name} is not set ({item.metadata['help']}).")
            continue
        try:
            values[item.name] = item.metadata["parse"](text)
        except ValueError as error:
            shown = "its value" if item.metadata["secret"] else repr(text)
            raise BadSetting(f"{name}: {shown} cannot be used ({item.metadata['help']}): {error}") from error
    if missing:
        raise BadSetting("\n".join([*missing, WHERE_TO_SET]))
    return settings(**values)


def load(settings: type[T]) -> T:
    """The settings from the environment of this process; otherwise a sentence on stderr and exit status 2."""
    try:
        return read(settings, os.environ)
    except BadSetting as error:
        fail(str(error))


def fail(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise SystemExit(BAD_SETTING)


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if not minimum <= number <= maximum:
            raise ValueError(f"must lie in {minimum}..{maximum}")
        return number

    return parse


def url(text: str) -> str:
    if not text.startswith(("http://", "https://", "mongodb://", "mongodb+srv://")):
        raise ValueError("must be an address with a scheme")
    return text.rstrip("/")


def urls(text: str) -> tuple[str, ...]:
    """Addresses separated by commas."""
    return tuple(url(part.strip()) for part in text.split(",") if part.strip())


def key_bytes(length: int) -> Callable[[str], bytes]:
    """A key written as hexadecimal digits."""

    def parse(text: str) -> bytes:
        raw = bytes.fromhex(text)
        if len(raw) != length:
            raise ValueError(f"must be {length} bytes, as {2 * length} hexadecimal digits")
        return raw

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return parse


def yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text == "yes"


def words(text: str) -> frozenset[str]:
    """Names in any order, separated by commas."""
    return frozenset(name for word in text.split(",") if (name := word.strip()))


def public_keys(text: str) -> dict[str, tuple[bytes, ...]]:
    """ "roster:<64 hexadecimal digits>,...": the keys of each service."""
    keys: dict[str, tuple[bytes, ...]] = {}
    for item in text.split(","):
        service, _, digits = item.strip().partition(":")
        keys[service] = (*keys.get(service, ()), key_bytes(32)(digits))
    return keys


FRONT_KEY = "key by which the proxy in front names itself, 64 hexadecimal digits"
FORWARDING_KEY = "key of the addresses of people that the portal forwards, 64 hexadecimal digits"
REGISTRY_ISSUER = "issuer of the registry's sign-in (OpenID Connect), by which school admins arrive; unset: nobody does"
DOWNLOAD_CODES = "no: forms are printed without a download code, such as in a trial; else every print run asks for one"
TRACES = "collector that gets traces by OTLP over HTTP, http://host:4318; unset: no traces"
SECURITY_LOG = "folder that keeps the security log for six months; unset: stdout alone, which must be shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusSettings:
    """The address of the bus, and its current generation."""

    mongo_url: str = setting(
        "MONGO_URL", parse=url, secret=True, help="document store, mongodb://...; may hold a password"
    )
    mongo_user: str = setting(
        "MONGO_USER", default="", help="user of the document store; unset: as MONGO_URL says, or none"
    )
    mongo_password: str = setting("MONGO_PASSWORD", default="", secret=True, help="password of MONGO_USER")
    kafka: str = setting(
        "KAFKA_BOOTSTRAP_SERVERS",
        default="",
        help="Kafka brokers, host:port,...; unset: the bus lives in the document store",
    )
    kafka_security: str = setting(
        "KAFKA_SECURITY_PROTOCOL",
        parse=one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
        default="PLAINTEXT",
        help="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
    )
    kafka_sasl: str = setting(
        "KAFKA_SASL_MECHANISM",
        parse=one_of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
        default="SCRAM-SHA-512",
        help="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; for a protocol with SASL",
    )
    kafka_user: str = setting("KAFKA_USER", default="", help="user at Kafka; for a protocol with SASL")
    kafka_password: str = setting("KAFKA_PASSWORD", default="", secret=True, help="password of KAFKA_USER")
    kafka_ca_file: str = setting(
        "KAFKA_CA_FILE", default="", help="certificates that vouch for the brokers; unset: the system's"
    )
    bus_generation: int = setting("BUS_GENERATION", parse=whole(1, 1_000_000), default=1, help="generation of the bus")
    bus_partitions: int = setting(
        "BUS_PARTITIONS", parse=whole(1, 1024), default=4, help="partitions of each topic of this generation"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings(BusSettings):
    """Settings of every service."""

    service_key: bytes = setting(
        "SERVICE_KEY",
        parse=key_bytes(32),
        secret=True,
        help="Ed25519 key with which this service signs its calls to others, 64 hexadecimal digits",
    )
    service_keys: Mapping[str, tuple[bytes, ...]] = setting(
        "SERVICE_KEYS",
        parse=public_keys,
        help="public halves of all services' keys, service:64 hexadecimal digits,...; several of one while it changes",
    )
    fresh_sign_in_seconds: int = setting(
        "FRESH_SIGN_IN_SECONDS",
        parse=whole(30, 86_400),
        default=600,
        help="how long after the password was given one may print, export and reset without giving it again",
    )
    without_second_factor: frozenset[str] = setting(
        "WITHOUT_SECOND_FACTOR",
        parse=words,
        default=frozenset(),
        help="roles that need no second factor here, comma-separated, such as school; unset: all need it that "
        "shared/language/roles.py says so of",
    )
    sessions_grace_seconds: int = setting(
        "SESSIONS_GRACE_SECONDS",
        parse=whole(10, 86_400),
        default=300,
        help="how long access tokens are believed while identity cannot be asked which sessions have ended",
    )
    front_key: bytes = setting("FRONT_KEY", parse=key_bytes(32), secret=True, help=FRONT_KEY)
    forwarding_key: bytes = setting("FORWARDING_KEY", parse=key_bytes(32), secret=True, help=FORWARDING_KEY)
    identity_url: str = setting("IDENTITY_URL", parse=url, help="address of identity inside, for its public keys")
    clock: str = setting(
        "CLOCK",
        default="system",
        help="'system', or 'file:<path>' of a file with a shift in seconds, for drills on one machine",
    )
    commit: str = setting("COMMIT", default="unknown", help="commit that runs, shown at /_status")
    security_log: str = setting("SECURITY_LOG", default="", help=SECURITY_LOG)
    traces: str = setting("OTEL_EXPORTER_OTLP_ENDPOINT", parse=url, default="", help=TRACES)
    metrics_host: str = setting(
        "METRICS_HOST",
        default="127.0.0.1",
        help="where a worker's /metrics listens; services show theirs on their own port",
    )
    metrics_port: int = setting(
        "METRICS_PORT", parse=whole(0, 65535), default=0, help="port of a worker's /metrics; 0: none"
    )
