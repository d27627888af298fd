"""A running copy goes over to this release: its runner has just become this process, with all processes as children."""

from __future__ import annotations

import threading
import traceback
from contextlib import suppress
from pathlib import Path

from deploy.local.processes import Adopted
from deploy.local.settings import REPO, commit
from deploy.local.stack import Stack, StackFailed
from deploy.upgrade.handover import Direction, Log, note, processes_of
from deploy.upgrade.patience import Say
from deploy.upgrade.replacement import replace_all
from deploy.watch.prometheus import Prometheus

PROMETHEUS = "prometheus"
GOES_ON = "Everything goes on: those with ✓ of this release, all others as before."


def go_over(
    stack: Stack, prometheus: Prometheus, adopted: str, say: Say, stop: threading.Event, direction: Direction
) -> None:
    """Replace what runs. The copy runs on whatever fails: people are served by what serves them already."""
    log = Log(stack.local.data)

    def tell(line: str) -> None:
        with suppress(OSError):  # its terminal is closed, or what it writes to is full
            say(line)
        log.say(line)

    children = {name: Adopted(pid) for name, pid in processes_of(adopted).items()}
    prometheus.process = children.pop(PROMETHEUS, None)
    stack.processes.update(children)
    try:
        tell(f"{'Back' if direction.back else 'Upgrading'} to release {commit()} in {REPO}:")
        replace_all(stack, tell, stop, back=direction.back)
        stack.local.write_addresses()
        if prometheus.process:
            prometheus.stop()
            tell(f"  {prometheus.start()}")
    except StackFailed as error:
        unfinished = _not_done(tell, direction, stack.local.data, error.sentence, error.log)
    except Exception as error:
        with suppress(OSError):
            traceback.print_exc()
        more = f"{error!r}, and the terminal of `make run` says more"
        unfinished = _not_done(tell, direction, stack.local.data, more)
    else:
        unfinished = ""
        tell(f"Release {commit()} runs. Engines and proxy go on as they were started.")
        tell(f"Next: `make -C {REPO} status DATA={stack.local.data}`.{_other_way(direction, stack.local.data)}")
    note(stack.local.data, direction.before, unfinished)  # first: the end on screen invites the next command
    log.end(1 if unfinished else 0)


def _not_done(tell: Say, direction: Direction, data: Path, sentence: str, log: str = "") -> str:
    """Say why before what a process has written, and at last what can be entered, which is returned."""
    tell(f"Not done: {sentence}. {GOES_ON}")
    for line in log.splitlines():
        tell(f"  | {line}")
    following = again(direction, data)
    tell(following)
    return following


def again(direction: Direction, data: Path) -> str:
    """What to do after a failure: the command that goes on from here, and the one that goes the other way."""
    entered = f"`make -C {REPO} upgrade{_back(direction.back)} DATA={data}`"
    return f"Next: fix it, and {entered} goes on from here.{_other_way(direction, data)}"


def _other_way(direction: Direction, data: Path) -> str:
    """The command that goes to the release that ran before; "" where there is none."""
    if not direction.before:
        return ""
    named = "Forward again" if direction.back else "Back"
    return f" {named}: `make -C {direction.before} upgrade{_back(not direction.back)} DATA={data}`."


def _back(back: bool) -> str:
    return " BACK=1" if back else ""
