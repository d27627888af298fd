"""The embedded document store with a user for each process: `python -m deploy.local.store --port 8017 --data .data`.

Makes the users at the first start, and when a password has changed, then becomes the store. The store can make users
only while it asks for none, so for a second or two it runs on a port that nobody knows, on loopback.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local.ports import free_port, listens
from shared.language.contracts import PUBLISHERS
from shared.language.services import BACKENDS
from shared.messaging.bus_factory import DATABASE as BUS

OPERATOR, TOPICS, KEY_STORE = "operator", "topics", "upload-keys"
START_SECONDS = 60.0
USER_EXISTS, ROLE_EXISTS = 51003, 51002
CACHE = "STORE_CACHE"  # where the size of the engine's cache may be: in the environment of the store
USUAL_CACHE = "256M"
PROGRAM = Path(__file__).with_name("corrected_store.py")
# One heap for all threads, and freed memory goes back: each of the hundred connections has a thread, and with a heap
# for each of them the pages that a reply leaves behind are never shared.
MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": str(1 << 20), "MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
ON_THE_BUS = ("find", "insert", "createIndex", "listIndexes", "createCollection", "listCollections")


def password_key(user: str) -> str:
    """Where a user's password is: the name in keys.env, and in the environment of the store."""
    return f"{user.upper().replace('-', '_')}_MONGO_PASSWORD"


USERS = (OPERATOR, TOPICS, KEY_STORE, *BACKENDS)
PASSWORDS = tuple(map(password_key, USERS))


def roles_of(user: str) -> list[dict[str, str]]:
    """Each service has its own database; publishers append to the bus and nobody removes from it."""
    if user == OPERATOR:
        return [{"role": "root", "db": "admin"}]
    if user == TOPICS:
        return [{"role": "bus", "db": "admin"}]
    if user == KEY_STORE:
        return [{"role": "readWrite", "db": "rollcall_keys"}]
    bus = {"role": "bus", "db": "admin"} if user in PUBLISHERS else {"role": "read", "db": BUS}
    return [{"role": "readWrite", "db": f"rollcall_{user}"}, bus]


def program(folder: Path, port: int, *options: str) -> list[str]:
    return [
        *(
            sys.executable,
            "-P",
            str(PROGRAM),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--storage-path",
            str(folder),
        ),
        *("--sync-on-commit", "--cache-size", os.environ.get(CACHE, USUAL_CACHE), "--log-level", "WARNING", *options),
    ]


def make_users(url: str, passwords: Mapping[str, str]) -> None:
    """passwords: by user. A user that exists gets the password and the roles anew."""
    with MongoClient[dict[str, Any]](url, directConnection=True) as client:
        admin = client.admin
        bus = [{"resource": {"db": BUS, "collection": ""}, "actions": list(ON_THE_BUS)}]
        try:
            admin.command("createRole", "bus", privileges=bus, roles=[])
        except OperationFailure as error:
            if error.code != ROLE_EXISTS:
                raise
        for user, password in passwords.items():
            try:
                admin.command("createUser", user, pwd=password, roles=roles_of(user))
            except OperationFailure as error:
                if error.code != USER_EXISTS:
                    raise
                admin.command("updateUser", user, pwd=password, roles=roles_of(user))


@contextmanager
def _open_store(folder: Path) -> Iterator[str]:
    """The store without users, on a port of its own, for as long as the block lasts."""
    port = free_port()
    process = subprocess.Popen(program(folder, port))
    try:
        until = time.monotonic() + START_SECONDS
        while not listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the document store did not start")
            time.sleep(0.05)
        yield f"mongodb://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def prepare(data: Path, passwords: Mapping[str, str]) -> None:
    """Make the users unless the last ones made have these passwords."""
    made = hashlib.sha256(repr(sorted(passwords.items())).encode()).hexdigest()
    note = data / "store-users"
    if note.exists() and note.read_text() == made:
        return
    with _open_store(data / "store") as url:
        make_users(url, passwords)
    note.touch(mode=0o600)
    note.write_text(made)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.store")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args()
    if missing := [name for name in PASSWORDS if not os.environ.get(name)]:
        sys.exit(f"The document store needs a password for every user: {', '.join(missing)}.")
    prepare(asked.data, {user: os.environ[password_key(user)] for user in USERS})
    command = program(asked.data / "store", asked.port, "--auth")
    os.execvpe(command[0], command, {**os.environ, **MEMORY})  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
