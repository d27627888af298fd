"""Sandbox: pure functions on bytes of unknown origin, run in child processes with limits of time and memory.

Decoders of photos and workbooks are large native programs, and their input comes from anybody. A child has no settings,
no network and no file; it is reused from job to job, killed at a limit and replaced. Its answer is plain data of
bounded size, since a child may have been taken over by what it has read.

A job is blamed only for what is certainly its own doing: what a reused child dies of may be the work of an earlier job,
so it is repeated once in a new child.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import product
from time import monotonic
from typing import Protocol

from shared.infrastructure.metrics import SANDBOX_ENDINGS, in_advance
from shared.sandbox.child_process import Answer, Child, JobFailed, LimitExceeded, Limits, Stalled, Unfinished

__all__ = ["Answer", "JobFailed", "LimitExceeded", "Limits", "Runner", "Sandbox", "Stalled", "Unfinished"]

PAUSE = 1.0  # seconds before the next attempt to start a child
LOOK = 0.5  # seconds between two looks whether the sandbox was closed meanwhile
MOST_JOBS = 1000  # of one child; the next one begins without whatever its libraries have kept
ENDINGS = ("time", "memory", "answer", "crash", "killed", "busy", "stalled", "closed")
Take = Callable[[Child], None]
log = logging.getLogger("sandbox")


class Runner(Protocol):
    """Runs a function "package.module:name" on bytes. Implementation: Sandbox; most tests run it in place."""

    def run(self, function: str, content: bytes) -> Answer:
        """The answer. Raises LimitExceeded, Unfinished (or Stalled), JobFailed."""
        ...


class Sandbox:
    """functions: all that may be run; a child imports them before its first job. processes: jobs at the same time.

    The children start with `start`, or with the first job.
    """

    def __init__(self, functions: Sequence[str], processes: int, limits: Limits | None = None) -> None:
        self._functions, self._processes, self._limits = tuple(functions), processes, limits or Limits()
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        self._wanted: queue.SimpleQueue[Take | None] = queue.SimpleQueue()
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._children: set[Child] = set()
        self._starter: threading.Thread | None = None
        self._fault = ""
        in_advance(product(map(_name, functions), ENDINGS), SANDBOX_ENDINGS)

    # ---- children
    def start(self) -> None:
        """Start the children in the background, once."""
        with self._lock:
            if self._starter is not None:
                return
            # The kernel ends a child together with the thread that has started it, so one thread starts them all.
            self._starter = threading.Thread(target=self._start_children, name="sandbox", daemon=True)
            for _ in range(self._processes):
                self._wanted.put(self._idle.put)
            self._starter.start()

    def close(self) -> None:
        """Kill all children. Jobs that run are Unfinished."""
        self._closed.set()
        self._wanted.put(None)
        with self._lock:
            children = list(self._children)
        for child in children:
            child.interrupt()
        if self._starter is not None:
            self._starter.join()
        with suppress(queue.Empty):
            while True:
                self._remove(self._idle.get_nowait())

    def fault(self) -> str:
        """A sentence while no child can be started, "" otherwise: for the check of readiness."""
        return self._fault

    def pids(self) -> list[int]:
        """The processes of all children."""
        with self._lock:
            return sorted(child.pid for child in self._children)

    def _start_children(self) -> None:
        while (take := self._wanted.get()) is not None:
            while not self._closed.is_set():
                try:
                    child = Child(self._functions, self._limits)
                except OSError as error:
                    self._fault = "The processes that read files cannot be started."
                    log.error("child not started, trying again", extra={"cause": str(error)})
                    self._closed.wait(PAUSE)
                    continue
                self._fault = ""
                with self._lock:
                    self._children.add(child)
                if self._closed.is_set():  # close() may have looked before it was there
                    child.interrupt()
                if not child.is_filtered:
                    log.warning("the kernel offers no system call filter")
                take(child)
                break

    def _remove(self, child: Child) -> None:
        child.kill()
        with self._lock:
            self._children.discard(child)

    def _replace(self, child: Child) -> None:
        self._remove(child)
        self._wanted.put(self._idle.put)

    # ---- jobs
    def run(self, function: str, content: bytes) -> Answer:
        """Run a function in a child. Raises LimitExceeded, Unfinished (or Stalled), JobFailed."""
        self.start()
        try:
            return self._run(self._functions.index(function), content)
        except LimitExceeded as exceeded:
            self._count(function, exceeded.limit)
            raise
        except Unfinished as unfinished:
            self._count(function, unfinished.cause)
            raise

    def _count(self, function: str, ending: str) -> None:
        name = _name(function)
        SANDBOX_ENDINGS.labels(name, ending).inc()
        log.warning("job ended without an answer", extra={"function": name, "ending": ending})

    def _run(self, function: int, content: bytes) -> Answer:
        child = self._free_child()
        was_used, deadline = child.jobs > 0, monotonic() + self._limits.wall_seconds
        try:
            return self._do(child, function, content, deadline)
        except LimitExceeded as exceeded:
            if not was_used or exceeded.limit == "time":
                self._replace(child)
                raise
            self._remove(child)
        return self._repeat(function, content, deadline)

    def _repeat(self, function: int, content: bytes, deadline: float) -> Answer:
        """The job once more, in a child that has done nothing else and takes the place of the last one."""
        child = self._new_child(deadline)
        try:
            return self._do(child, function, content, deadline)
        except LimitExceeded:
            self._replace(child)
            raise

    def _do(self, child: Child, function: int, content: bytes, deadline: float) -> Answer:
        """The answer; the child is free again. After LimitExceeded the caller removes it, after all else it is."""
        try:
            answer = child.do(function, content, deadline)
        except LimitExceeded:
            if self._closed.is_set():
                raise Unfinished("closed") from None
            raise
        except JobFailed:
            self._idle.put(child)
            raise
        except BaseException as error:
            self._replace(child)
            if isinstance(error, Unfinished) and self._closed.is_set():
                raise Unfinished("closed") from error
            raise
        if child.jobs < MOST_JOBS:
            self._idle.put(child)
        else:
            self._replace(child)
        return answer

    def _free_child(self) -> Child:
        return self._waited(lambda seconds: self._idle.get(timeout=seconds), monotonic() + self._limits.wait_seconds)

    def _new_child(self, deadline: float) -> Child:
        coming: Future[Child] = Future()

        def take(child: Child) -> None:
            if coming.set_running_or_notify_cancel():
                coming.set_result(child)
            else:  # it came too late for its job
                self._idle.put(child)

        self._wanted.put(take)
        try:
            return self._waited(coming.result, deadline)
        except Unfinished:
            if coming.cancel():
                raise
            return coming.result()

    def _waited(self, get: Callable[[float], Child], deadline: float) -> Child:
        while not self._closed.is_set():
            if (rest := deadline - monotonic()) <= 0:
                raise Unfinished("busy")
            try:
                return get(min(rest, LOOK))
            except (queue.Empty, TimeoutError):
                continue
        raise Unfinished("closed")


def _name(function: str) -> str:
    """ "package.module:name" -> "name", for logs and metrics."""
    return function.rpartition(":")[2]
