"""Hostile photos and workbooks beside good ones: each is refused with a sentence, no process dies, the good ones pass.

Speed is logged, never asserted: it would say more about the machine than about the guard.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest

from benchmarks.harness import percentile
from drill.clients import Problem
from tests.support import hostile
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, CLASS, PUPILS, SCHOOL, SmallCounty, roster_file

pytestmark = pytest.mark.system

PHOTOS: Mapping[str, tuple[bytes, str]] = {
    "progressive": (hostile.progressive(14_000), "too-costly"),
    "png": (hostile.png_bomb(), "too-many-pixels"),
    "webp": (hostile.webp_bomb(), "too-many-pixels"),
    "heic": (hostile.heic_bomb(), "too-many-pixels"),
}
ZIP_BOMB = hostile.workbook("", **{hostile.SHEET: b"<sheetData>" + b" " * (30 << 20)})
WORKBOOKS: Mapping[str, bytes] = {**hostile.FAR_CELLS, "zip bomb": ZIP_BOMB}
GOOD = 8  # photos and imports, alone and then under attack
EVERY = 1.0  # seconds between two hostile files of each kind
log = logging.getLogger("attacks")


def send_photo(county: SmallCounty, content: bytes, number: int = 5) -> tuple[str, str]:
    """State and reason of a photo once it is checked."""
    sent = county.send(number, "teacher", content)
    answer = county.ask("GET", "upload", f"/v1/photos/{sent}", "teacher")
    return answer["state"], answer["reason"]


def import_file(county: SmallCounty, content: bytes, *, name: str = "roster.xlsx") -> Any:
    """The report of a dry run. Raises Problem."""
    path = f"/v1/units/{SCHOOL}/imports?dry_run=true"
    return county.ask("POST", "roster", path, "school", files={"file": (name, content)})


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_hostile_photo_is_refused_with_its_reason_and_its_thread_goes_on(attacked: SmallCounty, kind: str) -> None:
    content, reason = PHOTOS[kind]
    assert send_photo(attacked, content) == ("refused", reason)
    assert send_photo(attacked, attacked.page_of(5))[0] in ("archived", "waiting")
    assert attacked.copy.dead() == []


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_hostile_workbook_is_refused_and_ends_no_request_beside_it(attacked: SmallCounty, kind: str) -> None:
    process = attacked.copy.processes["roster"].pid
    try:
        assert import_file(attacked, WORKBOOKS[kind])["rows"] == 0
    except Problem as problem:
        assert (problem.status in (413, 422), problem.code != "internal") == (True, True)
    assert import_file(attacked, roster_file(), name="roster.csv")["rows"] == PUPILS
    assert (attacked.copy.dead(), attacked.copy.processes["roster"].pid) == ([], process)


def test_with_hostile_files_of_each_kind_every_second_good_photos_and_imports_are_answered(
    attacked: SmallCounty,
) -> None:
    acts: Mapping[str, Callable[[], object]] = {
        "photo": lambda: send_photo(attacked, attacked.page_of(6), 6),
        "import": lambda: import_file(attacked, roster_file(), name="roster.csv"),
        "class list": lambda: attacked.ask("GET", "roster", f"/v1/classes/{CLASS}/pupils", "teacher"),
    }
    alone = {name: timed(act) for name, act in acts.items()}
    with flood(attacked) as sent:
        attacked_p95 = {name: timed(act) for name, act in acts.items()}
        await_until(lambda: sent["rounds"] >= 3, 120, "hostile files of each kind, three times")
    for name in acts:
        log.warning("%s: p95 %.0f ms alone, %.0f ms under attack", name, alone[name], attacked_p95[name])
    assert sent["failures"] == 0
    assert attacked.copy.dead() == []


def timed(act: Callable[[], object]) -> float:
    """The 95th percentile in ms. Every single answer is awaited; a refusal or an outage is an error."""
    seconds = []
    for _ in range(GOOD):
        began = monotonic()
        act()
        seconds.append(monotonic() - began)
    return percentile(seconds, 0.95) * 1000


@contextmanager
def flood(county: SmallCounty) -> Iterator[dict[str, int]]:
    """Hostile files, all kinds a second, from several threads. failures: answers other than a refusal."""
    stop, sent = threading.Event(), {"rounds": 0, "failures": 0}

    def attack() -> None:
        while not stop.is_set():
            for content, _ in PHOTOS.values():
                whose = {"campaign": CAMPAIGN, "pupil": county.pupils[7 + sent["rounds"] % 3]}  # 30 a day for each
                files = {"photo": ("sheet.jpg", content, "image/jpeg")}
                _harmless(county, sent, "upload", "/v1/photos", data=whose, files=files)
            for content in WORKBOOKS.values():
                _harmless(
                    county,
                    sent,
                    "roster",
                    f"/v1/units/{SCHOOL}/imports?dry_run=true",
                    files={"file": ("a.xlsx", content)},
                )
            sent["rounds"] += 1
            stop.wait(EVERY)

    attacker = threading.Thread(target=attack)
    attacker.start()
    try:
        yield sent
    finally:
        stop.set()
        attacker.join(120)


def _harmless(county: SmallCounty, sent: dict[str, int], service: str, path: str, **options: Any) -> None:
    who = "teacher" if service == "upload" else "school"
    try:
        county.ask("POST", service, path, who, **options)
    except Problem as problem:
        sent["failures"] += problem.status >= 500
