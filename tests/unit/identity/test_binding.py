from __future__ import annotations

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from services.identity.domain.binding import Binding, DecideBinding, RequestBinding, WithdrawConsent, binding_decider
from shared.eventsourcing.event import Event, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts import validate

PUPIL = "3f7.018f2ab47c9d01e5f6a7"
MUM, DAD, AUNT = (f"0190d6a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
CONSENT = "2026-12"
DECIDER = binding_decider(PUPIL)


def given(*commands):
    state = DECIDER.initial
    for command in commands:
        _, state = DECIDER.run(command, state)
    return state


def asks(account, listed=True):
    return RequestBinding(account, listed, CONSENT)


def types_of(command, *before):
    return [event.type for event in DECIDER.decide(command, given(*before))]


def refusal(command, *before):
    with pytest.raises(Refused) as refused:
        DECIDER.decide(command, given(*before))
    return refused.value.code


def test_the_first_guardian_is_bound_at_once():
    assert types_of(asks(MUM)) == ["binding.consented", "binding.bound"]
    assert given(asks(MUM)).state_of(MUM) == "bound"


def test_a_second_guardian_waits():
    assert types_of(asks(DAD), asks(MUM)) == ["binding.consented", "binding.requested"]
    assert given(asks(MUM), asks(DAD)) == Binding(PUPIL, (MUM,), (DAD,))


def test_a_first_guardian_whom_the_roster_does_not_list_waits_for_the_teacher_alone():
    assert types_of(asks(AUNT, listed=False)) == ["binding.consented", "binding.requested"]
    before = (asks(AUNT, listed=False), asks(MUM))
    assert given(*before) == Binding(PUPIL, (MUM,), (AUNT,), frozenset({AUNT}))
    assert refusal(DecideBinding(AUNT, True, MUM), *before) == "teacher-decides"
    assert types_of(DecideBinding(AUNT, False, MUM), *before) == ["binding.declined"]
    assert given(*before, DecideBinding(AUNT, True)) == Binding(PUPIL, (MUM, AUNT))


def test_the_consent_is_recorded_with_its_version_before_the_binding():
    [consented, _] = DECIDER.decide(asks(MUM), DECIDER.initial)
    assert (consented.type, consented.data) == ("binding.consented", {"account": MUM, "version": CONSENT})


def test_the_end_of_the_consent_ends_the_binding_or_the_request():
    assert types_of(WithdrawConsent(MUM), asks(MUM)) == ["binding.consent-withdrawn"]
    assert given(asks(MUM), asks(DAD), WithdrawConsent(MUM)) == Binding(PUPIL, (), (DAD,))
    assert given(asks(AUNT, listed=False), WithdrawConsent(AUNT)) == Binding(PUPIL)
    assert refusal(WithdrawConsent(DAD), asks(MUM)) == "not-waiting"


@pytest.mark.parametrize("reason", ["", "because"])
def test_staff_say_why_they_unbind_a_guardian(reason):
    assert refusal(DecideBinding(MUM, False, reason=reason), asks(MUM)) == "reason-missing"
    [event] = DECIDER.decide(DecideBinding(MUM, False, MUM), given(asks(MUM)))
    assert event.data == {"account": MUM, "reason": "left"}


def test_requesting_again_changes_nothing():
    assert types_of(asks(MUM), asks(MUM)) == [] and types_of(asks(DAD), asks(MUM), asks(DAD)) == []


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_accepts(by):
    assert types_of(DecideBinding(DAD, True, by), asks(MUM), asks(DAD)) == ["binding.accepted"]
    assert given(asks(MUM), asks(DAD), DecideBinding(DAD, True, by)) == Binding(PUPIL, (MUM, DAD))


@pytest.mark.parametrize("by", [MUM, ""])
def test_the_first_guardian_or_the_school_rejects(by):
    assert types_of(DecideBinding(DAD, False, by), asks(MUM), asks(DAD)) == ["binding.declined"]


def test_accepting_twice_changes_nothing():
    assert types_of(DecideBinding(DAD, True, MUM), asks(MUM), asks(DAD), DecideBinding(DAD, True)) == []


def test_a_waiting_guardian_cannot_accept_itself():
    assert refusal(DecideBinding(DAD, True, DAD), asks(MUM), asks(DAD)) == "outside-scope"


def test_a_second_guardian_decides_nothing():
    before = (asks(MUM), asks(DAD), DecideBinding(DAD, True), asks(AUNT))
    assert refusal(DecideBinding(AUNT, True, DAD), *before) == "outside-scope"
    assert refusal(DecideBinding(MUM, False, DAD), *before) == "outside-scope"


def test_the_first_guardian_cannot_remove_a_bound_guardian():
    assert refusal(DecideBinding(DAD, False, MUM), asks(MUM), asks(DAD), DecideBinding(DAD, True)) == "outside-scope"


def test_a_stranger_decides_nothing():
    assert refusal(DecideBinding(DAD, True, AUNT), asks(MUM), asks(DAD)) == "outside-scope"


def test_a_mistaken_guardian_loses_the_binding_by_the_school_or_leaves():
    assert types_of(DecideBinding(MUM, False, reason="wrong-code"), asks(MUM)) == ["binding.dissolved"]
    assert types_of(DecideBinding(MUM, False, MUM), asks(MUM)) == ["binding.dissolved"]
    assert types_of(DecideBinding(DAD, False, DAD), asks(MUM), asks(DAD)) == ["binding.declined"]


def test_after_a_mistake_the_right_family_is_bound_at_once():
    assert given(asks(MUM), DecideBinding(MUM, False, reason="wrong-code"), asks(DAD)) == Binding(PUPIL, (DAD,))


def test_as_many_are_bound_as_there_may_be_and_who_waits_takes_no_room():
    two = {"most": 2}
    full = (asks(MUM), asks(DAD), DecideBinding(DAD, True))
    assert refusal(RequestBinding(AUNT, True, CONSENT, **two), *full) == "guardians-full"
    assert refusal(DecideBinding(AUNT, True, **two), asks(MUM), asks(AUNT), asks(DAD), DecideBinding(DAD, True)) == (
        "guardians-full"
    )
    assert types_of(DecideBinding(DAD, True, **two), asks(MUM), asks(AUNT), asks(DAD)) == ["binding.accepted"]
    assert types_of(DecideBinding(DAD, True, **two), *full) == []


def test_an_account_that_requested_nothing_is_neither_accepted_nor_rejected():
    assert (
        refusal(DecideBinding(AUNT, True), asks(MUM)) == refusal(DecideBinding(AUNT, False), asks(MUM)) == "not-waiting"
    )


COMMANDS = st.one_of(
    st.builds(RequestBinding, st.sampled_from((MUM, DAD, AUNT)), st.booleans(), st.just(CONSENT)),
    st.builds(
        DecideBinding,
        st.sampled_from((MUM, DAD, AUNT)),
        st.booleans(),
        st.sampled_from(("", MUM, DAD, AUNT)),
        st.sampled_from(("", "wrong-code", "other")),
    ),
    st.builds(WithdrawConsent, st.sampled_from((MUM, DAD, AUNT))),
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
        assert state.unlisted <= set(state.waiting)


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
