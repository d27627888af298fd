"""Parked events of the figures: list them, replay them with fixed code, or drop those that are in no store.

python -m services.stats.operator.parked [--replay] [--drop KEY ...]
"""

from __future__ import annotations

import sys

from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.register_mongo import Register
from services.stats.settings import Settings
from shared.infrastructure.config import load
from shared.messaging.parked import handle_parked
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    service = bootstrap("stats", load(Settings), logs=sys.stderr)
    return handle_parked(figures_sink(Projection(service.db, Register(service.db).active())), EVENT_FILTER, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
