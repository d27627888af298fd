"""What a subscription could not learn, attended to by a person: `python -m services.<service>.parked`."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence

import orjson

from shared.messaging.batches import BatchProcessor
from shared.messaging.sink import EventFilter, Sink


def handle_parked(sink: Sink, event_filter: EventFilter, arguments: Sequence[str]) -> int:
    """List it, as JSON on stdout, after what was asked for is done. Exit status 0 when nothing is parked any more."""
    parser = argparse.ArgumentParser(description="What could not be learned: without an option, list it.")
    parser.add_argument("--replay", action="store_true", help="learn it with mended code")
    parser.add_argument(
        "--drop",
        metavar="KEY",
        nargs="+",
        default=[],
        help="forget what is in no store; an event that is would be missed by the books",
    )
    asked = parser.parse_args(arguments)
    processor = BatchProcessor(sink, event_filter, pause=_pause)
    learned = processor.replay()[0] if asked.replay else 0
    dropped = processor.drop(asked.drop)
    items = [{"key": item.key, "reason": item.reason} for item in sink.parked()]
    sys.stdout.buffer.write(
        orjson.dumps({"learned": learned, "dropped": dropped, "parked": items}, option=orjson.OPT_INDENT_2) + b"\n"
    )
    return 1 if items else 0


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)
