from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.messaging.bus import Bus
from shared.messaging.subscription import Subscription
from tests.bus.engines import ALL, MEMORY, MONGO, engine_for, topic_name
from tests.subscription.world import EVENT_FILTER, InMemory, InMongo, ReadModel


@pytest.fixture(params=[MEMORY, MONGO])
def model(request: pytest.FixtureRequest) -> ReadModel:
    return InMemory() if request.param == "memory" else InMongo(request.getfixturevalue("mongo_db"))


@pytest.fixture(params=ALL)
def bus(request: pytest.FixtureRequest) -> Iterator[Bus]:
    bus = engine_for(request).open()
    yield bus
    bus.close()


@pytest.fixture
def topic(bus: Bus) -> str:
    name = topic_name()
    bus.create(name, 2)
    return name


Subscribe = Callable[..., Subscription]


@pytest.fixture
def subscribe(bus: Bus, topic: str, model: ReadModel) -> Iterator[Subscribe]:
    """Makes a member of the group; options as for Subscription."""
    made: list[Subscription] = []

    def make(**options: Any) -> Subscription:
        member = Subscription(
            bus,
            options.pop("sink", model.sink),
            [topic],
            EVENT_FILTER,
            group=f"group-{topic}",
            rng=random.Random(7),
            **options,
        )
        made.append(member)
        return member

    yield make
    for member in made:
        member.close()
