"""What the figures could not learn: list it, try again with mended code, or forget what is in no store.

    python -m services.stats.parked [--release] [--drop KEY ...]
"""
from __future__ import annotations

import sys

from services.stats.projection_mongo import Projection
from services.stats.reads import Register
from services.stats.settings import Settings
from services.stats.sink_mongo import SYLLABUS, figures_sink
from shared.assembly import assemble
from shared.config import load
from shared.parked import attend


def main(arguments: list[str]) -> int:
    kit = assemble("stats", load(Settings), logs=sys.stderr)
    return attend(figures_sink(Projection(kit.db, Register(kit.db).active())), SYLLABUS, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
