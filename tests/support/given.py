"""Rules in three lines: given these events, when this command is decided, then those events follow, or it is refused.

given(form, NewEvent("form.received", {...})).when(Archive(...)).then(NewEvent("form.archived", {...}))
given(form).when(Accept(...)).then_refused("nothing-archived")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused
from shared.language.contracts import PUBLIC, TYPES
from shared.language.contracts.contract import check

Facts = Sequence[tuple[str, int, dict[str, Any]]]


def happened(type: str, **data: Any) -> NewEvent:
    """An event; `class_` stands for the field `class`, a keyword of Python."""
    return NewEvent(type, {key.rstrip("_"): value for key, value in data.items()})


def _facts(events: Sequence[NewEvent]) -> Facts:
    return [(event.type, event.schema, dict(event.data)) for event in events]


@dataclass(frozen=True, slots=True)
class Given:
    decider: Decider[Any, Any]
    state: Any

    def when(self, command: Any) -> When:
        """Decide once, in the given state."""
        return When(self.decider, self.state, command)

    def public(self, **expected: Any) -> Given:
        """Assert fields of the public state."""
        _compare(self.decider.public(self.state), expected)
        return self


@dataclass(frozen=True, slots=True)
class When:
    decider: Decider[Any, Any]
    before: Any
    command: Any

    def then(self, *expected: NewEvent) -> Given:
        """Assert exactly these events, by type, schema and data; those of public streams are in the published language.

        The next `when` goes on from there.
        """
        decided, after = self.decider.run(self.command, self.before)
        assert _facts(decided) == _facts(expected)
        for event in decided:
            _is_as_published(event)
        return Given(self.decider, after)

    def then_nothing(self) -> Given:
        """Assert no event: the command has no effect in this state."""
        return self.then()

    def then_refused(self, code: str) -> Refused:
        """Assert a refusal with this code. Returns it."""
        try:
            decided = self.decider.decide(self.command, self.before)
        except Refused as refused:
            assert refused.code == code
            return refused
        raise AssertionError(f"not refused, but {_facts(decided)}")


def given(decider: Decider[Any, Any], *events: NewEvent) -> Given:
    """The state of a stream with these events."""
    return Given(decider, decider.fold(events))


def _is_as_published(event: NewEvent) -> None:
    published = PUBLIC.get(event.type.partition(".")[0])
    if published:
        check(published, TYPES[event.type, event.schema], event.data, event.state)


def _compare(public: Any, expected: dict[str, Any]) -> None:
    assert {name: public.get(name) for name in expected} == expected
