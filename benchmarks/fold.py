"""Processor time of the fold alone: against decoding the same events, and against walking every step of a history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from benchmarks.engines import Bench
from benchmarks.events import pupil_of, pupils_events
from benchmarks.harness import Figure, Measurement, stopwatch
from services.stats.domain.fold import History, project
from services.stats.domain.increment import Over
from services.stats.domain.measures import campaign_ended, campaigns_over, control_key, counted, history_key, measure
from services.stats.projection.projector_mongo import EVENT_FILTER
from shared.eventsourcing.event import Event, to_wire
from shared.infrastructure.chunks import chunks
from tests.unit.stats.histories import DAYS, form

EVENTS, BATCH = 10_000, 500
FIGURES = (Figure("folded", "events/s"),)


def measurements(bench: Bench) -> Iterator[Measurement]:
    events = pupils_events(bench.size(EVENTS, 1000), 200)
    wires = [to_wire(event) for event in events]

    def decoded(number: int) -> Mapping[str, float]:
        with stopwatch() as watch:
            for wire in wires:
                orjson.loads(wire)
        return {"folded": len(events) / watch.seconds}

    def read(number: int) -> Mapping[str, float]:
        with stopwatch() as watch:
            for wire in wires:
                EVENT_FILTER.read(wire)
        return {"folded": len(events) / watch.seconds}

    yield Measurement(
        "fold",
        "The fold alone",
        "fold.project in batches of 500, histories in memory",
        "orjson.loads of the same events",
        FIGURES,
        lambda number: folded(events, campaigns_over),
        decoded,
        budget=15,
    )
    long = [
        form(pupil_of("2111000000", n % 250), n // 250 + 1, DAYS[n // 750], waiting=n // 250 % 2 > 0)
        for n in range(6000)
    ]
    yield Measurement(
        "fold-long",
        "The fold of long histories",
        "fold.project, up to 24 versions of a form, an increment for each",
        "the same, every step of a history walked for each batch",
        FIGURES,
        lambda number: folded(long, campaigns_over),
        lambda number: folded(long, None),
        budget=15,
    )
    yield Measurement(
        "decode",
        "Bytes to event",
        "EventFilter.read: typed, checked, upcast",
        "orjson.loads of the same events",
        FIGURES,
        read,
        decoded,
        budget=10,
    )


def folded(events: Sequence[Event], over: Over | None) -> Mapping[str, float]:
    histories: dict[str, History] = {}
    with stopwatch() as watch:
        for batch in chunks(events, BATCH):
            histories |= project(
                batch,
                histories,
                history_key=history_key,
                measure=measure,
                ended=campaign_ended,
                over=over,
                control_key=control_key,
                reduce=counted,
            ).histories
    return {"folded": len(events) / watch.seconds}
