"""The processes of a running copy replaced by those of this release, one role after the other.

A new process is at work before the one before it ends, and that one finishes what it has begun. Consumers go first: no
event is written that nobody can read. On the way back writers go first, and consumers when everything is read.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import httpx

from deploy.local.processes import Process
from deploy.local.settings import REPO, is_worker
from deploy.local.stack import FRONT, Stack, StackFailed
from deploy.local.status import NUMBERS, numbers, reports

# Against the stream of events, then from who is asked to who asks: stats reads all events, the portal asks everybody.
ROLES = (
    ("stats-worker",),
    ("upload-worker",),
    ("roster-worker", "identity-worker"),
    ("roster", "upload"),
    ("identity", "stats"),
    ("portal",),
)
ENDS_WITHIN = 130.0  # seconds; above gunicorn's `graceful_timeout`, and above any batch or photo of a worker
ALL_READ_WITHIN = 120.0
TAKEN_WITHIN = 1.0  # a service has taken what was connected to it before its successor was
AT_WORK = ("unpublished", "lag")  # what a worker reports as soon as its roles run


def replace_all(
    stack: Stack,
    say: Callable[[str], None],
    stop: threading.Event,
    *,
    back: bool = False,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Raises StackFailed when a new process does not come up.

    The one before then goes on; of a worker that fails at its port only, the second one of this release.
    """
    stack.create_topics()
    for names in reversed(ROLES) if back else ROLES:
        if stop.is_set():
            raise StackFailed("the copy is being stopped")
        if is_worker(names[0]):
            if back:
                await_all_read(stack)
            _replace_workers(stack, names)
        else:
            _replace_services(stack, names, pause)
        for name in names:
            say(f"  ✓ {name}")
    _configure_proxy(stack)
    say(f"  ✓ {FRONT}")


def _replace_workers(stack: Stack, names: Sequence[str]) -> None:
    """A second worker, a new one or one that an earlier try has left, works while the first is replaced at its port."""
    twins = [f"{name}.2" for name in names]
    _start_at_work(stack, [twin for twin in twins if not _runs(stack, twin)])
    stack.stop(names, ENDS_WITHIN)
    _start_at_work(stack, names)
    stack.stop(twins, ENDS_WITHIN)
    for twin in twins:
        del stack.processes[twin]


def _runs(stack: Stack, worker: str) -> bool:
    return worker in stack.processes and stack.processes[worker].poll() is None


def _start_at_work(stack: Stack, workers: Sequence[str]) -> None:
    """Whatever it raises, none of them runs then."""
    try:
        for name in workers:
            stack.start(name)
        for name in workers:
            stack.await_ready(name, partial(_is_at_work, stack, name))
    except BaseException:
        stack.stop(workers)
        for name in workers:
            stack.processes.pop(name, None)
        raise


def _is_at_work(stack: Stack, worker: str) -> bool:
    kind = worker.partition(".")[0]
    try:
        return all(reports(stack, worker, NUMBERS[name]) for name in AT_WORK if kind in NUMBERS[name].workers)
    except httpx.HTTPError:
        return False


def _replace_services(stack: Stack, names: Sequence[str], pause: Callable[[float], object]) -> None:
    """The new ones come up at their other sockets; from one moment on requests go there.

    Whatever it raises, those to which requests still go run on, and are the copy's.
    """
    before = {name: stack.processes[name] for name in names}
    replaced: dict[str, Process] = {}
    try:
        for name in names:
            stack.start(name, beside=True)
        for name in names:
            stack.await_ready(name, partial(stack.healthy, name))
        for name in names:
            stack.sockets.lead(name)
            replaced[name] = before.pop(name)
    except BaseException:
        stack.end({name: stack.processes[name] for name in before if stack.processes[name] is not before[name]})
        stack.processes.update(before)
        stack.sockets.forget(before)
        raise
    finally:
        if replaced:
            pause(TAKEN_WITHIN)
            stack.end(replaced, ENDS_WITHIN)


def await_all_read(stack: Stack) -> None:
    """Wait until consumers have read what was written before. Raises StackFailed."""
    until = time.monotonic() + ALL_READ_WITHIN
    for name in AT_WORK:  # first published, then read
        while numbers(stack, [each for each in stack.processes if is_worker(each)])[name] != 0:
            if time.monotonic() > until:
                raise StackFailed(f"{NUMBERS[name].meaning}: not 0 within {ALL_READ_WITHIN:.0f} seconds")
            time.sleep(0.2)


def _configure_proxy(stack: Stack) -> None:
    """The proxy goes on, with this release's configuration."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.front", "--reload"],
        cwd=REPO,
        env=stack.environment_of(FRONT),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackFailed(f"the proxy goes on with its configuration, because this release's is refused: {done.stderr}")
