"""`make key NAME=PORTAL_KEY`: a new value for a key of this copy, which its processes know from their next start on.

PHOTO_KEYS gets a further version: the older ones open what they have sealed until `make key NAME=PHOTO_KEYS DROP=1`.
SIGNING_KEY leaves its public half in VERIFYING_KEYS: its tokens are good to their end; DROP=1 takes all halves away.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local import procfile
from deploy.local.running import DEFAULT, RUN_PID, OtherCopy, entered, require_running
from deploy.local.settings import HALVES, VERSIONED, Local, new_key, replace_private
from deploy.local.store import PASSWORDS
from shared.infrastructure.clock import clock_from
from shared.infrastructure.log_setup import set_up
from shared.infrastructure.security_log import security_event
from shared.language.services import BACKENDS
from shared.service.auth import public_half

# Every other key has sealed or hashed what is kept, or belongs to an engine: docs/keys.md says how it changes.
REPLACEABLE = (
    *(f"{name.upper()}_SERVICE_KEY" for name in BACKENDS),
    *("SIGNING_KEY", "REFRESH_KEY", "TICKET_KEY", "SENDER_KEY", "PORTAL_KEY", "FRONT_KEY", "FORWARDING_KEY"),
    *PASSWORDS,
)


class CannotChange(RuntimeError):
    """The message says why, and what to do first."""


def versions(value: str) -> dict[int, str]:
    """Version -> key, of a setting such as "1:<key>,2:<key>"."""
    return {int(number): key for number, _, key in (each.partition(":") for each in value.split(","))}


def renewed(keys: Mapping[str, str], name: str) -> dict[str, str]:
    """The keys with a new value, or a further version, of one. Raises CannotChange."""
    if name in VERSIONED:
        number, (key,) = max(versions(keys[name])) + 1, versions(new_key(name)).values()
        return {**keys, name: f"{keys[name]},{number}:{key}"}
    if name not in REPLACEABLE:
        changeable = ", ".join((*REPLACEABLE, *VERSIONED))
        raise CannotChange(
            f"{name or 'No name'}: docs/keys.md says how it changes. `make key NAME=...` does it for {changeable}."
        )
    left = {HALVES: _halves_with(keys, keys[name])} if name == "SIGNING_KEY" else {}
    return {**keys, **left, name: new_key(name)}


def _halves_with(keys: Mapping[str, str], signing_key: str) -> str:
    """The halves with one more: a second new key before a restart must not take away that of the copy that runs."""
    return ",".join([*filter(None, [keys.get(HALVES)]), public_half(bytes.fromhex(signing_key)).hex()])


def with_newest_alone(keys: Mapping[str, str], name: str) -> dict[str, str]:
    """The keys without the older versions of one, or without its older halves. Raises CannotChange."""
    if name == "SIGNING_KEY" and keys.get(HALVES):
        return {**keys, HALVES: ""}
    if name not in VERSIONED:
        raise CannotChange(f"{name or 'No name'} has no versions; only {', '.join(VERSIONED)} has.")
    kept = versions(keys[name])
    if len(kept) == 1:
        raise CannotChange(f"{name} has one version only: nothing to drop.")
    return {**keys, name: f"{max(kept)}:{kept[max(kept)]}"}


def require_known_to_the_running_copy(data: Path) -> None:
    """A process that was started before the keys changed goes on to seal under the old ones. Raises CannotChange."""
    running = data / RUN_PID
    if not running.exists():
        raise CannotChange(
            f"No copy runs here: start it with `{entered('run', data)}`, it must have the new version first."
        )
    if running.stat().st_mtime < (data / "keys.env").stat().st_mtime:
        raise CannotChange(f"The running copy was started before the keys changed: {_restart(data)} first.")


def _restart(data: Path) -> str:
    run = f"`{entered('run', data)}`"
    return f"`{entered('stop', data)}`, {run}" if (data / RUN_PID).exists() else run


def drop(local: Local, name: str, rotate: Callable[[], int]) -> dict[str, str]:
    """The keys without older versions, when nothing needs them any more. rotate: 0 when all is under the newest one."""
    kept = with_newest_alone(local.keys(), name)
    require_known_to_the_running_copy(local.data)
    if name in VERSIONED and rotate():
        raise CannotChange("Nothing was dropped, because the rotation has failed; the lines above say why.")
    return kept


def rotation(local: Local) -> int:
    """Exit status of the operator's command that wraps every data key by the newest version."""
    return subprocess.run(
        [sys.executable, "-m", "services.upload.operator.rotate_keys"],
        env=procfile.environment(local.environment_of("upload-worker")),
        check=False,
    ).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="make key", description="A new value for a key of the copy on this machine.")
    parser.add_argument(
        "name", help="as in docs/keys.md, on one machine with its service before it: ROSTER_SERVICE_KEY"
    )
    parser.add_argument("--drop", action="store_true", help="the older versions, after everything is rotated")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--port", type=int)
    asked = parser.parse_args()
    if not (asked.data / "keys.env").exists():
        print(f"There is no copy in {asked.data}; `{entered('run', asked.data)}` starts one.")
        return 1
    local = Local(asked.data.resolve())
    environment = local.environment()
    set_up("operator", clock_from(environment["CLOCK"]), to=sys.stderr, security_folder=environment["SECURITY_LOG"])
    try:
        keys = (
            drop(local, asked.name, lambda: rotation(require_running(local.data, asked.port)))
            if asked.drop
            else renewed(local.keys(), asked.name)
        )
    except (CannotChange, OtherCopy) as refused:
        print(refused)
        return 1
    _keep(local.data / "keys.env", keys, of_the_same_time=asked.drop)
    security_event("keys", what="dropped" if asked.drop else "renewed", target=asked.name)
    print(_done(asked.name, keys[asked.name], asked.drop, local.data))
    return 0


def _keep(file: Path, keys: Mapping[str, str], *, of_the_same_time: bool) -> None:
    """of_the_same_time: nothing is new in it, so that a copy that was started since the last change knows all of it."""
    changed = file.stat().st_mtime_ns
    replace_private(file, "".join(f"{name}={value}\n" for name, value in keys.items()))
    if of_the_same_time:
        os.utime(file, ns=(changed, changed))


def _done(name: str, value: str, dropped: bool, data: Path) -> str:
    if name not in VERSIONED:
        if dropped:
            return f"What {name} signed before is refused from the next start on: {_restart(data)}."
        return f"{name} has a new value from the next start on: {_restart(data)}."
    newest = max(versions(value))
    if dropped:
        return f"{name} has version {newest} alone from the next start on."
    return f"{name} has version {newest} from the next start on, beside the older ones: {_restart(data)}."


if __name__ == "__main__":
    sys.exit(main())
