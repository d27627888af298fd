"""Blue/green: build the next projection from offset 0 of the bus; it becomes active if its audit passes.

    python -m services.stats.operator.rebuild

For changed measures, damaged histories, or a new generation of the bus. The old projection stays until the next one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson

from services.stats.dependencies import Resources, dependencies_on, resources_of
from services.stats.projection.collections_mongo import COLLECTIONS, Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.register_mongo import Register
from services.stats.settings import Settings
from services.stats.use_cases.audit import audit, passes
from shared.infrastructure.config import load
from shared.language.contracts import STREAMS
from shared.messaging.bus import Bus, topic_of
from shared.messaging.bus_factory import open_bus
from shared.messaging.subscription import Subscription
from shared.service.bootstrap import ServiceContext, bootstrap

QUIET = 3  # polls without a record: the projection has caught up
Project = Callable[[Projection], None]


def rebuild(resources: Resources, project: Project) -> dict[str, Any]:
    """Build, audit, flip. The audit of the new projection; `flipped` only if it passes."""
    register = Register(resources.database)
    active = register.active()
    for number in (active - 1, active + 1):  # the retired projection, and the remains of an interrupted rebuild
        drop(resources.database, number)
    projection = Projection(resources.database, active + 1)
    projection.ensure_indexes()
    project(projection)
    found = audit(dependencies_on(resources, projection.number))
    flipped = passes(found)
    if flipped:
        register.activate(projection.number)
    return {"projection": projection.number, "flipped": flipped, **found}


def drop(database: Any, number: int) -> None:
    """Drop a projection with its checkpoints."""
    for name in COLLECTIONS:
        database.drop_collection(f"figures_{number}_{name}")
    figures_sink(Projection(database, number)).forget()


def read_from_start(service: ServiceContext[Settings], bus: Bus, projection: Projection) -> None:
    """Project everything on the bus."""
    sink = figures_sink(projection)
    sink.ensure_indexes()
    topics = [topic_of(publisher, service.settings.bus_generation) for publisher in STREAMS]
    subscription = Subscription(bus, sink, topics, EVENT_FILTER)
    quiet = 0
    while quiet < QUIET:
        quiet = 0 if subscription.run_once(1.0) else quiet + 1
    subscription.close()


def main() -> int:
    """Exit status 0 when the new projection is active."""
    service = bootstrap("stats", load(Settings), logs=sys.stderr)
    bus = open_bus(service.settings, service.client)
    try:
        found = rebuild(resources_of(service), lambda projection: read_from_start(service, bus, projection))
    finally:
        bus.close()
    sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    return 0 if found["flipped"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
