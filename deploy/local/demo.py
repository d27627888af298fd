"""`make demo`: run the drill against the running copy, or against one that is started for it.

It ends with an account of each role, so that a newcomer sees the portal as each of them does.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.run import say
from deploy.local.settings import Local, read_env
from deploy.local.stack import Stack, StackFailed
from shared.language.services import SERVICES


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description="Run the drill against a copy on this machine.")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kafka", action="store_true")
    arguments = parser.parse_args()
    local = Local(arguments.data.resolve(), arguments.port, arguments.kafka)
    if runs(local.data / "run.pid"):
        if not _comes_up(local):
            say("The copy that was starting here has ended; see the terminal of `make run`.")
            return 1
        return _drill(local, arguments.seed)
    if taken := local.taken():
        say(f"Ports {taken} are in use by something else; choose others with PORT=9000.")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))  # so that the started processes are stopped
    say("No copy runs here: starting one for the drill.")
    stack = Stack(local, say)
    try:
        stack.start_all()
        local.write_addresses()
        return _drill(local, arguments.seed)
    except StackFailed as error:
        say(str(error))
        return 1
    finally:
        stack.stop_all()
        with suppress(OSError):
            say("The copy for the drill is stopped. `make run` starts it again with its data and accounts.")


def runs(pid_file: Path) -> bool:
    """True if `make run` has started a copy that still runs."""
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def _comes_up(local: Local) -> bool:
    """Wait for a copy that is perhaps still starting. False when it has ended meanwhile."""
    stack = Stack(local)
    while runs(local.data / "run.pid"):
        if (local.data / "local.env").exists() and all(map(stack.healthy, SERVICES)):
            return True
        time.sleep(0.3)
    return False


def _drill(local: Local, seed: int) -> int:
    addresses = read_env(local.data / "local.env")
    command = [sys.executable, "-m", "drill", "--seed", str(seed)]
    for name in SERVICES:
        command += [f"--{name}-url", addresses[f"{name.upper()}_URL"]]
    command += ["--first-account", addresses["FIRST_ACCOUNT_FILE"], "--clock-file", addresses["CLOCK_FILE"]]
    return subprocess.run([*command, "--accounts"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
