"""Functions that behave as badly as decoders of hostile files, for the sandbox."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

Made = tuple[Any, bytes]
kept = bytearray()
PR_SET_NAME = 15
SHOWN = "in a job"


def _show() -> None:
    """Name the process, the one thing that another one sees of a job which neither ends nor opens a file."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, SHOWN.encode())


def reverse(content: bytes) -> Made:
    return {"size": len(content), "pid": os.getpid()}, content[::-1]


def loop(content: bytes) -> Made:
    _show()
    while True:
        pass


def hog(content: bytes) -> Made:
    """Takes 8 GB, which it never touches: an error without a limit would cost this machine nothing."""
    taken = [bytes(64 << 20) for _ in range(128)]
    return {"taken": len(taken)}, b""


def keep(content: bytes) -> Made:
    """Takes memory and keeps it, so that the next job in this process finds less."""
    global kept
    kept = bytearray(int(content))
    return {}, b""


def take(content: bytes) -> Made:
    return {"taken": len(bytearray(int(content)))}, b""


def crash(content: bytes) -> Made:
    ctypes.string_at(0)
    return {}, b""


def crash_if_used(content: bytes) -> Made:
    """Spoils the process at the first job and dies of it at the second one."""
    kept.extend(b"x")
    if len(kept) > 1:
        ctypes.string_at(0)
    return {"pid": os.getpid()}, b""


def sleep(content: bytes) -> Made:
    _show()
    time.sleep(120)
    return {}, b""


def too_much(content: bytes) -> Made:
    return {}, bytes(int(content))


def bug(content: bytes) -> Made:
    raise ZeroDivisionError("of 张三")


def leave(content: bytes) -> Made:
    os._exit(0)


def babble(content: bytes) -> Made:
    """Prints, as libraries do, where the answer is expected."""
    os.write(1, b"\xff" * 4096)
    sys.stdout.flush()
    return {"said": True}, b"fine"


def environment(content: bytes) -> Made:
    return {"names": sorted(os.environ), "umask": os.umask(0o077)}, b""


def forbidden(content: bytes) -> Made:
    """The kinds of access that were refused."""
    attempts = {
        "network": lambda: socket.socket().connect(("127.0.0.1", 9)),
        "read": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "write": lambda: Path("/tmp/sandbox-was-here").write_bytes(b"x"),
        "program": lambda: os.execv("/no/such/program", ["true"]),  # noqa: S606
        "fork": lambda: os.fork() or os._exit(0),
        "signal": lambda: os.kill(os.getppid(), signal.SIGCONT),
    }
    refused = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except PermissionError:
            refused.append(name)
        except OSError:
            continue
    return {"refused": sorted(refused), "all": sorted(attempts)}, b""


def threads(content: bytes) -> Made:
    """Threads of a decoder still start."""
    done: list[int] = []
    several = [threading.Thread(target=done.append, args=(number,)) for number in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    return {"threads": len(done)}, b""
