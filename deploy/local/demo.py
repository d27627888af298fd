"""`make demo`: run the drill against the running copy, or against one that is started for it.

It ends with an account of each role, so that a newcomer sees the portal as each of them does.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.run import say
from deploy.local.running import DEFAULT, RUN_PID, OtherCopy, announce, another_port, asked_for, entered, port_of, runs
from deploy.local.settings import ADDRESSES, FIRST_PORT, Local, read_env
from deploy.local.stack import Stack, StackFailed
from shared.language.services import SERVICES


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description="Run the drill against a copy on this machine.")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--port", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kafka", action="store_true")
    arguments = parser.parse_args()
    data = arguments.data.resolve()
    try:
        running = asked_for(data, arguments.port, kafka=arguments.kafka)
    except OtherCopy as refused:
        say(str(refused))
        return 1
    if running:
        if not _comes_up(running):
            say("The copy that was starting here has ended; see the terminal of `make run`.")
            return 1
        return _drill(running, arguments.seed)
    port = arguments.port or port_of(data) or FIRST_PORT
    return _on_a_copy_of_its_own(Local(data, port, arguments.kafka), arguments.seed)


def _on_a_copy_of_its_own(local: Local, seed: int) -> int:
    if refusal := another_port(local):
        say(refusal)
        return 1
    if taken := local.taken():
        say(f"Ports {taken} are in use by something else; choose others with PORT=9000.")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))  # so that the started processes are stopped
    say("No copy runs here: starting one for the drill.")
    stack = Stack(local, say)
    try:
        announce(local)
        stack.start_all()
        return _drill(local, seed)
    except StackFailed as error:
        say(str(error))
        return 1
    finally:
        stack.stop_all()
        (local.data / RUN_PID).unlink(missing_ok=True)
        with suppress(OSError):
            again = entered("run", local.data)
            say(f"The copy for the drill is stopped. `{again}` starts it again with its data and accounts.")


def _comes_up(local: Local) -> bool:
    """Wait for a copy that is perhaps still starting. False when it has ended meanwhile."""
    stack = Stack(local)
    while runs(local.data / RUN_PID):
        if all(map(stack.healthy, SERVICES)):
            return True
        time.sleep(0.3)
    return False


def _drill(local: Local, seed: int) -> int:
    addresses = read_env(local.data / ADDRESSES)
    command = [sys.executable, "-m", "drill", "--seed", str(seed)]
    for name in SERVICES:
        command += [f"--{name}-url", addresses[f"{name.upper()}_URL"]]
    command += ["--first-account", addresses["FIRST_ACCOUNT_FILE"], "--clock-file", addresses["CLOCK_FILE"]]
    return subprocess.run([*command, "--accounts"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
