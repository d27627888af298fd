"""Child process of the sandbox: takes jobs from stdin and answers on what was its stdout, until its input ends.

Run as a program, with its settings as JSON in the first argument; imported by the parent for the shape of the frames.
The limits are set here: memory, processor time of each job, no files, no core dump, and a system call filter.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

JOB = struct.Struct("!HQ")  # index of the function, size of the content
ANSWER = struct.Struct("!BQQ")  # status, size of the facts (JSON), size of the content
READY, READY_WITHOUT_FILTER, ANSWERED, NO_MEMORY, FAILED = range(5)
OPEN_FILES = 32
PR_SET_PDEATHSIG = 1
Function = Callable[[bytes], tuple[Any, bytes]]


def main() -> None:
    settings = json.loads(sys.argv[1])
    incoming, outgoing = _own_pipes()
    _end_with_parent(settings["parent"])
    os.umask(0o077)
    sys.path.insert(0, settings["root"])
    functions = [_function(name) for name in settings["functions"]]
    _set_limits(settings["memory"])
    from shared.sandbox.system_calls import forbid  # the path of our code is known only now

    _send(outgoing, READY if forbid() else READY_WITHOUT_FILTER, b"", b"")
    while len(header := incoming.read(JOB.size)) == JOB.size:
        index, size = JOB.unpack(header)
        content = incoming.read(size)
        if len(content) < size:
            return
        _allow_processor_seconds(settings["cpu_seconds"])
        _send(outgoing, *_answer(functions[index], content))
        del content


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of libraries that print: their output goes nowhere."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return incoming, outgoing


def _end_with_parent(parent: int) -> None:
    """Between jobs the end of the input ends the child, within a job the kernel. It leaves signals to its parent."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call
            raise SystemExit(0)


def _function(name: str) -> Function:
    module, _, attribute = name.partition(":")
    function: Function = getattr(importlib.import_module(module), attribute)
    return function


def _set_limits(memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, _address_space() + memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def _address_space() -> int:
    """Bytes that the decoders occupy before their first job; many of them are libraries that no one touches."""
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - one module less to import
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 29


def _allow_processor_seconds(seconds: int) -> None:
    """The kernel ends the child when this job has used them up: SIGXCPU."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _answer(function: Function, content: bytes) -> tuple[int, bytes, bytes]:
    try:
        facts, made = function(content)
        return ANSWERED, json.dumps(facts, ensure_ascii=False).encode(), made
    except MemoryError:
        return NO_MEMORY, b"", b""
    except Exception as error:  # names the place, never the text, which may repeat the content
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return FAILED, json.dumps({"error": type(error).__name__, "places": places}).encode(), b""


def _send(outgoing: BinaryIO, status: int, facts: bytes, made: bytes) -> None:
    outgoing.write(ANSWER.pack(status, len(facts), len(made)))
    outgoing.write(facts)
    outgoing.write(made)
    outgoing.flush()


if __name__ == "__main__":
    main()
