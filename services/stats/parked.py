"""What could not be learned: list it, or try again with mended code.

    python -m services.stats.parked [--release]
"""
from __future__ import annotations

import sys
import threading

import orjson

from services.stats.projection_mongo import Projection
from services.stats.reads import Reads, Register
from services.stats.settings import Settings
from services.stats.sink_mongo import SYLLABUS, figures_sink
from shared.assembly import assemble
from shared.config import load
from shared.lessons import Lessons


def release(projection: Projection) -> tuple[int, int]:
    """Learn what can be learned now: (learned, still parked)."""
    def pause(seconds: float) -> None:
        threading.Event().wait(seconds)
    return Lessons(figures_sink(projection), SYLLABUS, pause=pause).release()


def main(arguments: list[str]) -> int:
    """Exit status 0 when nothing is parked any more."""
    kit = assemble("stats", load(Settings))
    projection = Projection(kit.db, Register(kit.db).active())
    learned = release(projection)[0] if "--release" in arguments else 0
    items = [{"key": item["key"], "reason": item["reason"]} for item in Reads(projection).parked()]
    sys.stdout.buffer.write(orjson.dumps({"learned": learned, "parked": items}, option=orjson.OPT_INDENT_2) + b"\n")
    return 1 if items else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
