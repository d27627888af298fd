"""The handover of a running copy between two releases: `make run` becomes the runner of the other one.

It executes the other release's program in its own place: same process id, same terminal, and every process of the copy
stays its child. What two releases agree on is here and in the options of deploy/local/run.py, and only grows.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.settings import REPO, commit, read_env, replace_private

SUCCESSOR, RELEASE, LOG = "successor.json", "release.env", "upgrade.log"  # in a copy's folder
END = "end "  # of the log, with the exit status
ASKED = signal.SIGUSR2
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # SIGHUP: its terminal was closed


@dataclass(frozen=True, slots=True)
class Direction:
    """before: folder of the release that last ran a copy whole, "" for none. back: whether this is an earlier one."""

    before: str = ""
    back: bool = False

    def options(self) -> list[str]:
        """For deploy/local/run.py, of this same release."""
        return [*(["--back"] if self.back else []), *(["--before", self.before] if self.before else [])]


def note(data: Path, before: str = "", unfinished: str = "") -> None:
    """Write which release runs a copy, and that it can hand over now. before: folder of the last one that ran whole.

    unfinished: what can be entered, where processes of another release run yet. Where it cannot be written, on a full
    disk, the copy runs on, and an upgrade of it is refused.
    """
    written = {"FOLDER": REPO, "COMMIT": commit(), "BEFORE": before, "UNFINISHED": unfinished}
    with suppress(OSError):
        replace_private(data / RELEASE, "".join(f"{name}={value}\n" for name, value in written.items()))


def noted(data: Path) -> Mapping[str, str]:
    """{} while nothing runs, or while a copy starts or changes its release."""
    try:
        return read_env(data / RELEASE)
    except FileNotFoundError:
        return {}


def ask(data: Path, pid: int, command: Sequence[str]) -> None:
    """Ask the runner of a copy to become this command, in this release's folder."""
    replace_private(data / LOG, "")
    replace_private(data / SUCCESSOR, json.dumps({"folder": str(REPO), "command": list(command)}))
    os.kill(pid, ASKED)


def successor(data: Path) -> Path:
    """The folder of the release that has asked. Raises OSError, ValueError or LookupError."""
    return Path(json.loads((data / SUCCESSOR).read_text())["folder"])


def hand_over(data: Path, options: Sequence[str], processes: Mapping[str, int]) -> None:
    """Become the release that has asked. Raises OSError or ValueError, and nothing has changed, where it cannot.

    A signal to stop waits until the other release can take it.
    """
    asked = json.loads((data / SUCCESSOR).read_text())
    here, kept = Path.cwd(), noted(data)
    (data / RELEASE).unlink(missing_ok=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, (*STOPPING, ASKED))
    try:
        os.chdir(asked["folder"])
        adopted = ",".join(f"{name}={pid}" for name, pid in processes.items())
        os.execv(asked["command"][0], [*asked["command"], *options, "--adopt", adopted])  # noqa: S606 - no shell is the point
    except BaseException:
        os.chdir(here)
        note(data, kept.get("BEFORE", ""), kept.get("UNFINISHED", ""))
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPPING, ASKED))


def processes_of(adopted: str) -> dict[str, int]:
    """The inverse of what `hand_over` writes: name -> process id."""
    return {name: int(pid) for name, _, pid in (each.partition("=") for each in adopted.split(","))}


class Log:
    """The lines of an upgrade, for the terminal in which it was asked for. No full disk ends what they tell of."""

    def __init__(self, data: Path) -> None:
        self._path = data / LOG

    def say(self, line: str) -> None:
        with suppress(OSError), self._path.open("a") as file:
            file.write(f"{line}\n")

    def end(self, status: int) -> None:
        self.say(f"{END}{status}")
