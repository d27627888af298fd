"""An altered worker: killed or held at a point of its code, or of an older release.

python -m tests.faults.altered dies MODULE ATTRIBUTE N WORKER ROLE...     SIGKILL instead of the n-th call
python -m tests.faults.altered waits MODULE ATTRIBUTE FILE WORKER ROLE... before a call, until FILE is there
python -m tests.faults.altered forgets TYPE WORKER ROLE...                statistics without support for an event type
"""

from __future__ import annotations

import importlib
import itertools
import os
import runpy
import signal
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

from services.stats.projection import projector_mongo as sink_mongo
from shared.messaging.sink import EventFilter
from tests.support.wait import await_until


def dying(command: str, module: str, attribute: str, call: int = 1) -> str:
    """A worker's command, as in the Procfile, such that the worker is killed instead of the given call."""
    return _altered(command, "dies", module, attribute, str(call))


def waiting(command: str, module: str, attribute: str, file: Path) -> str:
    """A worker's command, such that it waits before a call until a file is there; FILE.begun says that it does."""
    return _altered(command, "waits", module, attribute, str(file))


def forgetful(command: str, type: str) -> str:
    """A worker's command, of a release that does not support an event type."""
    return _altered(command, "forgets", type)


def _altered(command: str, *how: str) -> str:
    return command.replace("python -m", f"python -m {__name__} {' '.join(how)}")


def _dies(module: str, attribute: str, call: str) -> None:
    calls = itertools.count(1)

    def kill_at_call() -> None:
        if next(calls) == int(call):
            os.kill(os.getpid(), signal.SIGKILL)

    _before(module, attribute, kill_at_call)


def _waits(module: str, attribute: str, file: str) -> None:
    def wait() -> None:
        Path(f"{file}.begun").touch()
        await_until(Path(file).exists, 120, "the call may go on")

    _before(module, attribute, wait)


def _before(module: str, attribute: str, act: Callable[[], None]) -> None:
    *path, name = attribute.split(".")
    owner = reduce(getattr, path, importlib.import_module(module))
    real = getattr(owner, name)

    def altered(*args: Any, **options: Any) -> Any:
        act()
        return real(*args, **options)

    setattr(owner, name, altered)


def _forgets(type: str) -> None:
    current = sink_mongo.EVENT_FILTER
    sink_mongo.EVENT_FILTER = EventFilter({item for item in current.handles if item[0] != type}, current.ignores)


def main(how: str, *words: str) -> None:
    alter, count = {"dies": (_dies, 3), "waits": (_waits, 3), "forgets": (_forgets, 1)}[how]
    alter(*words[:count])
    sys.argv = list(words[count:])
    runpy.run_module(words[count], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
