"""The settings of a copy of Rollcall on one machine: ports, data folder, and keys that are made once and kept."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.ports import listens
from deploy.local.store import KEY_STORE, OPERATOR, PASSWORDS, TOPICS, password_key
from shared.infrastructure.derived_keys import derive
from shared.language.roles import SECOND_FACTOR_ROLES
from shared.language.services import BACKENDS, SERVICES
from shared.service.auth import public_half

FIRST_PORT = 8000
STAND_IN = "registry"  # in the Procfile: the stand-in for the registry's sign-in
REPO = Path(__file__).resolve().parents[2]
ADDRESSES = "local.env"  # in a copy's folder
FORMER = "FORMER_PORTAL_URLS"
PORT_NOTE = "port.env"  # there, too, and in its backups: the port that printed forms name, and the addresses before
KEYS = {
    **{f"{name.upper()}_SERVICE_KEY": 32 for name in BACKENDS},
    "IDENTITY_PII_KEY": 32,
    "ROSTER_PII_KEY": 32,
    "CODE_KEY": 32,
    "SIGNING_KEY": 32,
    "REFRESH_KEY": 32,
    "TICKET_KEY": 32,
    "SENDER_KEY": 32,
    "PORTAL_KEY": 32,
    "FRONT_KEY": 32,
    "FORWARDING_KEY": 32,
    "S3_ACCESS_KEY": 10,
    "S3_SECRET_KEY": 20,
    "PHOTO_KEYS": 32,
    "REPORTS_ACCESS_KEY": 10,
    "REPORTS_SECRET_KEY": 20,
    **dict.fromkeys(PASSWORDS, 24),
}
VERSIONED = ("PHOTO_KEYS",)  # "1:<key>,2:<key>"
HALVES = "VERIFYING_KEYS"  # public halves of the SIGNING_KEY before, written by `make key`
ENTRANCE = ("FRONT_KEY", "FORWARDING_KEY")  # of every service: it knows the proxy, and the portal, by these
# The settings with keys that each process needs; it gets no others. A key of its own, "ROSTER_PII_KEY", goes first.
KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "front": ("FRONT_KEY",),
    "identity": (*ENTRANCE, "SERVICE_KEY", "PII_KEY", "CODE_KEY", "SIGNING_KEY", "REFRESH_KEY"),
    "roster": (*ENTRANCE, "SERVICE_KEY", "PII_KEY", "CODE_KEY"),
    "upload": (
        *ENTRANCE,
        "SERVICE_KEY",
        "CODE_KEY",
        "TICKET_KEY",
        "SENDER_KEY",
        "PHOTO_KEYS",
        "S3_ACCESS_KEY",
        "S3_SECRET_KEY",
    ),
    "stats": (*ENTRANCE, "SERVICE_KEY", "REPORTS_ACCESS_KEY", "REPORTS_SECRET_KEY"),
    "portal": (*ENTRANCE, "PORTAL_KEY"),
}
# The object stores, with the names of their keys: one cannot be opened with the keys of the other.
OBJECT_STORES: Mapping[str, tuple[str, str]] = {
    "objects": ("S3_ACCESS_KEY", "S3_SECRET_KEY"),
    "reports": ("REPORTS_ACCESS_KEY", "REPORTS_SECRET_KEY"),
}
# Of each bus. Two buses are two generations, because the marks of one are meaningless to the other.
FIRST_GENERATIONS = {
    "EMBEDDED_GENERATION": "1",
    "EMBEDDED_PARTITIONS": "4",
    "KAFKA_GENERATION": "2",
    "KAFKA_PARTITIONS": "4",
}
OFFSETS = {
    # The proxy's doors for people: the portal's, the services', and the object store's for presigned PUTs.
    "PORT": 0,
    **{f"{name.upper()}_PORT": number for number, name in enumerate(BACKENDS, 1)},
    "OBJECTS_PUBLIC_PORT": 10,
    # Its doors inside, for services and operators. Behind both, services listen on sockets.
    **{f"{name.upper()}_INSIDE_PORT": number for number, name in enumerate(SERVICES, 31)},
    "OBJECTS_PORT": 9,
    "REPORTS_PORT": 11,
    "REGISTRY_PORT": 12,  # of the registry's stand-in
    "STORE_PORT": 17,
    "KAFKA_PORT": 92,
}


def brokers_elsewhere() -> str:
    """External Kafka brokers, from our environment; "" for none."""
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "")


@dataclass(frozen=True, slots=True)
class Local:
    """One copy: its folder and its first port. kafka: run on a real broker instead of the bus in the document store.

    second: names in the Procfile of the engines whose second implementation runs.
    brokers: external ones, "host:port,..."; without any, a copy on Kafka starts a broker of its own.
    """

    data: Path
    port: int = FIRST_PORT
    kafka: bool = False
    second: tuple[str, ...] = ()
    brokers: str = field(default_factory=brokers_elsewhere)

    @property
    def own_broker(self) -> bool:
        return self.kafka and not self.brokers

    def ports(self) -> dict[str, int]:
        return {name: self.port + offset for name, offset in OFFSETS.items()}

    @property
    def sockets(self) -> Path:
        """The folder of the services' sockets, which only this user reaches."""
        return self.data / "sockets"

    def addresses(self) -> dict[str, str]:
        """Service -> its public address, at the proxy."""
        ports = self.ports() | {"PORTAL_PORT": self.port}
        return {name: f"http://127.0.0.1:{ports[f'{name.upper()}_PORT']}" for name in SERVICES}

    def inside(self) -> dict[str, str]:
        """Service -> its address for other services and operators, at the proxy."""
        ports = self.ports()
        return {name: f"http://127.0.0.1:{ports[f'{name.upper()}_INSIDE_PORT']}" for name in SERVICES}

    def taken(self) -> list[int]:
        """The ports of this copy that are already in use."""
        ports = [port for name, port in self.ports().items() if self.own_broker or name != "KAFKA_PORT"]
        return [port for port in (*ports, *(self.metrics_port(f"{name}-worker") for name in BACKENDS)) if listens(port)]

    def environment(self) -> dict[str, str]:
        """The settings of every process, without keys (see `keys_for`)."""
        ports = self.ports()
        public, inside = self.addresses(), self.inside()
        return {
            **{name: str(port) for name, port in ports.items()},
            **{f"{name.upper()}_PUBLIC_URL": public[name] for name in SERVICES},
            **{f"{name.upper()}_URL": inside[name] for name in BACKENDS},
            "PORTAL_URL": public["portal"],
            "SECURE_COOKIES": "no",  # no HTTPS here, and not every browser takes Secure from http://127.0.0.1
            "REGISTRY_ISSUER": f"http://127.0.0.1:{ports['REGISTRY_PORT']}",
            "REGISTRY_CLIENT_ID": "rollcall",
            "DATA": str(self.data),
            "SOCKETS": str(self.sockets),
            "MONGO_URL": f"mongodb://127.0.0.1:{ports['STORE_PORT']}",
            "S3_ENDPOINT": f"http://127.0.0.1:{ports['OBJECTS_PORT']}",
            "S3_PUBLIC_ENDPOINT": f"http://127.0.0.1:{ports['OBJECTS_PUBLIC_PORT']}",
            "S3_BUCKET": "rollcall",
            "REPORTS_ENDPOINT": f"http://127.0.0.1:{ports['REPORTS_PORT']}",
            "REPORTS_BUCKET": "rollcall-reports",
            "KAFKA_BOOTSTRAP_SERVERS": (self.brokers or f"127.0.0.1:{ports['KAFKA_PORT']}") if self.kafka else "",
            **self._bus(),
            **self._former_addresses(),
            "CLOCK_FILE": str(self.data / "clock"),
            "CLOCK": f"file:{self.data / 'clock'}",
            "SECURITY_LOG": str(self.data / "security"),
            "FIRST_ACCOUNT_FILE": str(self.data / "first-account.txt"),
            "COMMIT": commit(),
            "WITHOUT_SECOND_FACTOR": ",".join(sorted(SECOND_FACTOR_ROLES)),  # of the drill, one alone has a telephone
        }

    def environment_of(self, process: str) -> dict[str, str]:
        """The settings of one process: the common ones, its keys, and for workers the port of their metrics."""
        port = {"METRICS_PORT": str(self.metrics_port(process))} if is_worker(process) else {}
        return {**self.environment(), **self.keys_for(process.partition(".")[0]), **port}

    def metrics_port(self, worker: str) -> int:
        """worker: "upload-worker", or "upload-worker.2" for a second one beside it."""
        name, _, number = worker.partition(".")
        return self.port + 50 + BACKENDS.index(name.removesuffix("-worker")) + 10 * (int(number or 1) - 1)

    def make_private(self) -> None:
        """Close the folder of this copy to other users, one that an older release has made too."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data.chmod(0o700)

    def keys_for(self, process: str) -> dict[str, str]:
        service, keys = process.removesuffix("-worker"), self.keys()
        if service == "store":
            return {name: keys[name] for name in PASSWORDS}
        if names := OBJECT_STORES.get(service):
            return object_store_keys(*(keys[name] for name in names))
        given = {name: keys.get(f"{service.upper()}_{name}", keys.get(name, "")) for name in KEYS_OF.get(service, ())}
        if process == "identity" and keys.get(HALVES):
            given[HALVES] = keys[HALVES]
        if process in ("identity", STAND_IN):
            given["REGISTRY_CLIENT_SECRET"] = derive(bytes.fromhex(keys["PORTAL_KEY"]), "registry stand-in").hex()
        if service in BACKENDS:
            given["SERVICE_KEYS"] = self._service_keys(keys)
        return given | self._store_user(service, keys)

    def _store_user(self, process: str, keys: Mapping[str, str]) -> dict[str, str]:
        """The user that a process is to the document store. The second one is tried without users."""
        if "store" in self.second or process not in (*BACKENDS, TOPICS):
            return {}
        user = {"MONGO_USER": process, "MONGO_PASSWORD": keys[password_key(process)]}
        if process == "upload":
            user |= {"KEY_STORE_USER": KEY_STORE, "KEY_STORE_PASSWORD": keys[password_key(KEY_STORE)]}
        return user

    def store_url(self) -> str:
        """The address of the document store for its operator, who may do everything."""
        address = f"127.0.0.1:{self.ports()['STORE_PORT']}"
        if "store" in self.second:
            return f"mongodb://{address}"
        return f"mongodb://{OPERATOR}:{self.keys()[password_key(OPERATOR)]}@{address}/?authSource=admin"

    @staticmethod
    def _service_keys(keys: Mapping[str, str]) -> str:
        """The public halves of the services' keys."""
        halves = {name: public_half(bytes.fromhex(keys[f"{name.upper()}_SERVICE_KEY"])) for name in BACKENDS}
        return ",".join(f"{name}:{half.hex()}" for name, half in halves.items())

    def keys(self) -> dict[str, str]:
        """The keys of this copy, made at its first start, readable by their owner only."""
        path = self.data / "keys.env"
        kept = read_env(path) if path.exists() else {}
        if missing := [name for name in KEYS if name not in kept]:
            self.make_private()
            kept |= {name: new_key(name) for name in missing}
            replace_private(path, "".join(f"{name}={value}\n" for name, value in kept.items()))
        return kept

    def _bus(self) -> dict[str, str]:
        of, kept = "KAFKA" if self.kafka else "EMBEDDED", self._generations()
        return {"BUS_GENERATION": kept[f"{of}_GENERATION"], "BUS_PARTITIONS": kept[f"{of}_PARTITIONS"]}

    def _former_addresses(self) -> dict[str, str]:
        """The addresses on paper that was printed before the copy moved, and those that our environment names."""
        known = (self._noted_port().get(FORMER, ""), os.environ.get(FORMER, ""))
        return {FORMER: joined} if (joined := ",".join(filter(None, known))) else {}

    def _noted_port(self) -> dict[str, str]:
        path = self.data / PORT_NOTE
        return read_env(path) if path.exists() else {}

    def note_port(self, before: int | None = None) -> None:
        """Write the port for every later start. before: the one from which a copy moves; its paper stays known."""
        former = self._noted_port().get(FORMER, "").split(",")
        former += [Local(self.data, before).addresses()["portal"]] if before else []
        others = ",".join(sorted({*former} - {"", self.addresses()["portal"]}))
        replace_private(self.data / PORT_NOTE, f"PORT={self.port}\n{FORMER}={others}\n")

    def _generations(self) -> dict[str, str]:
        """The current generations, stored beside the data, whose marks refer to every earlier one."""
        path = self.data / "generations.env"
        return {**FIRST_GENERATIONS, **(read_env(path) if path.exists() else {})}

    def raise_generation(self, partitions: int = 0) -> int:
        """Begin a generation that neither bus has had, for every process started after this. Returns its number.

        partitions: of each topic, 0 for as many as before.
        """
        of, kept = "KAFKA" if self.kafka else "EMBEDDED", self._generations()
        number = 1 + max(int(value) for name, value in kept.items() if name.endswith("_GENERATION"))
        kept |= {f"{of}_GENERATION": str(number), **({f"{of}_PARTITIONS": str(partitions)} if partitions else {})}
        (self.data / "generations.env").write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
        return number

    def write_addresses(self) -> None:
        """Write `local.env`: the addresses of this copy, for the drill and for people. No keys. And its port."""
        self.note_port()
        environment = self.environment()
        written = {f"{name.upper()}_URL": address for name, address in self.addresses().items()}
        others = ("MONGO_URL", "REGISTRY_ISSUER", "KAFKA_BOOTSTRAP_SERVERS", "CLOCK_FILE", "FIRST_ACCOUNT_FILE")
        written |= {name: environment[name] for name in others}
        replace_private(self.data / ADDRESSES, "".join(f"{name}={value}\n" for name, value in written.items()))


def object_store_keys(access: str, secret: str) -> dict[str, str]:
    """The one account of an object store, in the settings of nanio and of MinIO."""
    return {
        "NANIO_ACCESS_KEY": access,
        "NANIO_SECRET_KEY": secret,
        "MINIO_ROOT_USER": access,
        "MINIO_ROOT_PASSWORD": secret,
    }


def replace_private(path: Path, text: str) -> None:
    """Write a file for its owner only, whole or not at all: what it held before is lost at no moment."""
    descriptor, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def new_key(name: str) -> str:
    return ("1:" if name in VERSIONED else "") + secrets.token_hex(KEYS[name])


def is_worker(process: str) -> bool:
    return process.partition(".")[0].endswith("-worker")


def read_env(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def commit() -> str:
    """The checked-out commit, "unknown" without a checkout or without git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=REPO, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:  # no git on this machine
        return "unknown"
    return done.stdout.strip() or "unknown"
