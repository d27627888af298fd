from __future__ import annotations

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from services.identity.domain.binding import Binding, DecideBinding, RequestBinding, binding_decider
from shared.eventsourcing.event import Event, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts import validate

PUPIL = "3f7.018f2ab47c9d01e5f6a7"
MUM, DAD, AUNT = (f"0190d6a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
DECIDER = binding_decider(PUPIL)


def given(*commands):
    state = DECIDER.initial
    for command in commands:
        _, state = DECIDER.run(command, state)
    return state


def types_of(command, *before):
    return [event.type for event in DECIDER.decide(command, given(*before))]


def refusal(command, *before):
    with pytest.raises(Refused) as refused:
        DECIDER.decide(command, given(*before))
    return refused.value.code


def test_the_first_guardian_is_bound_at_once():
    assert types_of(RequestBinding(MUM)) == ["binding.bound"]
    assert given(RequestBinding(MUM)).state_of(MUM) == "bound"


def test_a_second_guardian_waits():
    assert types_of(RequestBinding(DAD), RequestBinding(MUM)) == ["binding.requested"]
    assert given(RequestBinding(MUM), RequestBinding(DAD)) == Binding(PUPIL, (MUM,), (DAD,))


def test_requesting_again_changes_nothing():
    assert (
        types_of(RequestBinding(MUM), RequestBinding(MUM)) == []
        and types_of(RequestBinding(DAD), RequestBinding(MUM), RequestBinding(DAD)) == []
    )


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_accepts(by):
    assert types_of(DecideBinding(DAD, True, by), RequestBinding(MUM), RequestBinding(DAD)) == ["binding.accepted"]
    assert given(RequestBinding(MUM), RequestBinding(DAD), DecideBinding(DAD, True, by)) == Binding(PUPIL, (MUM, DAD))


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_rejects(by):
    assert types_of(DecideBinding(DAD, False, by), RequestBinding(MUM), RequestBinding(DAD)) == ["binding.declined"]


def test_accepting_twice_changes_nothing():
    assert (
        types_of(DecideBinding(DAD, True, MUM), RequestBinding(MUM), RequestBinding(DAD), DecideBinding(DAD, True))
        == []
    )


def test_a_waiting_guardian_cannot_accept_itself():
    assert refusal(DecideBinding(DAD, True, DAD), RequestBinding(MUM), RequestBinding(DAD)) == "outside-scope"


def test_a_second_guardian_decides_nothing():
    before = (RequestBinding(MUM), RequestBinding(DAD), DecideBinding(DAD, True), RequestBinding(AUNT))
    assert refusal(DecideBinding(AUNT, True, DAD), *before) == "outside-scope"
    assert refusal(DecideBinding(MUM, False, DAD), *before) == "outside-scope"


def test_the_first_guardian_cannot_remove_a_bound_guardian():
    assert (
        refusal(DecideBinding(DAD, False, MUM), RequestBinding(MUM), RequestBinding(DAD), DecideBinding(DAD, True))
        == "outside-scope"
    )


def test_a_stranger_decides_nothing():
    assert refusal(DecideBinding(DAD, True, AUNT), RequestBinding(MUM), RequestBinding(DAD)) == "outside-scope"


def test_a_mistaken_guardian_loses_the_binding_by_the_school_or_leaves():
    assert types_of(DecideBinding(MUM, False), RequestBinding(MUM)) == ["binding.dissolved"]
    assert types_of(DecideBinding(MUM, False, MUM), RequestBinding(MUM)) == ["binding.dissolved"]
    assert types_of(DecideBinding(DAD, False, DAD), RequestBinding(MUM), RequestBinding(DAD)) == ["binding.declined"]


def test_after_a_mistake_the_right_family_is_bound_at_once():
    assert given(RequestBinding(MUM), DecideBinding(MUM, False), RequestBinding(DAD)) == Binding(PUPIL, (DAD,))


def test_an_account_that_requested_nothing_is_neither_accepted_nor_rejected():
    assert (
        refusal(DecideBinding(AUNT, True), RequestBinding(MUM))
        == refusal(DecideBinding(AUNT, False), RequestBinding(MUM))
        == "not-waiting"
    )


COMMANDS = st.one_of(
    st.builds(RequestBinding, st.sampled_from((MUM, DAD, AUNT))),
    st.builds(DecideBinding, st.sampled_from((MUM, DAD, AUNT)), st.booleans(), st.sampled_from(("", MUM, DAD, AUNT))),
)


@any_of(st.lists(COMMANDS, max_size=12))
def test_no_account_is_listed_twice_and_every_event_is_in_the_published_language(commands):
    state, version = DECIDER.initial, 0
    for command in commands:
        try:
            events, state = DECIDER.run(command, state)
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
