"""python -m services.upload.worker ROLE...   relay: events to the bus; view: learns the roster; intake: checks photos."""
from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from services.upload.app import parts_of
from services.upload.roster_view.mongo import SYLLABUS, view_sink
from services.upload.settings import Settings
from services.upload.use_cases.intake import Intake
from shared.infrastructure.config import load
from shared.service.bootstrap import Kit, assemble, run_roles
from shared.service.workers import Role, relay_role, subscription_role


def main() -> None:
    kit = assemble("upload", load(Settings))
    run_roles(kit, roles_of(kit))


def roles_of(kit: Kit[Settings]) -> Mapping[str, Role]:
    checking = Intake(parts_of(kit))
    return {"relay": relay_role(kit), "view": subscription_role(kit, view_sink(kit.db), ["roster"], SYLLABUS),
            "intake": lambda stop: intake(checking, kit.settings.intake_threads, stop)}


def intake(checking: Intake, threads: int, stop: threading.Event) -> None:
    """Some checks side by side: decoders leave the interpreter to others while they work. When one dies, all end."""
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        running = [pool.submit(checking.run, stop) for _ in range(threads)]
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        stop.set()
        for future in done:
            future.result()


if __name__ == "__main__":
    main()
