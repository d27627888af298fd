from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.messaging.bus import Bus, Consumer
from tests.bus.engines import ALL, Engine, engine_for, topic_name


@pytest.fixture(params=ALL)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_for(request)


@pytest.fixture
def bus(engine: Engine) -> Iterator[Bus]:
    bus = engine.open()
    yield bus
    bus.close()


@pytest.fixture
def topic(bus: Bus) -> str:
    name = topic_name()
    bus.create(name, 2)
    return name


@pytest.fixture
def consumer(bus: Bus, topic: str) -> Iterator[Consumer]:
    consumer = bus.consumer(f"group-{topic}", [topic])
    yield consumer
    consumer.close()
