"""An altered worker: killed at a point of its code, or of an older release.

python -m tests.faults.altered dies MODULE ATTRIBUTE N WORKER ROLE...     SIGKILL instead of the n-th call
python -m tests.faults.altered forgets TYPE WORKER ROLE...                statistics without support for an event type
"""

from __future__ import annotations

import importlib
import itertools
import os
import runpy
import signal
import sys
from functools import reduce
from typing import Any

from services.stats.projection import projector_mongo as sink_mongo
from shared.messaging.sink import EventFilter


def dying(command: str, module: str, attribute: str, call: int = 1) -> str:
    """A worker's command, as in the Procfile, such that the worker is killed instead of the given call."""
    return _altered(command, "dies", module, attribute, str(call))


def forgetful(command: str, type: str) -> str:
    """A worker's command, of a release that does not support an event type."""
    return _altered(command, "forgets", type)


def _altered(command: str, *how: str) -> str:
    return command.replace("python -m", f"python -m {__name__} {' '.join(how)}")


def _dies(module: str, attribute: str, call: str) -> None:
    *path, name = attribute.split(".")
    owner = reduce(getattr, path, importlib.import_module(module))
    real, calls = getattr(owner, name), itertools.count(1)

    def kill_at_call(*args: Any, **options: Any) -> Any:
        if next(calls) == int(call):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)

    setattr(owner, name, kill_at_call)


def _forgets(type: str) -> None:
    current = sink_mongo.EVENT_FILTER
    sink_mongo.EVENT_FILTER = EventFilter({item for item in current.handles if item[0] != type}, current.ignores)


def main(how: str, *words: str) -> None:
    alter, count = {"dies": (_dies, 3), "forgets": (_forgets, 1)}[how]
    alter(*words[:count])
    sys.argv = list(words[count:])
    runpy.run_module(words[count], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
