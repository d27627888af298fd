"""A running copy goes over to this release: its runner has just become this process, with all processes as children."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from contextlib import suppress

from deploy.local.processes import Adopted
from deploy.local.settings import REPO, commit
from deploy.local.stack import Stack, StackFailed
from deploy.upgrade.handover import Log, processes_of
from deploy.upgrade.replacement import replace_all
from deploy.watch.prometheus import Prometheus

PROMETHEUS = "prometheus"
OPTION_BACK = "--back"
GO_ON = "What was not replaced goes on as before, and so does what was: enter it again, or go back."


def go_over(
    stack: Stack,
    prometheus: Prometheus,
    adopted: str,
    say: Callable[[str], None],
    stop: threading.Event,
    *,
    back: bool = False,
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
        tell(f"{'Back' if back else 'Upgrading'} to release {commit()} in {REPO}:")
        replace_all(stack, tell, stop, back=back)
        stack.local.write_addresses()
        if prometheus.process:
            prometheus.stop()
            tell(f"  {prometheus.start()}")
    except StackFailed as error:
        tell(f"Not done: {error}\n{GO_ON}")
        log.end(1)
    except Exception as error:
        with suppress(OSError):
            traceback.print_exc()
        tell(f"Not done: {error!r}; the terminal of `make run` says more. {GO_ON}")
        log.end(1)
    else:
        tell(f"Release {commit()} runs. Engines and proxy go on as they were started.")
        log.end(0)
