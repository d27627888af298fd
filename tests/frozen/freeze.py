"""A pytest plugin that freezes event stores as the services of this release write them, for tests of later releases.

    FREEZE=<release> python -m pytest -n0 -p tests.frozen.freeze tests/unit/identity tests/unit/roster
        tests/integration/upload/test_reviewing.py tests/integration/upload/test_destruction.py
        tests/integration/stats/test_report.py

It keeps what the fewest of these tests have recorded that together hold every type of event.
"""

from __future__ import annotations

import gzip
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.eventsourcing.event import Event, category
from shared.eventsourcing.recording import Recorder
from tests.frozen.streams import DECIDERS, figures_of, states_of

recorded: defaultdict[tuple[str, int], list[Event]] = defaultdict(list)  # (test, store) -> events
_test, _record = [""], Recorder.__call__


def _spy(self: Recorder, *arguments: Any, **options: Any) -> list[Event]:
    events = list(_record(self, *arguments, **options))
    recorded[_test[0], id(self)] += events
    return events


Recorder.__call__ = _spy  # type: ignore[method-assign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    _test[0] = item.nodeid


def pytest_sessionfinish() -> None:
    stores = [whole(events) for events in recorded.values()]
    left, kept = {event.type for store in stores for event in store}, []
    while left:
        best = max(stores, key=lambda store: len({event.type for event in store} & left) / (len(store) + 5))
        kept.append({"events": [asdict(event) for event in best], "figures": figures_of(best)})
        left -= {event.type for event in best}
    path = Path(__file__).parent / f"{os.environ['FREEZE']}.json.gz"
    path.write_bytes(gzip.compress(orjson.dumps(kept), 9, mtime=0))


def whole(events: Iterable[Event]) -> list[Event]:
    """Events of the streams that a decider has written from their first version, not a test by hand."""
    streams: defaultdict[str, dict[int, Event]] = defaultdict(dict)
    for event in events:
        streams[event.stream].setdefault(event.version, event)
    kept: list[Event] = []
    for stream, versions in streams.items():
        of = [versions[version] for version in sorted(versions)]
        if category(stream) in DECIDERS and sorted(versions) == [*range(1, len(of) + 1)] and _agrees(of):
            kept += of
    return kept


def _agrees(events: list[Event]) -> bool:
    try:
        return states_of(events) == [orjson.loads(orjson.dumps(event.state)) for event in events]
    except (TypeError, ValueError, KeyError, AttributeError):
        return False
