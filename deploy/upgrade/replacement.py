"""The processes of a running copy replaced by those of this release, one role after the other.

A new process is at work before the one before it ends, and that one finishes what it has begun. Consumers go first: no
event is written that nobody can read. On the way back writers go first, and consumers when everything is read.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import httpx

from deploy.local.processes import Process
from deploy.local.settings import REPO, is_worker
from deploy.local.stack import FRONT, Stack, StackFailed
from deploy.local.status import NUMBERS, READERS, reports
from deploy.upgrade.behind import await_all_read
from deploy.upgrade.patience import Say, patiently, signs_of_life
from deploy.upgrade.releases import Releases

# Against the stream of events, then from who is asked to who asks: stats reads all events, the portal asks everybody.
ROLES = (
    ("stats-worker",),
    ("upload-worker",),
    ("roster-worker", "identity-worker"),
    ("roster", "upload"),
    ("identity", "stats"),
    ("portal",),
)
READY_WITHIN = 180.0  # seconds; nobody is without an answer meanwhile
ENDS_WITHIN = 130.0  # seconds; above gunicorn's `graceful_timeout`, and above any batch or photo of a worker
TAKEN_WITHIN = 1.0  # a service has taken what was connected to it before its successor was
AT_WORK = ("unpublished", "lag")  # what a worker reports as soon as its roles run


def replace_all(
    stack: Stack, say: Say, stop: threading.Event, *, back: bool = False, pause: Callable[[float], object] | None = None
) -> None:
    """Raises StackFailed when a new process does not come up, nor at a further try.

    The one before then goes on; of a worker that fails at its port only, the second one of this release. A process of
    this release, left from a run that is entered again or goes back from half-way, is left alone.
    """
    pause, releases = pause or stop.wait, Releases(stack.local.data)
    patiently(stack.create_topics, say, stop, pause)
    for name in _new(stack):
        patiently(partial(_start_new, stack, name), say, stop, pause)
        say(f"  ✓ {name} (new)")
    for names in reversed(ROLES) if back else ROLES:
        if stop.is_set():
            raise StackFailed("the copy is being stopped")
        due = [name for name in names if not (_runs(stack, name) and releases.is_of_this(name, stack.processes[name]))]
        if due:
            if back and names[0] in READERS:
                await_all_read(stack, say)
            patiently(partial(_replace, stack, due, say, pause), say, stop, pause)
            releases.note({name: stack.processes[name] for name in due})
        for name in names:
            say(f"  ✓ {name}" if name in due else f"  ✓ {name} (already)")
    _configure_proxy(stack)
    say(f"  ✓ {FRONT}")


def _new(stack: Stack) -> list[str]:
    """The processes that the release before did not have, and that are in no role: a further engine, a stand-in."""
    replaced = {name for names in ROLES for name in names}
    return [name for name in stack.names if name not in replaced and name not in stack.processes]


def _start_new(stack: Stack, name: str) -> None:
    """Whatever it raises, the process does not run then."""
    try:
        stack.start(name)
        stack.await_healthy(name)
    except BaseException:
        stack.stop([name])
        stack.processes.pop(name, None)
        raise


def _replace(stack: Stack, names: Sequence[str], say: Say, pause: Callable[[float], object]) -> None:
    if is_worker(names[0]):
        _replace_workers(stack, names, say)
    else:
        _replace_services(stack, names, say, pause)


def _starting(names: Iterable[str]) -> str:
    return f"{' and '.join(names)} of this release: starting"


def _finishing(names: Iterable[str]) -> str:
    return f"{' and '.join(names)} of before: finishing what is under way, an import in two minutes at most"


def _replace_workers(stack: Stack, names: Sequence[str], say: Say) -> None:
    """A second worker, a new one or one that an earlier try has left, works while the first is replaced at its port."""
    twins = [f"{name}.2" for name in names]
    with signs_of_life(say, partial(_starting, names)):
        _start_at_work(stack, [twin for twin in twins if not _runs(stack, twin)])
    with signs_of_life(say, partial(_finishing, names)):
        stack.stop(names, ENDS_WITHIN)
    with signs_of_life(say, partial(_starting, names)):
        _start_at_work(stack, names)
        stack.stop(twins, ENDS_WITHIN)
    for twin in twins:
        del stack.processes[twin]


def _runs(stack: Stack, name: str) -> bool:
    return name in stack.processes and stack.processes[name].poll() is None


def _start_at_work(stack: Stack, workers: Sequence[str]) -> None:
    """Whatever it raises, none of them runs then."""
    try:
        for name in workers:
            stack.start(name)
        for name in workers:
            stack.await_ready(name, partial(_is_at_work, stack, name), READY_WITHIN)
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


def _replace_services(stack: Stack, names: Sequence[str], say: Say, pause: Callable[[float], object]) -> None:
    """The new ones come up at their other sockets; from one moment on requests go there.

    Whatever it raises, those to which requests still go run on, and are the copy's.
    """
    before = {name: stack.processes[name] for name in names}
    replaced: dict[str, Process] = {}
    try:
        for name in names:
            stack.start(name, beside=True)
        with signs_of_life(say, partial(_starting, names)):
            for name in names:
                stack.await_ready(name, partial(stack.healthy, name), READY_WITHIN)
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
            with signs_of_life(say, partial(_finishing, list(replaced))):
                stack.end(replaced, ENDS_WITHIN)


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
        raise StackFailed("the proxy goes on with its configuration, because this release's is refused", done.stderr)
