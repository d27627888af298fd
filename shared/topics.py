"""Topics are made by an explicit command, never by the first message: `python -m shared.topics`."""
from __future__ import annotations

from shared import contracts
from shared.bus import Bus, topic_of
from shared.bus_open import open_bus
from shared.config import BusSettings, fail, load
from shared.mongo import connect


def create_topics(bus: Bus, generation: int, partitions: int) -> list[str]:
    """The topic of every publisher for this generation; those that exist stay. Raises ValueError for another number of partitions."""
    topics = [topic_of(publisher, generation) for publisher in contracts.STREAMS]
    for topic in topics:
        bus.create(topic, partitions)
    return topics


def main() -> None:
    settings = load(BusSettings)
    client = connect(settings.mongo_url)
    bus = open_bus(settings, client)
    try:
        create_topics(bus, settings.bus_generation, settings.bus_partitions)
    except ValueError as error:
        fail(f"{error} Raise BUS_GENERATION to use another number of partitions.")
    finally:
        bus.close()
        client.close()


if __name__ == "__main__":
    main()
