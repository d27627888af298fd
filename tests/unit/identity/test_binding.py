from __future__ import annotations

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from services.identity.domain.binding import Answer, Ask, Binding, decide_for
from shared.eventsourcing.event import Event, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts import validate

PUPIL = "3f7.018f2ab47c9d01e5f6a7"
MUM, DAD, AUNT = (f"0190d6a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
DECIDER = decide_for(PUPIL)


def given(*orders):
    state = DECIDER.initial
    for order in orders:
        _, state = DECIDER.run(order, state)
    return state


def types_of(order, *before):
    return [event.type for event in DECIDER.decide(order, given(*before))]


def refusal(order, *before):
    with pytest.raises(Refused) as refused:
        DECIDER.decide(order, given(*before))
    return refused.value.code


def test_the_first_guardian_is_bound_at_once():
    assert types_of(Ask(MUM)) == ["binding.bound"]
    assert given(Ask(MUM)).state_of(MUM) == "bound"


def test_a_second_guardian_waits():
    assert types_of(Ask(DAD), Ask(MUM)) == ["binding.requested"]
    assert given(Ask(MUM), Ask(DAD)) == Binding(PUPIL, (MUM,), (DAD,))


def test_asking_again_changes_nothing():
    assert types_of(Ask(MUM), Ask(MUM)) == [] and types_of(Ask(DAD), Ask(MUM), Ask(DAD)) == []


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_says_yes(by):
    assert types_of(Answer(DAD, True, by), Ask(MUM), Ask(DAD)) == ["binding.accepted"]
    assert given(Ask(MUM), Ask(DAD), Answer(DAD, True, by)) == Binding(PUPIL, (MUM, DAD))


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_says_no(by):
    assert types_of(Answer(DAD, False, by), Ask(MUM), Ask(DAD)) == ["binding.declined"]


def test_saying_yes_twice_is_saying_it_once():
    assert types_of(Answer(DAD, True, MUM), Ask(MUM), Ask(DAD), Answer(DAD, True)) == []


def test_who_waits_cannot_let_himself_in():
    assert refusal(Answer(DAD, True, DAD), Ask(MUM), Ask(DAD)) == "outside-scope"


def test_a_second_guardian_decides_about_nobody():
    before = (Ask(MUM), Ask(DAD), Answer(DAD, True), Ask(AUNT))
    assert refusal(Answer(AUNT, True, DAD), *before) == "outside-scope"
    assert refusal(Answer(MUM, False, DAD), *before) == "outside-scope"


def test_the_first_guardian_cannot_put_out_who_is_bound():
    assert refusal(Answer(DAD, False, MUM), Ask(MUM), Ask(DAD), Answer(DAD, True)) == "outside-scope"


def test_a_stranger_decides_nothing():
    assert refusal(Answer(DAD, True, AUNT), Ask(MUM), Ask(DAD)) == "outside-scope"


def test_a_mistaken_guardian_loses_the_binding_by_the_school_or_leaves():
    assert types_of(Answer(MUM, False), Ask(MUM)) == ["binding.dissolved"]
    assert types_of(Answer(MUM, False, MUM), Ask(MUM)) == ["binding.dissolved"]
    assert types_of(Answer(DAD, False, DAD), Ask(MUM), Ask(DAD)) == ["binding.declined"]


def test_after_a_mistake_the_right_family_is_bound_at_once():
    assert given(Ask(MUM), Answer(MUM, False), Ask(DAD)) == Binding(PUPIL, (DAD,))


def test_nobody_is_accepted_or_put_out_who_never_asked():
    assert refusal(Answer(AUNT, True), Ask(MUM)) == refusal(Answer(AUNT, False), Ask(MUM)) == "not-waiting"


ORDERS = st.one_of(
    st.builds(Ask, st.sampled_from((MUM, DAD, AUNT))),
    st.builds(Answer, st.sampled_from((MUM, DAD, AUNT)), st.booleans(), st.sampled_from(("", MUM, DAD, AUNT))),
)


@any_of(st.lists(ORDERS, max_size=12))
def test_whatever_is_ordered_nobody_is_in_twice_and_every_event_is_in_the_published_language(orders):
    state, version = DECIDER.initial, 0
    for order in orders:
        try:
            events, state = DECIDER.run(order, state)
        except Refused:
            continue
        for event in events:
            version += 1
            validate(
                Event(
                    "e",
                    f"binding-{PUPIL}",
                    version,
                    event.type,
                    event.schema,
                    event.data,
                    event.state,
                    "2026-11-23",
                    0,
                    "c",
                    "a",
                )
            )
        everybody = state.guardians + state.waiting
        assert len(set(everybody)) == len(everybody)


@any_of(
    st.lists(
        st.builds(
            NewEvent,
            st.sampled_from(("binding.bound", "binding.requested", "binding.accepted", "binding.declined", "x.y")),
            st.sampled_from(({}, {"account": MUM}, {"account": DAD})),
        )
    )
)
def test_evolve_never_raises(events):
    DECIDER.fold(events)
