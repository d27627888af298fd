"""`python -m deploy.k8s.secrets > secrets.yaml`: the secrets of a new installation, with fresh keys; print them once.

    MONGO_URL=mongodb://... S3_ACCESS_KEY=... S3_SECRET_KEY=... REPORTS_ACCESS_KEY=... REPORTS_SECRET_KEY=... \\
        python -m deploy.k8s.secrets | kubectl apply -f -

Passwords of the document store's users are made here; `kubectl get secret` shows them for creating the users.
Keys cannot be made again: what they have sealed is lost with them (docs/keys.md). Keep a copy where nothing else lies.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping

from deploy.local.settings import ENTRANCE, KEYS, KEYS_OF, new_key
from deploy.local.store import KEY_STORE, TOPICS
from shared.language.services import BACKENDS, SERVICES
from shared.service.auth import public_half

NAMESPACE = "rollcall"
OF_THE_REGISTRY = "REGISTRY_CLIENT_SECRET"  # which makes it; without it nobody arrives from there
GIVEN = ("MONGO_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "REPORTS_ACCESS_KEY", "REPORTS_SECRET_KEY")
FIRST_LOGIN_BYTES, FIRST_PASSWORD_BYTES = 6, 18


def secrets_of_an_installation(given: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Secrets as Kubernetes objects. given: GIVEN, of the engines. Raises KeyError for one that is missing."""
    keys = {name: new_key(name) for name in KEYS} | {name: given[name] for name in GIVEN}
    yield _secret("entrance", {name: keys[name] for name in ENTRANCE})
    halves = {name: public_half(bytes.fromhex(keys[f"{name.upper()}_SERVICE_KEY"])) for name in BACKENDS}
    for service in SERVICES:
        own = [name for name in KEYS_OF[service] if name not in ENTRANCE]
        data = {name: keys.get(f"{service.upper()}_{name}", keys.get(name, "")) for name in own}
        if service in BACKENDS:
            data["SERVICE_KEYS"] = ",".join(f"{name}:{half.hex()}" for name, half in halves.items())
            data |= _store_user(service, given)
        if service == "identity" and given.get(OF_THE_REGISTRY):
            data[OF_THE_REGISTRY] = given[OF_THE_REGISTRY]
        if service == "upload":  # a user of its own opens the keys of the photos
            data |= {"KEY_STORE_USER": KEY_STORE, "KEY_STORE_PASSWORD": secrets.token_hex(24)}
        yield _secret(f"{service}-keys", data)
    yield _secret(f"{TOPICS}-keys", _store_user(TOPICS, given))
    # The file to which a first password would be written goes with its pod: both are told here instead.
    first = {
        "FIRST_LOGIN": f"ministry-{secrets.token_hex(FIRST_LOGIN_BYTES)}",
        "FIRST_PASSWORD": secrets.token_urlsafe(FIRST_PASSWORD_BYTES),
    }
    yield _secret("first-account", first)


def _store_user(user: str, given: Mapping[str, str]) -> dict[str, str]:
    return {"MONGO_URL": given["MONGO_URL"], "MONGO_USER": user, "MONGO_PASSWORD": secrets.token_hex(24)}


def _secret(name: str, data: Mapping[str, str]) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "type": "Opaque",
        "stringData": dict(data),
    }


def main() -> int:
    if missing := [name for name in GIVEN if not os.environ.get(name)]:
        sys.stderr.write(f"Set {', '.join(missing)} to what your engines say.\n")
        return 2
    items = list(secrets_of_an_installation(os.environ))
    print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
