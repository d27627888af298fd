"""Loop of an intake worker: settles due photos one after the other and sweeps while it is idle."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from services.upload.dependencies import Dependencies
from services.upload.use_cases.intake import UNAVAILABLE_SECONDS, Intake
from services.upload.use_cases.sweep import Sweeper
from shared.infrastructure.errors import Refused

IDLE_SECONDS = 0.3
SWEEP_EVERY = 600  # idle rounds
log = logging.getLogger("intake")


def run_intake(deps: Dependencies, threads: int, stop: threading.Event) -> None:
    """Run several loops in threads; photos are decoded in as many processes. When one loop fails, all end."""
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        sweeper = Sweeper(deps)
        running = [pool.submit(run_loop, deps, stop, sweeper) for _ in range(threads)]
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
