"""`make upgrade DATA=folder`: the running copy in a folder goes over to this release, without a moment without answers.

Its runner (`make run`, of whatever release) becomes this release's runner and replaces its processes; here its progress
is shown.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from deploy.local.running import runs
from deploy.local.settings import REPO, commit
from deploy.upgrade.going_over import OPTION_BACK
from deploy.upgrade.handover import END, LOG, RELEASE, ask, noted

START = "`make stop`, `make run`"


class CannotUpgrade(RuntimeError):
    """The message says why, and what to do first."""


def require_ready(data: Path) -> None:
    """Raises CannotUpgrade."""
    if not runs(data / "run.pid"):
        raise CannotUpgrade(f"No copy runs in {data}: `make run DATA={data}` starts it with this release.")
    running = noted(data)
    if not running:
        raise CannotUpgrade("The copy is starting or changes its release at this moment, or its release is too old.")
    if Path(running["FOLDER"]) == REPO and running["COMMIT"] != commit():
        raise CannotUpgrade(
            f"The running processes are of {running['COMMIT']} and read their files in this folder, which now holds "
            f"{commit()}: check that one out again here, and this one in a folder of its own."
        )
    since = (data / RELEASE).stat().st_mtime
    for name in ("keys.env", "generations.env"):
        if (data / name).exists() and (data / name).stat().st_mtime > since:
            raise CannotUpgrade(f"{name} has changed since the copy was started; what goes on would not fit: {START}.")


def follow(data: Path) -> int:
    """Show the lines of the upgrade as they come. Returns its exit status."""
    seen = ""
    while True:
        alive = runs(data / "run.pid")
        for line in (data / LOG).read_text()[len(seen) :].splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            seen += line
            status = line.removeprefix(END).strip()
            if line.startswith(END) and status.isdecimal():  # a line of a process's log may begin alike
                return int(status)
            print(line, end="", flush=True)
        if not alive:
            print("The copy has ended; the terminal of `make run` says why.")
            return 1
        time.sleep(0.2)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make upgrade", description="Replace the processes of the running copy.")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--back", action="store_true", help="to an earlier release: writers first, consumers last")
    asked = parser.parse_args()
    data = asked.data.resolve()
    try:
        require_ready(data)
    except CannotUpgrade as refused:
        print(refused)
        return 1
    command = [sys.executable, "-m", "deploy.local.run", "--data", str(data), *([OPTION_BACK] if asked.back else [])]
    ask(data, int((data / "run.pid").read_text()), command)
    return follow(data)


if __name__ == "__main__":
    sys.exit(main())
