"""The decider of corrections, line by line of its table."""

from __future__ import annotations

from services.roster.domain.correction import (
    BUREAU,
    LEADER,
    MOST,
    MOVED,
    OVERTAKEN,
    Decide,
    Enter,
    Lapse,
    Withdraw,
    correction_decider,
)
from shared.eventsourcing.event import NewEvent
from tests.support.given import given, happened

PUPIL, SCHOOL = "3f7.018f2ab47c9d01e5f6a7", "2113000017"
CORRECTION = correction_decider(PUPIL)
NAME = Enter("c1", SCHOOL, ("name",), True, "clerk", 10, "pdf")
PHONE = Enter("c2", SCHOOL, ("phone", "address"), False, "clerk", 10)
OTHERS = ("id_number", "sex")


def entered(id: str = "c1", fields: tuple[str, ...] = ("name",), *, key: bool = True) -> NewEvent:
    proof = "pdf" if key else ""
    told = {"id": id, "school": SCHOOL, "fields": list(fields), "key": key, "by": "clerk", "at": 10, "proof": proof}
    return happened("correction.entered", **told)


APPROVED = happened("correction.approved", id="c1", at=20, by="leader")
APPLIED = happened("correction.applied", id="c1", at=30, by="bureau")
YES, CONFIRM = Decide("c1", LEADER, True, "leader", 20), Decide("c1", BUREAU, True, "bureau", 30)


def test_other_fields_take_effect_at_once():
    applied = happened("correction.applied", id="c2", at=10, by="clerk")
    given(CORRECTION).when(PHONE).then(entered("c2", ("phone", "address"), key=False), applied)


def test_key_fields_wait_for_the_leader_and_need_a_proof():
    given(CORRECTION).when(NAME).then(entered())
    given(CORRECTION).when(Enter("c1", SCHOOL, ("name",), True, "clerk", 10)).then_refused("proof-missing")


def test_of_a_field_one_correction_waits_at_most():
    for before in ((entered(),), (entered(), APPROVED)):
        again = Enter("c3", SCHOOL, ("sex", "name"), True, "colleague", 15, "png")
        assert given(CORRECTION, *before).when(again).then_refused("correction-waits").extra == {"fields": ["name"]}
        other = Enter("c3", SCHOOL, OTHERS, True, "clerk", 10, "pdf")
        given(CORRECTION, *before).when(other).then(entered("c3", OTHERS))


def test_the_leader_approves_and_the_bureau_confirms():
    given(CORRECTION, entered()).when(YES).then(APPROVED).when(CONFIRM).then(APPLIED)


def test_the_bureau_does_not_decide_before_the_leader_nor_the_leader_twice():
    given(CORRECTION, entered()).when(CONFIRM).then_refused("not-your-turn")
    again = Decide("c1", LEADER, True, "another leader", 25)
    given(CORRECTION, entered(), APPROVED).when(again).then_refused("not-your-turn")


def test_nobody_decides_on_what_the_same_person_has_entered_or_approved():
    given(CORRECTION, entered()).when(Decide("c1", LEADER, True, "clerk", 20)).then_refused("own-correction")
    for by in ("clerk", "leader"):
        command = Decide("c1", BUREAU, True, by, 30)
        given(CORRECTION, entered(), APPROVED).when(command).then_refused("own-correction")


def test_each_side_refuses_in_its_turn():
    for before, side in (((entered(),), LEADER), ((entered(), APPROVED), BUREAU)):
        refused = happened("correction.refused", id="c1", at=40, by="somebody", side=side)
        given(CORRECTION, *before).when(Decide("c1", side, False, "somebody", 40)).then(refused)


def test_the_school_withdraws_what_waits():
    withdrawn = happened("correction.withdrawn", id="c1", at=40, by="colleague")
    for before in ((entered(),), (entered(), APPROVED)):
        given(CORRECTION, *before).when(Withdraw("c1", "colleague", 40)).then(withdrawn)


def test_what_waits_lapses_when_the_pupil_moves_or_the_field_changes_otherwise():
    for why in (MOVED, OVERTAKEN):
        lapsed = happened("correction.lapsed", id="c1", at=40, why=why)
        given(CORRECTION, entered()).when(Lapse("c1", why, 40)).then(lapsed).when(Lapse("c1", why, 50)).then_nothing()


def test_nothing_is_decided_on_what_is_over_and_the_field_is_free_again():
    ends = (
        (APPROVED, APPLIED),
        (happened("correction.refused", id="c1", at=40, by="leader", side=LEADER),),
        (happened("correction.withdrawn", id="c1", at=40, by="clerk"),),
        (happened("correction.lapsed", id="c1", at=40, why=MOVED),),
    )
    for end in ends:
        over = given(CORRECTION, entered(), *end)
        for command in (Decide("c1", LEADER, True, "other", 50), Decide("c1", BUREAU, False, "other", 50)):
            over.when(command).then_refused("correction-over")
        over.when(Withdraw("c1", "clerk", 50)).then_refused("correction-over")
        over.when(Enter("c4", SCHOOL, ("name",), True, "clerk", 10, "pdf")).then(entered("c4"))


def test_an_unknown_one_is_not_found():
    for command in (YES, Withdraw("c1", "clerk", 20), Lapse("c1", MOVED, 20)):
        given(CORRECTION).when(command).then_refused("not-found")


def test_a_pupil_has_a_limited_number_of_corrections():
    over = happened("correction.applied", at=10, by="clerk", id="")
    full = [each for n in range(MOST) for each in (entered(f"c{n}", ("phone",), key=False), over)]
    given(CORRECTION, *full[2:]).when(Enter("n", SCHOOL, ("phone",), False, "clerk", 10)).then(
        entered("n", ("phone",), key=False), happened("correction.applied", id="n", at=10, by="clerk")
    )
    given(CORRECTION, *full).when(PHONE).then_refused("too-many-corrections")
