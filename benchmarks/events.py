"""Made-up events of a county, the same in every run: entries and forms of pupils, as roster and upload publish them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from zlib import crc32

from shared.eventsourcing.event import SLOTS, Event, category, partition_of, slot_of, to_wire
from shared.language.contracts import PUBLISHER_OF
from shared.messaging.bus import Record, TopicPartition, topic_of
from tests.unit.stats.histories import DAYS, archive, entry, form

SEED, PARTITIONS = 7, 4


def school_code(number: int) -> str:
    return f"2111{number:06d}"


def slot_of_school(school: str) -> int:
    """The slot in which roster mints the pupils of a school."""
    return crc32(school.encode()) % SLOTS


def pupil_of(school: str, number: int) -> str:
    """A pupil's id as roster mints it: all pupils of a school share a slot."""
    return f"{slot_of_school(school):03x}.{random.Random(f'{school}/{number}').randrange(16**20):020x}"


def pupils_events(count: int, schools: int = 40) -> list[Event]:
    """`count` events: of every pupil the entry, later the form; schools mixed as on a busy evening."""
    rnd, events = random.Random(SEED), []
    for number in range((count + 1) // 2):
        school = school_code(number % schools)
        pupil = pupil_of(school, number)
        events.append(entry(pupil, 1, DAYS[0], f"{school}p20230{number % 2 + 1}", sheet="7d793037a0760186"))
        events.append(
            form(pupil, 1, rnd.choice(DAYS[1:5]), archive=archive(rnd.choice(("guardian", "code", "teacher"))))
        )
    rnd.shuffle(events)
    first = [event for event in events if category(event.stream) == "entry"]  # a form follows the entry of its pupil
    return (first + [event for event in events if category(event.stream) == "form"])[:count]


def records(events: Sequence[Event], generation: int) -> list[Record]:
    """Records of these events, equal to those of the publishers' relays."""
    return [
        Record(
            _partition(event, generation), event.stream, to_wire(event), {"id": event.id, "version": str(event.version)}
        )
        for event in events
    ]


def _partition(event: Event, generation: int) -> TopicPartition:
    topic = topic_of(PUBLISHER_OF[category(event.stream)], generation)
    return TopicPartition(topic, partition_of(slot_of(event.stream), PARTITIONS))
