"""One child process of the sandbox, as its parent sees it: started, given jobs, killed at a limit."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from shared.sandbox import child
from shared.sandbox.child import ANSWER, ANSWERED, FAILED, JOB, NO_MEMORY, READY, READY_WITHOUT_FILTER

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
PIPE_BYTES = 1 << 20  # what one call may hand over; the kernel's default is 64 kB
# No setting and no secret of the service. The allocator keeps 64 MB from one job to the next: pages that the kernel
# gives anew with every photo cost as much as its decoding.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # not a decoder's way to die


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one job.

    memory        bytes beyond what a child occupies before its first job
    cpu_seconds   of processor time, whole; the kernel ends the child within one more
    wall_seconds  from handing the job over to its answer, a repetition included
    wait_seconds  before that, for a free child
    answer        bytes
    """

    memory: int = 1 << 30
    cpu_seconds: int = 8
    wall_seconds: float = 20.0
    wait_seconds: float = 5.0
    answer: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """facts: plain data (JSON). content: bytes. Both come from a process that may have been taken over: check them."""

    facts: Any
    content: bytes


class LimitExceeded(Exception):
    """The content cannot be read within the limits; nobody should try again. limit: time, memory, answer or crash."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Unfinished(Exception):
    """The job was not finished, for a reason outside its content. cause: killed, busy, closed or stalled."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Stalled(Unfinished):
    """The time is over, but most of it was not used: the machine was too busy, or the child waited for nothing."""

    def __init__(self) -> None:
        super().__init__("stalled")


class JobFailed(Exception):
    """The function raised something that it should not raise: a bug. Holds the type of the error and its places."""


class _TimeOver(Exception):
    pass


class _Ended(Exception):
    """The child has closed its pipe."""


class Child:
    """A child that is ready. Raises OSError if it cannot be started.

    jobs: the number of jobs that it was given. is_filtered: whether the kernel refuses its system calls.
    """

    def __init__(self, functions: Sequence[str], limits: Limits) -> None:
        self._limits, self.jobs = limits, 0
        settings = {
            "root": str(ROOT),
            "functions": list(functions),
            "memory": limits.memory,
            "cpu_seconds": limits.cpu_seconds,
            "parent": os.getpid(),
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own program, started by path
            [sys.executable, "-I", child.__file__, orjson.dumps(settings).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env=ENVIRONMENT,
        )
        assert self._process.stdin and self._process.stdout
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        for pipe in (self._to, self._from):
            os.set_blocking(pipe, False)
            with suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._await_ready()

    @property
    def pid(self) -> int:
        return self._process.pid

    def do(self, function: int, content: bytes, deadline: float) -> Answer:
        """The answer to a job. After LimitExceeded and Unfinished the child is of no more use."""
        self.jobs += 1
        used = self._processor_seconds()
        try:
            self._send(JOB.pack(function, len(content)), deadline)
            self._send(content, deadline)
            status, facts_size, size = ANSWER.unpack(self._receive(ANSWER.size, deadline))
            if facts_size + size > self._limits.answer:
                raise LimitExceeded("answer")
            facts, made = self._receive(facts_size, deadline), self._receive(size, deadline)
        except _TimeOver:
            if self._processor_seconds() - used < self._limits.cpu_seconds / 2:
                raise Stalled from None
            raise LimitExceeded("time") from None
        except _Ended:
            raise self._end() from None
        if status == NO_MEMORY:
            raise LimitExceeded("memory")
        return self._read(status, facts, made)

    def interrupt(self) -> None:
        """End the child, whatever it does. A caller that waits for its answer gets Unfinished."""
        self._process.kill()

    def kill(self) -> None:
        """End the child and release what it had. Only for the thread that uses it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _await_ready(self) -> None:
        try:
            status, *_ = ANSWER.unpack(self._receive(ANSWER.size, monotonic() + START_SECONDS))
        except (_TimeOver, _Ended):
            status = FAILED
        self.is_filtered = status == READY
        if status not in (READY, READY_WITHOUT_FILTER):
            self.kill()
            raise OSError("a child of the sandbox did not become ready")

    def _read(self, status: int, facts: bytes, made: bytes) -> Answer:
        try:
            read = orjson.loads(facts)
        except orjson.JSONDecodeError:
            raise LimitExceeded("crash") from None
        if status == ANSWERED:
            return Answer(read, made)
        raise JobFailed(str(read)[:2000])

    def _end(self) -> Exception:
        """The meaning of the child's death."""
        try:
            status = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return LimitExceeded("crash")
        if -status == signal.SIGXCPU:
            return LimitExceeded("time")
        return Unfinished("killed") if -status in OUTSIDE else LimitExceeded("crash")

    def _processor_seconds(self) -> float:
        """Processor time of the child so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._to, rest) :]
            except BlockingIOError:
                _await(self._to, select.POLLOUT, deadline)
            except BrokenPipeError:
                raise _Ended from None

    def _receive(self, size: int, deadline: float) -> bytes:
        buffer = bytearray(size)
        rest = memoryview(buffer)
        while rest:
            try:
                count = os.readv(self._from, [rest])
            except BlockingIOError:
                _await(self._from, select.POLLIN, deadline)
                continue
            if not count:
                raise _Ended
            rest = rest[count:]
        return bytes(buffer)


def _await(pipe: int, what: int, deadline: float) -> None:
    """Wait until a pipe can be used. Looks once more at the end of the time: this process may have been stopped."""
    poll = select.poll()
    poll.register(pipe, what)
    if not poll.poll(max(0.0, deadline - monotonic()) * 1000):
        raise _TimeOver
