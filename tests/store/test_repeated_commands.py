"""The same request twice gets the first answer; the same key for another request is refused."""

from dataclasses import dataclass

import pytest

from shared.eventsourcing.decider import Decider, Step, handle, handle_together
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Conflict, Refused
from tests.store.conftest import asked, stream

A, B = stream(1), stream(2)


@dataclass(frozen=True)
class Add:
    amount: int


def decide(order, total):
    if total + order.amount > 10:
        raise Refused("too-much")
    return [NewEvent("form.added", {"amount": order.amount})] if order.amount else []


adder = Decider(0, decide, lambda total, event: total + event.data["amount"], lambda total: {"total": total})


def test_a_repeated_request_gets_the_first_answer_and_changes_nothing(store):
    first = handle(store, adder, A, Add(3), asked())
    handle(store, adder, A, Add(4), asked(2))
    again = handle(store, adder, A, Add(3), asked())
    assert again.events == first.events == store.load(A)[:1]
    assert (first.repeated, again.repeated) == (False, True)
    assert [event.state for event in store.load(A)] == [{"total": 3}, {"total": 7}]


def test_the_same_key_for_another_request_is_refused(store):
    handle(store, adder, A, Add(3), asked())
    with pytest.raises(Refused) as refused:
        handle(store, adder, A, Add(3), asked(body="another"))
    assert refused.value.code == "key-reused"
    assert len(store.load(A)) == 1


def test_a_request_over_several_streams_is_answered_again_as_a_whole(store):
    steps = [Step(adder, A, Add(1)), Step(adder, B, Add(2))]
    first = handle_together(store, steps, asked())
    again = handle_together(store, steps, asked())
    assert again.events == first.events
    assert again.states == first.states == [1, 2]
    assert again.repeated


def test_a_rule_that_refuses_leaves_nothing_behind_and_the_key_free(store):
    with pytest.raises(Refused, match="too-much"):
        handle_together(store, [Step(adder, A, Add(1)), Step(adder, B, Add(11))], asked())
    assert store.load(A) == []
    assert handle(store, adder, A, Add(2), asked()).state == 2


def test_a_decision_that_changes_nothing_records_nothing(store):
    assert handle(store, adder, A, Add(0), asked()).events == []
    assert store.load(A) == []


def test_whoever_is_overtaken_decides_again_on_what_is_true_now(store):
    overtaken = Overtaken(store, lambda: handle(store, adder, A, Add(9), asked(2)))
    with pytest.raises(Refused, match="too-much"):
        handle(overtaken, adder, A, Add(2), asked())
    assert [event.state for event in store.load(A)] == [{"total": 9}]


def test_whoever_is_always_overtaken_is_told_so(store):
    with pytest.raises(Refused) as refused:
        handle(Overtaken(store, lambda: None, for_ever=True), adder, A, Add(2), asked())
    assert refused.value.status == 409


class Overtaken:
    """A store in which somebody else is faster: once, or for ever."""

    def __init__(self, store, other, *, for_ever=False):
        self._store, self._other, self._for_ever = store, other, for_ever

    def load(self, name):
        return self._store.load(name)

    def append(self, appends, command, also=None):
        other, self._other = self._other, None
        if other:
            other()
        if self._for_ever:
            raise Conflict(appends[0].stream)
        return self._store.append(appends, command, also)
