"""Parked events: the command line by which an operator lists, replays or drops them.

`python -m services.<service>.operator.parked` calls it.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence

import orjson

from shared.messaging.batches import BatchProcessor
from shared.messaging.sink import EventFilter, Sink


def handle_parked(sink: Sink, event_filter: EventFilter, arguments: Sequence[str]) -> int:
    """Replay and drop as the command line asks, then list what is still parked, as JSON on stdout.

    Exit status 0 when nothing is parked any more.
    """
    parser = argparse.ArgumentParser(description="Lists parked events.")
    parser.add_argument("--replay", action="store_true", help="process them again, with fixed code")
    parser.add_argument(
        "--drop",
        metavar="KEY",
        nargs="+",
        default=[],
        help="discard records that are in no event store; control totals would miss an event that is in one",
    )
    options = parser.parse_args(arguments)
    processor = BatchProcessor(sink, event_filter, pause=_pause)
    replayed = processor.replay()[0] if options.replay else 0
    dropped = processor.drop(options.drop)
    items = [{"key": item.key, "reason": item.reason} for item in sink.parked()]
    result = {"replayed": replayed, "dropped": dropped, "parked": items}
    sys.stdout.buffer.write(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
    return 1 if items else 0


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)
