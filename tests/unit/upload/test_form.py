"""Rules of a form: which photo is the archive and which photos wait for a person."""

from __future__ import annotations

import pytest
from hypothesis import given as all_of
from hypothesis import strategies as st

from services.upload.domain.form import form_decider
from services.upload.domain.form_commands import Accept, Archive, Confirm, Flag, Hold, KeepOnPaper, Return, Withdraw
from services.upload.domain.form_state import Form
from shared.eventsourcing.event import NewEvent
from shared.language.contracts import upload as contract
from shared.language.contracts.contract import check
from tests.support.given import given

FORM = form_decider("2026a", "3f7.018f2ab47c9d01e5f6a7")
A, B, C = "aa" * 32, "bb" * 32, "cc" * 32
DAY, NEXT = "2026-11-20", "2026-11-21"


def archived(photo: str = A, by: str = "guardian", on: str = DAY) -> NewEvent:
    return NewEvent("form.archived", {"photo": photo, "by": by, "how": "single", "on": on})


def flagged(photo: str = A, reason: str = "unreadable-qr", by: str = "guardian") -> NewEvent:
    return NewEvent("form.flagged", {"photo": photo, "by": by, "how": "single", "reason": reason})


def accepted(photo: str = A) -> NewEvent:
    return NewEvent("form.accepted", {"photo": photo})


def returned(photo: str = A, reason: str = "unsigned") -> NewEvent:
    return NewEvent("form.returned", {"photo": photo, "reason": reason})


def withdrawn(photo: str = A) -> NewEvent:
    return NewEvent("form.withdrawn", {"photo": photo})


def held(photo: str = A) -> NewEvent:
    return NewEvent("form.held", {"photo": photo})


def paper(reason: str = "refused") -> NewEvent:
    return NewEvent("form.kept-on-paper", {"reason": reason})


def good(photo: str = A, by: str = "guardian", on: str = DAY) -> Archive:
    return Archive(photo, by, "single", on)


def test_a_good_photo_becomes_the_archive() -> None:
    expected = {"photo": A, "by": "guardian", "how": "single", "on": DAY}
    given(FORM).when(good()).then(archived()).public(
        received=True, archive=expected, accepted=False, waiting=False, returned=False, paper=False
    )


def test_nothing_is_received_before_the_first_photo() -> None:
    given(FORM).public(received=False, archive=None, campaign="2026a", pupil="3f7.018f2ab47c9d01e5f6a7")


@pytest.mark.parametrize(
    "before", [[archived()], [flagged()], [archived(), returned()], [archived(), archived(B)], [archived(), accepted()]]
)
def test_the_same_photo_again_changes_nothing(before: list[NewEvent]) -> None:
    given(FORM, *before).when(good()).then_nothing()
    given(FORM, *before).when(Flag(A, "code", "single", "unreadable-qr")).then_nothing()


def test_a_withdrawn_photo_may_be_sent_again() -> None:
    given(FORM, archived(), withdrawn()).when(good()).then(archived())


@pytest.mark.parametrize("by", ["guardian", "code", "teacher", "school"])
def test_the_newest_good_photo_is_the_archive_unless_a_guardians_own_is_there(by: str) -> None:
    for first in ("code", "teacher", "school"):
        after = given(FORM, archived(A, first), accepted()).when(good(B, by)).then(archived(B, by))
        after.public(accepted=False)


def test_a_guardian_may_replace_their_own_photo() -> None:
    given(FORM, archived()).when(good(B)).then(archived(B))


@pytest.mark.parametrize("by", ["code", "teacher", "school"])
def test_a_guardians_own_photo_is_replaced_by_others_only_after_a_confirmation(by: str) -> None:
    waits = given(FORM, archived(), accepted()).when(good(B, by)).then(flagged(B, "second-photo", by))
    waits.public(archive={"photo": A, "by": "guardian", "how": "single", "on": DAY}, waiting=True, accepted=True)
    waits.when(Confirm(B, NEXT)).then(archived(B, by, NEXT)).public(waiting=False, accepted=False)
    waits.when(Return(B, "other")).then(returned(B, "other")).public(waiting=False, returned=False, accepted=True)


def test_a_guardian_confirms_a_second_photo_explicitly_or_by_sending_that_very_photo() -> None:
    before = [archived(), flagged(B, "second-photo", "teacher")]
    given(FORM, *before).when(Confirm(B, NEXT, guardian=True)).then(archived(B, "teacher", NEXT))
    given(FORM, *before).when(good(B, "guardian")).then(archived(B, "guardian"))
    given(FORM, *before).when(good(B, "school")).then_nothing()


@pytest.mark.parametrize("reason", ["unreadable-qr", "void-sheet", "suspicious"])
def test_a_guardian_does_not_decide_about_a_photo_that_did_not_match(reason: str) -> None:
    given(FORM, flagged(A, reason)).when(Confirm(A, DAY, guardian=True)).then_refused("outside-scope")


def test_a_confirmation_archives_a_waiting_photo_under_its_senders_name() -> None:
    given(FORM, flagged(A, "unreadable-qr", "code")).when(Confirm(A, NEXT)).then(archived(A, "code", NEXT)).public(
        waiting=False
    )


def test_confirming_twice_changes_nothing() -> None:
    given(FORM, flagged(), archived()).when(Confirm(A, NEXT)).then_nothing()


def test_a_waiting_photo_is_settled_by_a_newer_good_one() -> None:
    given(FORM, flagged()).when(good(B)).then(archived(B)).public(waiting=False, received=True)


