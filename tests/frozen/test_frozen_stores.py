"""Event stores of earlier releases, read by the deciders and the figures of today: every release adds one."""

from __future__ import annotations

import gzip
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from shared.eventsourcing.event import Event, category
from shared.language.contracts import PUBLIC, is_public, upcast
from tests.frozen.streams import figures_of, states_of, stream_decider

RELEASES = sorted(Path(__file__).parent.glob("*.json.gz"))
ADDED_SINCE: dict[str, tuple[str, ...]] = {}  # file of a release -> measures that it did not know


def stores(release):
    """(events, figures as they were frozen) of each store."""
    for store in orjson.loads(gzip.decompress(release.read_bytes())):
        yield [upcast(Event(**event)) for event in store["events"]], store["figures"]


def streams(release):
    for events, _ in stores(release):
        found = defaultdict(list)
        for event in events:
            found[event.stream].append(event)
        yield from found.values()


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_todays_deciders_fold_every_stream_to_the_states_that_it_was_published_with(release):
    for events in streams(release):
        assert states_of(events) == [event.state for event in events], events[0].stream
        decider = stream_decider(events[0].stream)
        if (
            not is_public(events[0].stream) and decider.initial is not None
        ):  # of these only that they still say something
            assert decider.fold(events) != decider.initial, events[0].stream


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_todays_figures_of_every_store_are_those_that_were_frozen_with_it(release):
    for events, figures in stores(release):
        known = [row for row in figures_of(events) if row[3] not in ADDED_SINCE.get(release.name, ())]
        assert known == figures
    assert any(figures for _, figures in stores(release))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_fields_that_the_next_release_adds_change_nothing_for_processes_that_do_not_know_them(release):
    """During an upgrade both releases write; each reads what the other has written."""
    added = {"added_later": 1}
    for of in streams(release):
        later = [replace(event, data={**event.data, **added}) for event in of]
        assert states_of(later) == states_of(of), of[0].stream
    for events, figures in stores(release):
        later = [replace(event, data={**event.data, **added}, state={**event.state, **added}) for event in events]
        assert figures_of(later) == figures


def test_there_is_a_store_and_the_newest_holds_every_kind_of_published_stream():
    assert {category(event.stream) for events, _ in stores(RELEASES[-1]) for event in events} >= set(PUBLIC)
