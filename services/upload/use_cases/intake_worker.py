"""Loop of an intake worker: settles due photos one after the other and sweeps while it is idle."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from services.upload.dependencies import Dependencies
from services.upload.use_cases.intake import UNAVAILABLE_SECONDS, Intake
from services.upload.use_cases.sweep import Sweeper
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import UNCHECKED_PHOTOS

IDLE_SECONDS = 0.3
SWEEP_EVERY = 600  # idle rounds
LOOK_SECONDS, MOST_COUNTED = 15, 100_000  # of what waits: processes are added by it
log = logging.getLogger("intake")


def run_intake(deps: Dependencies, threads: int, stop: threading.Event) -> None:
    """Run several loops in threads; photos are decoded in as many processes. When one loop fails, all end."""
    with ThreadPoolExecutor(threads + 1, thread_name_prefix="intake") as pool:
        sweeper = Sweeper(deps)
        running = [pool.submit(run_loop, deps, stop, sweeper) for _ in range(threads)]
        running.append(pool.submit(count_unchecked, deps, stop))
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        stop.set()
        for future in done:
            future.result()


def run_loop(deps: Dependencies, stop: threading.Event, sweeper: Sweeper) -> None:
    """Run until stop is set; while a store is unavailable, log it and try again."""
    intake, idle = Intake(deps, stop), 0
    while not stop.is_set():
        try:
            idle = 0 if intake.run_once() else idle + 1
            if idle % SWEEP_EVERY == 1:
                sweeper.sweep()
        except Refused as refused:
            log.warning("waiting", extra={"cause": refused.code})
            stop.wait(UNAVAILABLE_SECONDS)
        if idle:
            stop.wait(IDLE_SECONDS)


def unchecked_seconds(deps: Dependencies) -> float:
    """The time for which the oldest photo that is not checked has waited; 0 if none waits."""
    received_at = deps.photos.oldest_unchecked()
    return 0.0 if received_at is None else max(0, deps.clock.now() - received_at) / 1000


def count_unchecked(deps: Dependencies, stop: threading.Event) -> None:
    """Show how many photos wait, until stop is set. While the store is unavailable the last number stays."""
    while not stop.is_set():
        try:
            UNCHECKED_PHOTOS.set(deps.photos.unchecked(MOST_COUNTED))
        except Refused as refused:
            log.warning("photos that wait are not counted", extra={"cause": refused.code})
        stop.wait(LOOK_SECONDS)
