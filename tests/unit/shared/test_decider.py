"""Deciders, and the sentences in which their tests are written."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts import PUBLIC, BrokenContract
from tests.support.given import given


@dataclass(frozen=True)
class Fill:
    litres: int


def decide(command, litres):
    if litres + command.litres > 10:
        raise Refused("overflow", "It holds 10 litres.")
    return [NewEvent("jug.filled", {"litres": 1})] * command.litres


jug = Decider(
    0,
    decide,
    lambda litres, event: litres + event.data["litres"],
    lambda litres: {"litres": litres, "full": litres == 10},
)
FILLED = NewEvent("jug.filled", {"litres": 1})


def test_every_decided_event_carries_the_state_after_it():
    events, after = jug.run(Fill(3), 2)
    assert [event.state["litres"] for event in events] == [3, 4, 5]
    assert after == 5


@for_all(st.lists(st.integers(0, 3), max_size=8))
def test_folding_the_recorded_events_gives_the_state_the_decision_ended_with(amounts):
    state, history = jug.initial, []
    for litres in amounts:
        if state + litres <= 10:
            events, state = jug.run(Fill(litres), state)
            history += events
            assert jug.fold(history) == state
            assert not history or history[-1].state == jug.public(state)


def test_without_a_public_state_events_carry_none():
    assert [event.state for event in replace(Decider(0, decide, jug.evolve)).run(Fill(2), 0)[0]] == [{}, {}]


def test_a_rule_reads_as_given_when_then():
    given(jug, FILLED).when(Fill(2)).then(FILLED, FILLED).public(litres=3, full=False).when(Fill(7)).then(
        *[FILLED] * 7
    ).public(full=True)
    given(jug).when(Fill(0)).then_nothing().public(litres=0)
    assert given(jug, *[FILLED] * 10).when(Fill(1)).then_refused("overflow").detail == "It holds 10 litres."


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: given(jug).when(Fill(2)).then(FILLED),
        lambda: given(jug).when(Fill(1)).then(NewEvent("jug.filled", {"litres": 2})),
        lambda: given(jug).when(Fill(1)).then(NewEvent("jug.emptied", {"litres": 1})),
        lambda: given(jug).when(Fill(1)).then_nothing(),
        lambda: given(jug).when(Fill(1)).then_refused("overflow"),
        lambda: given(jug, *[FILLED] * 10).when(Fill(1)).then_refused("another-code"),
        lambda: given(jug, FILLED).public(litres=2),
        lambda: given(jug).public(unknown=1),
    ],
)
def test_a_wrong_sentence_fails(wrong):
    with pytest.raises(AssertionError):
        wrong()


def test_a_refusal_where_events_were_expected_is_shown_as_it_is():
    with pytest.raises(Refused, match="overflow"):
        given(jug).when(Fill(11)).then(FILLED)


def test_a_rule_that_leaves_the_published_language_fails():
    unit = PUBLIC["unit"].events[0]
    data, public = unit.example
    opened = Decider(
        None, lambda command, state: [NewEvent(unit.type, command)], lambda state, event: state, lambda state: public
    )
    given(opened).when(data).then(NewEvent(unit.type, data))
    with pytest.raises(BrokenContract):
        given(opened).when({**data, "note": "x"}).then(NewEvent(unit.type, {**data, "note": "x"}))
