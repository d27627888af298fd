"""CPU cost of the fold alone, pure Python, against decoding the same events from their bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from benchmarks.engines import Bench
from benchmarks.events import pupils_events
from benchmarks.harness import Figure, Measurement, stopwatch
from services.stats.domain.fold import History, project
from services.stats.domain.measures import campaign_ended, control_key, history_key, measure
from shared.eventsourcing.event import to_wire
from shared.infrastructure.chunks import chunks

EVENTS, BATCH = 10_000, 500


def measurements(bench: Bench) -> Iterator[Measurement]:
    events = pupils_events(bench.size(EVENTS, 1000), 200)
    wires = [to_wire(event) for event in events]

    def ours(number: int) -> Mapping[str, float]:
        histories: dict[str, History] = {}
        with stopwatch() as watch:
            for batch in chunks(events, BATCH):
                histories |= project(
                    batch,
                    histories,
                    history_key=history_key,
                    measure=measure,
                    ended=campaign_ended,
                    control_key=control_key,
                ).histories
        return {"folded": len(events) / watch.seconds}

    def theirs(number: int) -> Mapping[str, float]:
        with stopwatch() as watch:
            for wire in wires:
                orjson.loads(wire)
        return {"folded": len(events) / watch.seconds}

    yield Measurement(
        "fold",
        "The fold alone",
        "fold.project in batches of 500, histories in memory",
        "orjson.loads of the same events",
        (Figure("folded", "events/s"),),
        ours,
        theirs,
        budget=15,
    )
