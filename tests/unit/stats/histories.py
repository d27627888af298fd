"""Seeded histories of pupils, units and classes as publishers would send them; every state valid by its contract."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.eventsourcing.event import Event, category
from shared.language import contracts

CAMPAIGN, CUTOFF, LAST_DAY = "2026a", "2026-11-05", "2026-11-08"
DAYS = [f"2026-11-{day:02d}" for day in range(1, 11)]  # two of them after the last day
SCHOOLS = ("2111000001", "2111000002", "3111000003")
CLASSES = tuple(f"{school}p20230{n}" for school in SCHOOLS for n in (1, 2))
FIRST_TYPES = {
    "entry": "entry.changed",
    "binding": "binding.bound",
    "form": "form.archived",
    "unit": "unit.opened",
    "class": "class.opened",
    "campaign": "campaign.planned",
}
ACCOUNT = "0190d6a0-0000-7000-8000-000000000001"
UNITS = (
    ("000000", "全国", "nation", ""),
    ("110000", "北京市", "province", "000000"),
    ("110101", "东城区", "county", "110000"),
    ("110102", "西城区", "county", "110000"),
    ("2111000001", "东城一小", "school", "110101"),
    ("2111000002", "东城二小", "school", "110101"),
    ("3111000003", "市属中学", "school", "110000"),
)


def pupil_id(number: int, slot: int | None = None) -> str:
    return f"{(number * 37 if slot is None else slot) % 1024:03x}.{number:020x}"


def event(
    stream: str,
    version: int,
    day: str,
    state: Mapping[str, Any],
    *,
    id: str = "",
    type: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    kind = stream.partition("-")[0]
    return Event(
        id or f"{stream}#{version}",
        stream,
        version,
        type or FIRST_TYPES[kind],
        1,
        data or {},
        state,
        day,
        1_790_000_000_000,
        "a:12345678",
        "a",
    )


def entry(
    pupil: str,
    version: int,
    day: str,
    class_: str = CLASSES[0],
    *,
    expected: bool = True,
    sheet: str = "",
    campaign: str = CAMPAIGN,
    cutoff: str = CUTOFF,
    last_day: str = LAST_DAY,
) -> Event:
    state = {
        "campaign": campaign,
        "pupil": pupil,
        "school": class_[:10],
        "class": class_,
        "expected": expected,
        "sheet": sheet,
        "void_sheets": [],
        "upload_code": "5d41402abc4b2a76b9719d911017c592",
        "cutoff": cutoff,
        "last_day": last_day,
    }
    return event(f"entry-{campaign}-{pupil}", version, day, state)


def archive(by: str = "guardian", how: str = "single", on: str = DAYS[0]) -> dict[str, str]:
    return {"photo": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "by": by, "how": how, "on": on}


def form(pupil: str, version: int, day: str, *, campaign: str = CAMPAIGN, **state: Any) -> Event:
    empty = {
        "campaign": campaign,
        "pupil": pupil,
        "received": True,
        "archive": None,
        "accepted": False,
        "waiting": False,
        "returned": False,
        "paper": False,
    }
    return event(f"form-{campaign}-{pupil}", version, day, {**empty, **state})


def binding(pupil: str, version: int, day: str, guardians: Sequence[str] = (ACCOUNT,)) -> Event:
    return event(f"binding-{pupil}", version, day, {"pupil": pupil, "guardians": list(guardians), "waiting": []})


def unit(
    code: str,
    name: str,
    level: str,
    parent: str,
    *,
    version: int = 1,
    day: str = DAYS[0],
    open: bool = True,
    effective_from: str = DAYS[0],
) -> Event:
    state = {
        "code": code,
        "name": name,
        "level": level,
        "parent": parent,
        "kind": code[:2] if level == "school" else "",
        "open": open,
        "effective_from": effective_from,
    }
    return event(f"unit-{code}", version, day, state)


def school_class(id: str, name: str, *, version: int = 1, day: str = DAYS[0], open: bool = True) -> Event:
    state = {
        "id": id,
        "school": id[:10],
        "stage": "p",
        "entry_year": 2023,
        "number": int(id[-2:]),
        "name": name,
        "open": open,
    }
    return event(f"class-{id}", version, day, state)


def campaign(
    id: str = CAMPAIGN, name: str = "2026年秋季学籍核查", *, version: int = 1, last_day: str = LAST_DAY
) -> Event:
    state = {
        "id": id,
        "name": name,
        "opens": DAYS[0],
        "cutoff": CUTOFF,
        "last_day": last_day,
        "stages": ["p", "j"],
        "open": True,
    }
    return event(f"campaign-{id}", version, DAYS[0], state)


def tree() -> list[Event]:
    """A nation with a province, two counties and three schools, one of them run by the province."""
    return [*(unit(*each) for each in UNITS), *(school_class(id, f"三年级{id[-1]}班") for id in CLASSES), campaign()]


FORMS: Sequence[Mapping[str, Any]] = (
    {"archive": archive()},
    {"archive": archive("code", "stack", DAYS[6])},
    {"archive": archive("teacher"), "accepted": True},
    {"archive": archive("school")},
    {"waiting": True},
    {"returned": True},
    {"received": False, "paper": True},
    {},
)


def history(seed: int, pupils: int = 12, slots: int = 5) -> list[Event]:
    """Pupils who are entered, moved, bound, and whose forms come and go; every state valid by its contract."""
    rnd, events = random.Random(seed), []
    for number in range(pupils):
        pupil = pupil_id(number, number % slots)
        makers: list[Callable[..., Event]] = [
            lambda v, d, p=pupil: entry(
                p, v, d, rnd.choice(CLASSES), expected=rnd.random() < 0.8, sheet=rnd.choice(["", "7d793037a0760186"])
            ),
            lambda v, d, p=pupil: form(p, v, d, **rnd.choice(FORMS)),
            lambda v, d, p=pupil: binding(p, v, d, rnd.choice([(), (ACCOUNT,)])),
        ]
        for make in makers:
            day = 0
            for version in range(1, rnd.randint(1, 5)):
                day = min(day + rnd.randint(0, 3), len(DAYS) - 1)
                events.append(make(version, DAYS[day]))
    for each in events:
        contracts.PUBLIC[category(each.stream)].state().load(dict(each.state))
    return events
