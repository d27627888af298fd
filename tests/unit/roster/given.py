"""given(...).when(order).then(...): a decider's test as a sentence."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from shared.contracts import STREAMS
from shared.contracts.contract import check
from shared.decider import Decider
from shared.errors import Refused
from shared.event import NewEvent

ROSTER = {stream.category: stream for stream in STREAMS["roster"]}


def happened(type: str, **data: Any) -> NewEvent:
    """An event; `class_` stands for the word that Python keeps for itself."""
    return NewEvent(type, {key.rstrip("_"): value for key, value in data.items()})


@dataclass
class Given:
    decider: Decider[Any, Any]
    events: tuple[NewEvent, ...]
    order: Any = None

    def when(self, order: Any) -> Given:
        return Given(self.decider, self.events, order)

    def then(self, *expected: NewEvent) -> Any:
        """Exactly these events, each in the published language if its stream is public; the state after them."""
        events, state = self.decider.run(self.order, self.decider.fold(self.events))
        assert [(event.type, dict(event.data)) for event in events] == [(event.type, dict(event.data)) for event in expected]
        for event in events:
            stream = ROSTER.get(event.type.partition(".")[0])
            if stream:
                check(stream, next(known for known in stream.events if known.type == event.type), event.data, event.now)
        return state

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, code: str) -> None:
        with pytest.raises(Refused) as refused:
            self.decider.run(self.order, self.decider.fold(self.events))
        assert refused.value.code == code


def given(decider: Decider[Any, Any], *events: NewEvent) -> Given:
    return Given(decider, events)
