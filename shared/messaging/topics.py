"""Creates the topics: only this command does, never the first message. `python -m shared.messaging.topics`"""

from __future__ import annotations

import sys

from shared.infrastructure.config import BusSettings, fail, load
from shared.infrastructure.mongo import connect
from shared.language import contracts
from shared.messaging.bus import BusUnavailable
from shared.messaging.bus_factory import open_bus
from shared.messaging.relay import create_topics


def main() -> None:
    settings = load(BusSettings)
    client = connect(settings.mongo_url, user=settings.mongo_user, password=settings.mongo_password)
    bus = open_bus(settings, client)
    try:
        create_topics(bus, contracts.STREAMS, settings.bus_generation, settings.bus_partitions)
    except BusUnavailable as error:
        sys.exit(f"The bus cannot be reached at the moment ({error}); try again.")
    except ValueError as error:
        fail(f"{error} Raise BUS_GENERATION to use another number of partitions.")
    finally:
        bus.close()
        client.close()


if __name__ == "__main__":
    main()
