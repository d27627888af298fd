"""Rules in three lines: given what has happened, when somebody orders this, then that happens, or it is refused.

given(form, NewEvent("form.received", {...})).when(Archive(...)).then(NewEvent("form.archived", {...})).public(state="archived")
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
    """An event; `class_` stands for the word that Python keeps for itself."""
    return NewEvent(type, {key.rstrip("_"): value for key, value in data.items()})


def _facts(events: Sequence[NewEvent]) -> Facts:
    return [(event.type, event.schema, dict(event.data)) for event in events]


@dataclass(frozen=True, slots=True)
class Given:
    decider: Decider[Any, Any]
    state: Any

    def when(self, order: Any) -> When:
        """Decide once, on what was given."""
        return When(self.decider, self.state, order)

    def public(self, **expected: Any) -> Given:
        """What others see of it now: these fields, whatever else there is."""
        _compare(self.decider.public(self.state), expected)
        return self


@dataclass(frozen=True, slots=True)
class When:
    decider: Decider[Any, Any]
    before: Any
    order: Any

    def then(self, *expected: NewEvent) -> Given:
        """Exactly these events, by type, schema and data, and in the published language where their stream is public; goes on from there."""
        decided, after = self.decider.run(self.order, self.before)
        assert _facts(decided) == _facts(expected)
        for event in decided:
            _is_as_published(event)
        return Given(self.decider, after)

    def then_nothing(self) -> Given:
        """Neither refused nor changed: it is so already."""
        return self.then()

    def then_refused(self, code: str) -> Refused:
        """Refused with this code; the refusal, for those who want to see its sentence."""
        try:
            decided = self.decider.decide(self.order, self.before)
        except Refused as refused:
            assert refused.code == code
            return refused
        raise AssertionError(f"not refused, but {_facts(decided)}")


def given(decider: Decider[Any, Any], *events: NewEvent) -> Given:
    """A stream in which these events have happened."""
    return Given(decider, decider.fold(events))


def _is_as_published(event: NewEvent) -> None:
    published = PUBLIC.get(event.type.partition(".")[0])
    if published:
        check(published, TYPES[event.type, event.schema], event.data, event.state)


def _compare(public: Any, expected: dict[str, Any]) -> None:
    assert {name: public.get(name) for name in expected} == expected
