"""Capacity of an installation: from what was measured on one small machine to pods, cores, disks. Arithmetic only.

Measured figures come from docs/measurements.json; whatever else is counted with stands here as a named assumption.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import orjson

from shared.language import contracts

MEASUREMENTS = Path(__file__).with_name("measurements.json")
NATION, PROVINCE = 1.0, 0.1  # shares of the country; one province is about a tenth
PUPILS, SCHOOLS, TEACHERS = 189_000_000, 204_000, 4_600_000
UPLOADS, EVENTS = 875, 2_600  # a second at the peak
PHOTO_BYTES = 400_000
COPIES = 3  # of photos, documents and records
FULL = 0.7  # share of a disk that may be filled
# The last evening
EVENING = 3 * 3600  # seconds, from 18 to 21 h
PEAK = 2.0  # the busiest minutes against the average of the evening
TEACHER_LOOKS, SCHOOL_LOOKS = 3, 6  # of each at its progress in the evening
SIGN_INS = 1.0  # of each teacher and each school in the evening
WITH_ACCOUNT = 0.5  # share of the uploads before which a guardian registers or signs in
PAGES = 3  # of the portal for each upload: opened, sent, outcome
HOPELESS = 0.03  # share of the photos for which every attempt is made
# Before the campaign
IMPORT_SECONDS, PRINT_SECONDS = 20 * 10 * 3600, 15 * 8 * 3600  # working days of so many hours
SHEETS = 2  # pages of a form
EVENTS_PER_PUPIL = 8  # in a campaign: enrolled, entered, printed, bound, sent, archived, reviewed, corrected
CAMPAIGNS = 2  # a year; nothing is removed from the log
DOCUMENT_FACTOR = 4  # bytes in the document store, with indexes and read models, for each byte of a record
# Pods
BUSY = 0.6  # of what a pod asks for; the autoscaler's target
SPARE = 1.5  # one zone of three may be lost
ASKED: Mapping[str, float] = {"upload-intake": 1.5}  # cores; every other one asks for half a core
PER_PARTITION = 50  # events a second: a reader that is behind by an hour catches up
FEWEST_PARTITIONS = 4
MACHINE_CORES, MACHINE_GB = 32, 128
ENVELOPE_BYTES = 250  # of a record beside data and state: stream, version, ids, day, key, headers


def measured() -> dict[str, float]:
    """ "upload-multipart/cost-upload" -> median."""
    results = orjson.loads(MEASUREMENTS.read_bytes())["results"]
    return {f"{each['measurement']}/{each['figure']}": each["product"]["median"] for each in results if each["product"]}


@dataclass(frozen=True, slots=True)
class Work:
    """demand: a second. per_core: done by a busy core, or process, in a second. source: of per_core."""

    role: str
    what: str
    demand: float
    per_core: float
    source: str

    @property
    def cores(self) -> float:
        return self.demand / self.per_core


@dataclass(frozen=True, slots=True)
class Role:
    """A deployment with an autoscaler. works: those at the same time; the larger of evening and preparation counts."""

    name: str
    works: tuple[Work, ...]

    @property
    def cores(self) -> float:
        return sum(work.cores for work in self.works)

    @property
    def pods(self) -> int:
        """Pods at the peak, each as busy as the autoscaler wants it; three at least, one in each zone."""
        return max(3, math.ceil(self.cores / BUSY / ASKED.get(self.name, 0.5)))

    @property
    def most(self) -> int:
        """The upper bound of its autoscaler: without one zone there are still `pods`. The same in each zone."""
        return 3 * math.ceil(self.pods * SPARE / 3)


def works(share: float = NATION) -> Iterator[Work]:
    """Everything at the peak of a share of the country."""
    found = measured()

    def rate(role: str, what: str, demand: float, figure: str) -> Work:
        return Work(role, what, demand * share, found[figure], f"`{figure}`")

    def cost(role: str, what: str, demand: float, figure: str, note: str = "") -> Work:
        return Work(role, what, demand * share, 1000 / found[figure], f"{note}`{figure}`, ms each")

    teachers = TEACHERS * TEACHER_LOOKS / EVENING * PEAK
    schools = SCHOOLS * SCHOOL_LOOKS / EVENING * PEAK
    passwords = (TEACHERS + SCHOOLS) * SIGN_INS / EVENING * PEAK + UPLOADS * WITH_ACCOUNT
    unmeasured = "**not measured**, counted like "
    yield rate("identity", "passwords verified", passwords, "core-password/per-core")
    yield cost("upload", "photos received through the API", UPLOADS, "upload-multipart/cost-upload")
    yield cost("upload", "class lists read", teachers, "upload-multipart/cost-upload", unmeasured)
    yield rate("upload-intake", "photos of 12 megapixels checked", UPLOADS, "core-photo-12-megapixels/per-core")
    yield rate("upload-intake", "of them hopeless", UPLOADS * HOPELESS, "core-photo-hopeless/per-core")
    yield rate("stats-projector", "events projected", EVENTS, "projection-kafka/projected")
    yield rate("stats", "figures read", schools, "reads/rate")
    pages = UPLOADS * PAGES + teachers + schools
    yield cost("portal", "pages shown", pages, "upload-multipart/cost-upload", unmeasured)
    yield rate("roster", "pages of forms printed", PUPILS * SHEETS / PRINT_SECONDS, "forms/pages")


def roles(share: float = NATION) -> list[Role]:
    found: dict[str, list[Work]] = {}
    for work in works(share):
        found.setdefault(work.role, []).append(work)
    return [Role(name, tuple(each)) for name, each in found.items()]


def partitions(share: float = NATION) -> int:
    """Of each topic: a power of two."""
    return max(FEWEST_PARTITIONS, 2 ** math.ceil(math.log2(EVENTS * share / PER_PARTITION)))


def record_bytes() -> float:
    """Mean size of a public event on the bus, by the frozen examples of the contracts."""
    sizes = [
        len(orjson.dumps({"data": event.example[0], "state": event.example[1]}))
        for stream in contracts.PUBLIC.values()
        for event in stream.events
    ]
    return mean(sizes) + ENVELOPE_BYTES


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes of a year's campaigns, one copy."""

    photos: float
    records: float
    documents: float


def storage(share: float = NATION) -> Storage:
    records = PUPILS * share * EVENTS_PER_PUPIL * CAMPAIGNS * record_bytes()
    return Storage(PUPILS * share * PHOTO_BYTES, records, records * DOCUMENT_FACTOR)


def broker_gib(share: float = NATION) -> int:
    """Disk of each of three brokers, every one of which has a copy of every record: in steps of 500 GiB."""
    return 500 * math.ceil(storage(share).records / FULL / 2**30 / 500)


def machines(share: float = NATION) -> int:
    """Of our pods at the peak, with one zone of three to spare; without engines."""
    asked = sum(role.most * ASKED.get(role.name, 0.5) for role in roles(share))
    return 3 * math.ceil(asked / MACHINE_CORES / 3)
