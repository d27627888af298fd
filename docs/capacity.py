"""Capacity of an installation: from what was measured on one small machine to pods, cores, disks. Arithmetic only.

Measured figures come from docs/measurements.json; whatever else is counted with stands here as a named assumption.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import orjson

from shared.language import contracts


class Asked(NamedTuple):
    """Requests of containers: cores, and GiB of memory."""

    cores: float
    gib: float


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
CAMPAIGNS = 2  # a year, for records and documents; nothing is removed from the log
DOCUMENT_FACTOR = 4  # bytes in the document store, with indexes and read models, for each byte of a record
# Pods
BUSY = 0.6  # of what a pod asks for; the autoscaler's target
SPARE = 1.5  # one zone of three may be lost
MAIN: Mapping[str, Asked] = {  # by the main container of a pod; APIs are those without a dash
    "identity": Asked(0.5, 0.5),
    "roster": Asked(0.5, 0.75),
    "upload": Asked(0.5, 0.75),
    "stats": Asked(0.5, 0.75),
    "portal": Asked(0.5, 0.25),
    "upload-intake": Asked(1.5, 1.0),
    "stats-projector": Asked(0.5, 0.25),
    "upload-view": Asked(0.2, 0.25),
    "roster-openings": Asked(0.2, 0.25),
    "stats-audit": Asked(0.1, 0.1875),
    "identity-relay": Asked(0.2, 0.1875),
    "roster-relay": Asked(0.2, 0.1875),
    "upload-relay": Asked(0.2, 0.1875),
}
FRONT = Asked(0.1, 0.0625)  # by nginx, the sidecar of every pod of an API
UNSCALED: Mapping[str, int] = {  # pods that the load does not decide, of the nation; a province has no more
    "upload-view": 16,
    "roster-openings": 3,
    "stats-audit": 3,
    "identity-relay": 3,
    "roster-relay": 3,
    "upload-relay": 3,
}
PER_PARTITION = 50  # events a second: a reader that is behind by an hour catches up
FEWEST_PARTITIONS = 4
MACHINE_CORES, MACHINE_GB = 32, 128
# Machines of engines
STORE_TB = 4  # of SSD, in a member of a shard of MongoDB
OBJECT_TB = 12 * 8  # twelve disks in a machine of the object store
RESERVED = 0.1  # share of a machine for its system, its kubelet and what runs on every node
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
        return max(3, math.ceil(self.cores / BUSY / MAIN[self.name].cores))

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
    """Bytes, one copy. What is kept for longer multiplies each.

    photos     of one campaign, one of each pupil: as much again for every campaign whose photos are kept
    records    of one year with its CAMPAIGNS, on the bus: as much again every year
    documents  of the same year, in the document store
    """

    photos: float
    records: float
    documents: float


def storage(share: float = NATION) -> Storage:
    """Photos of one campaign; records and documents of one year."""
    records = PUPILS * share * EVENTS_PER_PUPIL * CAMPAIGNS * record_bytes()
    return Storage(PUPILS * share * PHOTO_BYTES, records, records * DOCUMENT_FACTOR)


def broker_gib(share: float = NATION) -> int:
    """Disk of each of three brokers, every one of which has a copy of every record of a year: in steps of 500 GiB."""
    return 500 * math.ceil(storage(share).records / FULL / 2**30 / 500)


def shards(share: float = NATION) -> int:
    """Shards of MongoDB of which each member's disk has room for the documents of one year."""
    return math.ceil(storage(share).documents / (STORE_TB * 1e12 * FULL))


def object_machines(share: float = NATION, campaigns: int = 1) -> int:
    """Machines whose disks have room for the photos of so many campaigns. The same in each zone."""
    needed = storage(share).photos * campaigns * COPIES / (OBJECT_TB * 1e12 * FULL)
    return 3 * math.ceil(needed / 3)


def of_pod(name: str) -> Asked:
    """Asked for by one pod: by its main container and, if it answers HTTP, its sidecar."""
    main = MAIN[name]
    return main if "-" in name else Asked(main.cores + FRONT.cores, main.gib + FRONT.gib)


def of_pods(pods: Mapping[str, int]) -> Asked:
    """Asked for by so many pods of each name, and by those that the load does not decide."""
    every = [(count, of_pod(name)) for name, count in {**pods, **UNSCALED}.items()]
    return Asked(sum(count * each.cores for count, each in every), sum(count * each.gib for count, each in every))


def at_most(share: float = NATION) -> Asked:
    """Asked for by all of our pods at their upper bounds; without engines."""
    return of_pods({role.name: role.most for role in roles(share)})


def machines_for(asked: Asked) -> float:
    """Machines of which cores or memory, whichever is scarcer, are all asked for, beside what is reserved."""
    free = 1 - RESERVED
    return max(asked.cores / (MACHINE_CORES * free), asked.gib * 2**30 / (MACHINE_GB * 1e9 * free))


def machines(share: float = NATION) -> int:
    """Of our pods at their upper bounds, with one zone of three to spare; without engines. The same in each zone."""
    return 3 * math.ceil(machines_for(at_most(share)) / 3)