def test_several_photos_may_wait() -> None:
    two = given(FORM, flagged()).when(Flag(B, "code", "single", "void-sheet")).then(flagged(B, "void-sheet", "code"))
    two.when(Return(B, "other")).then(returned(B, "other")).public(waiting=True, returned=False)


@pytest.mark.parametrize(
    "before", [[], [archived(B)], [archived(), archived(B)], [flagged(), returned()], [archived(), withdrawn()]]
)
def test_a_decision_about_an_old_photo_is_refused(before: list[NewEvent]) -> None:
    for command in (Accept(A), Return(A, "blurred"), Confirm(A, DAY)):
        given(FORM, *before).when(command).then_refused("photo-not-current")


def test_only_the_archive_can_be_accepted_and_only_once() -> None:
    given(FORM, flagged()).when(Accept(A)).then_refused("photo-not-current")
    given(FORM, archived()).when(Accept(A)).then(accepted()).public(accepted=True).when(Accept(A)).then_nothing()


def test_a_returned_archive_is_no_archive_until_a_newer_photo_arrives() -> None:
    back = given(FORM, archived(), accepted()).when(Return(A, "unsigned")).then(returned())
    back.public(archive=None, accepted=False, returned=True, received=True)
    back.when(good(B)).then(archived(B)).public(returned=False)
    back.when(Flag(B, "guardian", "single", "unreadable-qr")).then(flagged(B)).public(returned=False, waiting=True)


def test_withdrawal_covers_the_archive_and_every_waiting_photo() -> None:
    gone = given(FORM, archived(), flagged(B, "second-photo", "code")).when(Withdraw()).then(withdrawn(), withdrawn(B))
    gone.public(archive=None, waiting=False, returned=False, received=True).when(Withdraw()).then_refused(
        "nothing-to-withdraw"
    )


def test_paper_is_recorded_only_where_nothing_is_archived() -> None:
    given(FORM).when(KeepOnPaper("refused")).then(paper()).public(paper=True, received=False).when(
        KeepOnPaper("impossible")
    ).then_nothing()
    given(FORM, archived()).when(KeepOnPaper("refused")).then_refused("already-archived")


def test_a_family_may_change_its_mind_after_paper() -> None:
    given(FORM, paper()).when(good()).then(archived()).public(paper=False)
    given(FORM, paper(), flagged()).public(paper=True, waiting=True)


FACTS = st.sampled_from(
    [
        NewEvent(t, {**d})
        for t in (
            "form.archived",
            "form.flagged",
            "form.accepted",
            "form.returned",
            "form.withdrawn",
            "form.kept-on-paper",
            "form.of-another-release",
        )
        for d in (
            {},
            {"photo": A},
            {"photo": B, "by": "code", "how": "single", "on": DAY, "reason": "other"},
            {"reason": None},
        )
    ]
)


@all_of(st.lists(FACTS, max_size=12))
def test_evolving_never_raises_and_the_public_state_is_complete(facts: list[NewEvent]) -> None:
    public = FORM.public(FORM.fold(facts))
    assert set(public) == {"campaign", "pupil", "received", "archive", "accepted", "waiting", "returned", "paper"}


PHOTO, BY = st.sampled_from([A, B, C]), st.sampled_from(contract.BY)
COMMANDS = st.one_of(
    st.builds(Archive, PHOTO, BY, st.just("single"), st.just(DAY)),
    st.builds(Flag, PHOTO, BY, st.just("single"), st.sampled_from(contract.WAITING)),
    st.builds(Confirm, PHOTO, st.just(DAY)),
    st.builds(Accept, PHOTO),
    st.builds(Hold, st.frozensets(PHOTO)),
    st.builds(Return, PHOTO, st.sampled_from(contract.RETURNED)),
    st.just(Withdraw()),
    st.just(KeepOnPaper("refused")),
)


@all_of(st.lists(COMMANDS, max_size=15))
def test_after_any_commands_the_events_keep_the_contract_and_the_states_agree(commands: list[object]) -> None:
    types = {e.type: e for e in contract.FORMS.events}
    form: Form = FORM.initial
    for command in commands:
        try:
            events, form = FORM.run(command, form)  # type: ignore[arg-type]
        except Exception as error:
            assert type(error).__name__ == "Refused"
            continue
        for event in events:
            check(contract.FORMS, types[event.type], event.data, event.state)
    state = FORM.public(form)
    assert not (state["accepted"] and not state["archive"])
    assert not (state["returned"] and (state["archive"] or state["waiting"]))
    assert not (state["paper"] and state["archive"])


def test_a_held_photo_is_no_archive_and_waits_until_a_person_releases_it_on_its_own_day() -> None:
    on_hold = given(FORM, archived(), accepted()).when(Hold(frozenset({A}))).then(held())
    on_hold.public(received=True, archive=None, accepted=False, waiting=True, returned=False)
    on_hold.when(Hold(frozenset({A}))).then_nothing()
    on_hold.when(Confirm(A, NEXT, guardian=True)).then_refused("outside-scope")
    on_hold.when(Confirm(A, NEXT)).then(archived()).public(waiting=False, accepted=False)
    on_hold.when(Return(A, "misused-code")).then(returned(A, "misused-code")).public(waiting=False, returned=True)
    on_hold.when(good(B)).then(archived(B)).public(waiting=False)


def test_a_waiting_photo_is_held_too_and_others_are_not() -> None:
    after = given(FORM, archived(), flagged(B), flagged(C)).when(Hold(frozenset({B}))).then(held(B))
    after.public(waiting=True, archive={"photo": A, "by": "guardian", "how": "single", "on": DAY})
    after.when(Confirm(B, NEXT)).then(archived(B, on=NEXT))
    given(FORM, archived(), returned()).when(Hold(frozenset({A}))).then_nothing()
