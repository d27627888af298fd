"""How a log loses records: on the embedded bus and on Kafka."""
from __future__ import annotations

from typing import Protocol

from shared.bus import topic_of
from shared.bus_open import DATABASE
from tests.faults.story import Story


class Log(Protocol):
    def drop(self) -> None:
        """The whole log, all topics of this generation."""
        ...

    def cut(self, publisher: str) -> None:
        """The last records of the place of this publisher that has the most."""
        ...


def log_of(story: Story) -> Log:
    return EmbeddedLog(story)


def topic(story: Story, publisher: str) -> str:
    return topic_of(publisher, int(story.copy.local.environment()["BUS_GENERATION"]))


class EmbeddedLog:
    def __init__(self, story: Story) -> None:
        self._story, self._database = story, story.client[DATABASE]

    def drop(self) -> None:
        self._story.client.drop_database(DATABASE)

    def cut(self, publisher: str) -> None:
        chunks = self._database["chunks"]
        last = max(chunks.find({"topic": topic(self._story, publisher)}, {"first": 1, "next": 1}), key=lambda chunk: chunk["next"])
        chunks.delete_one({"_id": last["_id"]})
