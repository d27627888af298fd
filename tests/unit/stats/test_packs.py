"""Packs and rows: in any order, with any doubles, wherever a pack is cut, a history is that of all its events."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from services.stats.domain.fold import History, project
from services.stats.domain.measures import counted, history_key, measure
from services.stats.domain.packs import (
    MOST,
    decode_history,
    decode_pack,
    decode_rows,
    encode,
    pack_of,
    rows_of,
    split,
    with_rows,
)
from shared.eventsourcing.event import Event
from tests.support.thorough import examples
from tests.unit.stats.histories import DAYS, form, history, pupil_id


def changes_of(events: list[Event], histories: dict[str, History] | None = None):
    return project(events, histories or {}, history_key=history_key, measure=measure, reduce=counted)


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@examples(30)
def test_rows_in_any_order_and_with_doubles_make_the_history_of_their_events(seed: int, chance: random.Random) -> None:
    changes = changes_of(history(seed, pupils=4, slots=2))
    rows = decode_rows(encode(rows_of(changes, history_key)))
    for key, whole in changes.histories.items():
        arriving = [row for row in rows if row.key == key] * 2
        chance.shuffle(arriving)
        cut = chance.randint(0, len(arriving))
        packed = decode_history(encode(with_rows({}, arriving[:cut])))
        assert with_rows(packed, arriving[cut:]) == whole == with_rows(whole, arriving)


def test_of_two_copies_of_a_version_the_later_day_holds_whichever_comes_first() -> None:
    pupil = pupil_id(1)
    early, late = (rows_of(changes_of([form(pupil, 1, day)]), history_key) for day in (DAYS[0], DAYS[3]))
    for rows in (early + late, late + early):
        assert [each.day for versions in with_rows({}, rows).values() for each in versions.values()] == [DAYS[3]]


def test_rows_are_what_a_batch_adds_and_nothing_that_was_there() -> None:
    pupil = pupil_id(1)
    before = changes_of([form(pupil, 1, DAYS[0])]).histories
    changes = changes_of([form(pupil, 1, DAYS[0]), form(pupil, 2, DAYS[1])], dict(before))
    assert [(row.key, row.version) for row in rows_of(changes, history_key)] == [(pupil, 2)]


@given(st.sets(st.text("0123456789abcdef.", min_size=1, max_size=6), min_size=1, max_size=4 * MOST))
@examples(30)
def test_a_pack_that_is_too_large_is_split_and_every_history_is_found_in_its_part(keys: set[str]) -> None:
    parts = split("", {key: key.encode() for key in keys})
    assert "" in parts and all(len(part) <= MOST for part in parts.values())
    firsts = sorted(parts)
    assert {key: decode_pack(encode(parts[pack_of(key, firsts)]))[key] for key in keys} == {
        key: key.encode() for key in keys
    }
    assert sum(len(part) for part in parts.values()) == len(keys)
