"""Blue/green: the next projection is read from the bus from position 0, beside the one that answers; it takes over when it is proved.

    python -m services.stats.operator.rebuild

For changed measures, leaves that are damaged, or a bus of a new generation. The old projection stays until the next rebuild.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson

from services.stats.dependencies import Dependencies, dependencies_of, use_cases_on
from services.stats.projection.collections_mongo import PARTS, Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.queries_mongo import Register
from services.stats.settings import Settings
from shared.infrastructure.clock import day_of
from shared.infrastructure.config import load
from shared.language.contracts import STREAMS
from shared.messaging.bus import topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.subscription import Subscription
from shared.service.bootstrap import bootstrap

QUIET = 3  # polls without a record: the projection has caught up
Learn = Callable[[Projection], None]


def rebuild(deps: Dependencies, learn: Learn) -> dict[str, Any]:
    """Build, audit, flip. The audit of the new projection; `flipped` only if it finds no drift, no wrong figure and nothing parked."""
    register = Register(deps.database)
    active = register.active()
    for number in (
        active - 1,
        active + 1,
    ):  # the last one that has retired, and what an interrupted rebuild may have left
        forget(deps.database, number)
    projection = Projection(deps.database, active + 1)
    projection.ensure_indexes()
    learn(projection)
    found = use_cases_on(deps, projection.number).audit(day_of(deps.clock.now()))
    flipped = not (found["books"] or found["flows"] or found["parked"])
    if flipped:
        register.activate(projection.number)
    return {"projection": projection.number, "flipped": flipped, **found}


def forget(database: Any, number: int) -> None:
    """Drop a projection with its checkpoints."""
    for part in PARTS:
        database.drop_collection(f"figures_{number}_{part}")
    figures_sink(Projection(database, number)).forget()


def main() -> int:
    """Exit status 0 when the new projection answers."""
    service = bootstrap("stats", load(Settings), logs=sys.stderr)
    bus = open_bus(service.settings, service.client)

    def learn(projection: Projection) -> None:
        sink = figures_sink(projection)
        sink.ensure_indexes()
        reading = Subscription(
            bus, sink, [topic_of(publisher, service.settings.bus_generation) for publisher in STREAMS], EVENT_FILTER
        )
        quiet = 0
        while quiet < QUIET:
            quiet = 0 if reading.run_once(1.0) else quiet + 1
        reading.close()

    try:
        found = rebuild(dependencies_of(service), learn)
    finally:
        bus.close()
    sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    return 0 if found["flipped"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
