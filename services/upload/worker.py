"""python -m services.upload.worker ROLE...   relay: events to the bus; view: learns the roster; intake: checks photos."""
from __future__ import annotations

import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from services.upload.app import parts_of
from services.upload.checking import Intake
from services.upload.facts_mongo import MongoFacts
from services.upload.roster_view import IGNORES, LEARNS
from services.upload.settings import Settings
from shared.assembly import Kit, assemble, run_roles
from shared.bus import topic_of
from shared.bus_open import open_bus
from shared.config import load
from shared.relay import Relay
from shared.sink import Syllabus
from shared.sink_mongo import MongoSink
from shared.subscription import Subscription


def main() -> None:
    kit = assemble("upload", load(Settings))
    parts = parts_of(kit)
    run_roles("upload", {"relay": lambda stop: relay(kit, stop), "view": lambda stop: view(kit, stop),
                         "intake": lambda stop: intake(Intake(parts), kit.settings.intake_threads, stop)})


def relay(kit: Kit[Settings], stop: threading.Event) -> None:
    settings, bus = kit.settings, open_bus(kit.settings, kit.client)
    try:
        Relay(kit.store, bus, "upload", settings.bus_generation, settings.bus_partitions, kit.clock).run(stop)
    finally:
        bus.close()


def view(kit: Kit[Settings], stop: threading.Event) -> None:
    bus, facts = open_bus(kit.settings, kit.client), MongoFacts(kit.db)
    sink = MongoSink(kit.db, "upload-view", lambda session, events: facts.put_many(events, session))
    sink.ensure_indexes()
    try:
        Subscription(bus, sink, [topic_of("roster", kit.settings.bus_generation)], Syllabus.of(LEARNS, IGNORES)).run(stop)
    finally:
        bus.close()


def intake(intake: Intake, threads: int, stop: threading.Event) -> None:
    """Some checks side by side: decoders leave the interpreter to others while they work. When one dies, all end."""
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        running = [pool.submit(intake.run, stop) for _ in range(threads)]
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        stop.set()
        for future in done:
            future.result()


if __name__ == "__main__":
    main()
