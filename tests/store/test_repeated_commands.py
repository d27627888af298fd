"""A repeated request gets the first response; its key is refused for any other request. True of every way to write."""

from dataclasses import dataclass

import pytest

from shared.eventsourcing.commands import Step, execute, first_response, handle, handle_all, transact
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Conflict, Refused
from tests.store.conftest import asked, stream

A, B = stream(1), stream(2)


@dataclass(frozen=True)
class Add:
    amount: int


def decide(command, total):
    if total + command.amount > 10:
        raise Refused("too-much")
    return [NewEvent("form.added", {"amount": command.amount})] if command.amount else []


adder = Decider(0, decide, lambda total, event: total + event.data["amount"], lambda total: {"total": total})


def add(amount, *names, calls=None):
    """A plan that adds to every stream, from its history."""

    def plan(work):
        if calls is not None:
            calls.append(names)
        totals = {}
        for name in names:
            history = work.store.load(name)
            _, totals[name] = work.decide(adder, name, len(history), adder.fold(history), Add(amount))
        return totals

    return plan


def test_a_repeated_request_gets_the_first_response_and_changes_nothing(store):
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
    assert (refused.value.code, refused.value.status) == ("key-reused", 422)
    assert len(store.load(A)) == 1


def test_a_repeated_request_over_several_streams_gets_the_whole_response(store):
    steps = [Step(adder, A, Add(1)), Step(adder, B, Add(2))]
    first = handle_all(store, steps, asked())
    again = handle_all(store, steps, asked())
    assert again.events == first.events
    assert again.states == first.states == [1, 2]
    assert again.repeated


def test_a_rule_that_refuses_leaves_nothing_behind_and_the_key_free(store):
    with pytest.raises(Refused, match="too-much"):
        handle_all(store, [Step(adder, A, Add(1)), Step(adder, B, Add(11))], asked())
    assert store.load(A) == []
    assert handle(store, adder, A, Add(2), asked()).state == 2


def test_a_decision_that_changes_nothing_records_nothing(store):
    writes = []
    assert handle(store, adder, A, Add(0), asked(), writes.append).events == []
    assert (store.load(A), writes) == ([], [])


def test_a_planned_command_over_many_streams_is_executed_once_and_its_response_remembered(store):
    names, calls = [stream(n) for n in range(60)], []
    first = execute(store, asked(), add(3, *names, calls=calls))
    assert execute(store, asked(), add(3, *names, calls=calls)) == first == dict.fromkeys(names, 3)
    assert len(calls) == 1
    assert [len(store.load(name)) for name in names] == [1] * 60
    with pytest.raises(Refused, match="key-reused"):
        execute(store, asked(body="another"), add(3, *names))


def test_the_response_is_remembered_though_nothing_was_decided(store):
    assert execute(store, asked(), add(0, A)) == {A: 0}
    assert first_response(store, asked()) == {A: 0}
    assert store.load(A) == []


def test_a_refused_plan_remembers_nothing(store):
    with pytest.raises(Refused, match="too-much"):
        execute(store, asked(), add(11, A, B))
    assert first_response(store, asked()) is None


def test_a_transaction_without_a_response_is_planned_every_time(store):
    for total in (3, 6):
        assert transact(store, asked(), add(3, A)) == {A: total}
    assert first_response(store, asked()) is None


def test_several_commands_of_one_plan_follow_each_other_on_their_stream(store):
    assert transact(store, asked(), lambda work: work.decide(adder, A, 0, 0, Add(1), Add(0), Add(2))) == (2, 3)
    assert [event.state for event in store.load(A)] == [{"total": 1}, {"total": 3}]


def test_without_an_id_nothing_is_decided(store):
    with pytest.raises(ValueError, match="has an id"):
        transact(store, type(asked())("", "teacher"), add(1, A))


@pytest.mark.parametrize(
    "write", [lambda store: handle(store, adder, A, Add(2), asked()), lambda store: transact(store, asked(), add(2, A))]
)
def test_an_overtaken_command_is_decided_again_on_the_present_state(store, write):
    overtaken = Overtaken(store, lambda: handle(store, adder, A, Add(9), asked(2)))
    with pytest.raises(Refused, match="too-much"):
        write(overtaken)
    assert [event.state for event in store.load(A)] == [{"total": 9}]


def test_a_command_that_is_always_overtaken_is_refused_as_a_conflict(store):
    with pytest.raises(Refused) as refused:
        handle(Overtaken(store, lambda: None, always=True), adder, A, Add(2), asked())
    assert refused.value.status == 409


class Overtaken:
    """A store in which another writer is faster: once, or always."""

    def __init__(self, store, other, *, always=False):
        self._store, self._other, self._always = store, other, always

    def load(self, name):
        return self._store.load(name)

    def append(self, appends, context, also=None):
        other, self._other = self._other, None
        if other:
            other()
        if self._always:
            raise Conflict(appends[0].stream)
        return self._store.append(appends, context, also)
