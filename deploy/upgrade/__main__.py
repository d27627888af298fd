"""`make upgrade DATA=folder`: the running copy in a folder goes over to this release, without a moment without answers.

Its runner (`make run`, of whatever release) becomes this release's runner and replaces its processes; here its progress
is shown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.local.running import copy_in, entered, runs
from deploy.local.settings import REPO, commit, is_worker
from deploy.local.stack import Stack, StackFailed
from deploy.upgrade.behind import await_not_far_behind
from deploy.upgrade.handover import END, LOG, RELEASE, Direction, ask, noted
from deploy.upgrade.patience import Say, signs_of_life
from deploy.upgrade.releases import Releases
from deploy.upgrade.replacement import ROLES

READY_WITHIN = 120.0  # seconds for a copy that starts, or goes over, at this moment


class CannotUpgrade(RuntimeError):
    """The message says why, and what to do first."""


def require_ready(data: Path, say: Say, *, within: float = READY_WITHIN) -> Mapping[str, str]:
    """Wait until a copy can hand over. Returns what it has noted of its release. Raises CannotUpgrade."""
    running = _noted_within(data, say, within)
    if Path(running["FOLDER"]) == REPO and running["COMMIT"] != commit():
        raise CannotUpgrade(
            f"The running processes are of {running['COMMIT']} and read their files in this folder, which now holds "
            f"{commit()}: check that one out again here, and this one in a folder of its own."
        )
    since = (data / RELEASE).stat().st_mtime
    for name in ("keys.env", "generations.env"):
        if (data / name).exists() and (data / name).stat().st_mtime > since:
            raise CannotUpgrade(
                f"{name} has changed since the copy was started; what goes on would not fit: "
                f"{_start(data, running['FOLDER'])}, and then this again."
            )
    return running


def _start(data: Path, folder: str | Path = REPO) -> str:
    """The commands that end a copy and start it with the release of a folder."""
    return ", ".join(f"`{entered(target, data).replace('make', f'make -C {folder}', 1)}`" for target in ("stop", "run"))


def _before(running: Mapping[str, str], data: Path, *, back: bool) -> str:
    """The folder that the way back leads to: of the last release that ran whole; forward, of the one that runs."""
    folder, before = running["FOLDER"], running.get("BEFORE", "")
    if folder == str(REPO):
        return before
    if not _is_whole(running, data) and before not in ("", str(REPO)):
        return before
    return folder if back or _is_whole(running, data) else ""


def _is_whole(running: Mapping[str, str], data: Path) -> bool:
    """An earlier release has noted none of its failures: there the processes tell."""
    of = Releases(data).of(name for names in ROLES for name in names)
    return not running.get("UNFINISHED") and set(of.values()) <= {f"{running['COMMIT']} in {running['FOLDER']}"}


def _noted_within(data: Path, say: Say, seconds: float) -> Mapping[str, str]:
    until = time.monotonic() + seconds
    with signs_of_life(say, lambda: "the copy is starting, or changes its release at this moment"):
        while True:
            if not runs(data / "run.pid"):
                raise CannotUpgrade(f"No copy runs in {data}: `{entered('run', data)}` starts it with this release.")
            if running := noted(data):
                return running
            if time.monotonic() > until:
                raise CannotUpgrade(
                    f"The copy is still starting or changing its release after {seconds:.0f} seconds, or its release "
                    f"is too old: its terminal says more, and `make status DATA={data}`."
                )
            time.sleep(0.2)


def require_not_far_behind(data: Path, say: Say) -> None:
    """Raises CannotUpgrade: who does not keep up already is not to lose minutes, too.

    A worker that does not answer is not asked: a failed try has left it, and this one fixes it.
    """
    if not (local := copy_in(data)):
        return
    stack = Stack(local)
    answering = [name for name in stack.names if is_worker(name) and stack.healthy(name)]
    if not answering:
        return
    try:
        await_not_far_behind(stack, say, answering)
    except StackFailed as behind:
        raise CannotUpgrade(
            f"Not begun: {behind.sentence}. Enter it again when `unpublished` and `lag` of `make status DATA={data}` "
            f"have gone down. A release that is to fix just this comes with {_start(data)}."
        ) from behind


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


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make upgrade", description="Replace the processes of the running copy.")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--back", action="store_true", help="to an earlier release: writers first, consumers last")
    asked = parser.parse_args()
    data = asked.data.resolve()
    try:
        running = require_ready(data, say)
        if not asked.back:  # on the way back consumers wait until all is read, once the writers are back
            require_not_far_behind(data, say)
    except CannotUpgrade as refused:
        print(refused)
        return 1
    options = Direction(_before(running, data, back=asked.back), asked.back).options()
    command = [sys.executable, "-m", "deploy.local.run", "--data", str(data), *options]
    ask(data, int((data / "run.pid").read_text()), command)
    return follow(data)


if __name__ == "__main__":
    sys.exit(main())
