"""`python -m deploy.compose`: the secrets of a new installation into deploy/compose/secrets/, a file for each user.

Keys cannot be made again: what they have sealed is lost with them (docs/keys.md). Keep a copy where no backup lies.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.k8s.secrets import secrets_of_an_installation
from deploy.local.settings import replace_private
from deploy.local.store import OPERATOR, USERS, password_key
from shared.language.services import BACKENDS

FOLDER = Path(__file__).parent / "secrets"
MONGO_URL = "mongodb://mongo:27017/?replicaSet=rollcall&authSource=admin"
KEY_FILE_BYTES = 756
Env = Mapping[str, str]


def files() -> dict[str, str]:
    """Name of a file -> its content, with fresh keys."""
    objects = {
        f"{of}_{kind}": secrets.token_hex(20) for of in ("S3", "REPORTS") for kind in ("ACCESS_KEY", "SECRET_KEY")
    }
    made: list[Any] = list(secrets_of_an_installation({"MONGO_URL": MONGO_URL, **objects}))
    envs: dict[str, dict[str, str]] = {each["metadata"]["name"]: dict(each["stringData"]) for each in made}
    brokers = {user: secrets.token_hex(24) for user in (*BACKENDS, "topics", "broker")}
    for user, password in brokers.items():
        if user != "broker":
            envs[f"{user}-keys"] |= {"KAFKA_USER": user, "KAFKA_PASSWORD": password}
    envs["mongo-users"] = _mongo_passwords(envs)
    envs["mongo"] = {"MONGO_INITDB_ROOT_USERNAME": OPERATOR, "MONGO_INITDB_ROOT_PASSWORD": secrets.token_hex(24)}
    envs["objects"] = {"MINIO_ROOT_USER": "operator", "MINIO_ROOT_PASSWORD": secrets.token_hex(24), **objects}
    envs["grafana"] = {"GF_SECURITY_ADMIN_PASSWORD": secrets.token_urlsafe(18)}
    found = {f"{name}.env": "".join(f"{key}={value}\n" for key, value in env.items()) for name, env in envs.items()}
    found["kafka.env"] = f"KAFKA_LISTENER_NAME_CLIENTS_PLAIN_SASL_JAAS_CONFIG='{_jaas(brokers)}'\n"
    found["mongo-key"] = base64.b64encode(secrets.token_bytes(KEY_FILE_BYTES)).decode() + "\n"
    return found


def _mongo_passwords(envs: Mapping[str, Env]) -> dict[str, str]:
    """The passwords that the processes have, for the person who makes the users."""
    known = {env["MONGO_USER"]: env["MONGO_PASSWORD"] for env in envs.values() if "MONGO_USER" in env}
    upload = envs["upload-keys"]
    known[upload["KEY_STORE_USER"]] = upload["KEY_STORE_PASSWORD"]
    return {password_key(user): known[user] for user in USERS if user != OPERATOR}


def _jaas(passwords: Env) -> str:
    users = " ".join(f'user_{user}="{password}"' for user, password in passwords.items())
    own = f'username="broker" password="{passwords["broker"]}"'
    return f"org.apache.kafka.common.security.plain.PlainLoginModule required {own} {users};"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.compose", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    if folder.exists() and any(folder.glob("*.env")):
        sys.stderr.write(f"{folder} holds secrets already; new ones would lose what the old ones have sealed.\n")
        return 1
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files().items():
        replace_private(folder / name, content)
    print(f"Written: {folder}. Keep a copy of it where no backup of the data lies.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
