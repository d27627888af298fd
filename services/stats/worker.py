"""python -m services.stats.worker ROLE...   projector: learns figures from the bus. There is no relay: reports are private."""
from __future__ import annotations

import threading

from services.stats.parts import parts_of
from services.stats.settings import Settings
from services.stats.sink_mongo import SYLLABUS, figures_sink
from shared.assembly import assemble, run_roles
from shared.bus import topic_of
from shared.bus_open import open_bus
from shared.config import load
from shared.contracts import STREAMS
from shared.subscription import Subscription


def main() -> None:
    kit = assemble("stats", load(Settings))
    settings, projection = kit.settings, parts_of(kit).projection

    def project(stop: threading.Event) -> None:
        bus = open_bus(settings, kit.client)
        sink = figures_sink(projection)
        sink.ensure_indexes()
        try:
            Subscription(bus, sink, [topic_of(publisher, settings.bus_generation) for publisher in STREAMS], SYLLABUS).run(stop)
        finally:
            bus.close()

    run_roles("stats", {"projector": project})


if __name__ == "__main__":
    main()
