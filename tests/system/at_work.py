"""People who go on with their work whatever happens to the machine, and take no failure: nobody tries twice."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.system.county import CAMPAIGN, COUNTY, SCHOOL, SmallCounty
from tests.system.slow_photo import SlowPhoto

SENDERS = (5, 6, 7)  # numbers of pupils without a photo
SLOW = 8  # another one, whose line is slow
EVERY, A_PHOTO_EVERY = 0.5, 4.0  # seconds between two requests of one person; a photo is work for two cores
WRITING, RESTING = 20.0, 10.0  # seconds: while nobody writes, all of it can be counted


@dataclass
class AtWork:
    """done: answered requests by their kind. failed: a sentence for each that was not answered as it should be."""

    county: SmallCounty
    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._portal = self.county.copy.local.environment()["PORTAL_URL"]
        self._began = time.monotonic()

    @contextmanager
    def until_the_end(self) -> Iterator[None]:
        """They work as long as the block lasts. AssertionError when anything has failed."""
        work = {
            "figures": (self._figures, EVERY, self._always),
            "pages": (self._pages(), EVERY, self._always),
            "classes": (self._classes(), EVERY, self._now_and_then),
            "photos": (self._photos(), A_PHOTO_EVERY, self._now_and_then),
        }
        threads = [threading.Thread(target=self._go_on, args=(kind, *each)) for kind, each in work.items()]
        threads.append(threading.Thread(target=self._slow_photo))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)
            assert self.failed == []

    def _always(self) -> bool:
        return True

    def _now_and_then(self) -> bool:
        return (time.monotonic() - self._began) % (WRITING + RESTING) < WRITING

    def _go_on(self, kind: str, ask: Callable[[], httpx.Response], every: float, works: Callable[[], bool]) -> None:
        while not self.over.is_set():
            try:
                if works():
                    answer = ask()
                    self._note(kind, answer.status_code, answer.text)
            except httpx.HTTPError as error:
                self.failed.append(f"{kind}: {error!r}")
            self.over.wait(every)

    def _note(self, kind: str, status: int, text: str) -> None:
        if status >= 400:
            self.failed.append(f"{kind}: {status} {text[:300]}")
        self.done[kind] = self.done.get(kind, 0) + 1

    def _headers(self, service: str, who: str) -> dict[str, str]:
        return {**self.county.headers(service, who), "Idempotency-Key": f"work-{uuid.uuid4()}"}

    # ---- what they do: some on a line that is kept, some on a new one each time
    def _figures(self) -> httpx.Response:
        path = f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}"
        return httpx.get(self.county.addresses["stats"] + path, headers=self._headers("stats", "county"), timeout=60)

    def _pages(self) -> Callable[[], httpx.Response]:
        client = httpx.Client(timeout=60)
        return lambda: client.get(f"{self._portal}/sign-in")

    def _classes(self) -> Callable[[], httpx.Response]:
        """Each is opened by one process, and read by the one that answers next."""
        client, numbers = httpx.Client(timeout=60), itertools.count(10)
        address = f"{self.county.addresses['roster']}/v1/units/{SCHOOL}/classes"

        def ask() -> httpx.Response:
            headers, number = self._headers("roster", "school"), next(numbers)
            if number % 2:
                return client.get(address, headers=headers)
            made = {"stage": "p", "entry_year": 2000 + number // 80, "number": 1 + number % 80, "name": f"{number}班"}
            return client.post(address, headers=headers, json=made)

        return ask

    def _photos(self) -> Callable[[], httpx.Response]:
        turns = itertools.count()

        def ask() -> httpx.Response:
            turn = next(turns)  # another picture each time: the same one again would be no event
            number, picture = SENDERS[turn % len(SENDERS)], {"quality": 70 + turn // len(SENDERS) % 20}
            return httpx.post(
                f"{self.county.addresses['upload']}/v1/photos",
                headers=self._headers("upload", "teacher"),
                data={"campaign": CAMPAIGN, "pupil": self.county.pupils[number]},
                files={"photo": ("sheet.jpg", self.county.page_of(number, **picture), "image/jpeg")},
                timeout=60,
            )

        return ask

    def _slow_photo(self) -> None:
        """A photo whose body is on its way as long as the block lasts."""
        with SlowPhoto(self.county, SLOW) as photo:
            while not self.over.wait(1):
                photo.send_a_piece()
            self._note("slow photo", *photo.answer())


def archived(county: SmallCounty) -> dict[str, Any]:
    """The forms that upload shows as archived, by pupil."""
    items = county.ask("GET", "upload", f"/v1/classes/{SCHOOL}p202401/forms?campaign={CAMPAIGN}", "teacher")["items"]
    return {item["pupil"]: item for item in items if item["state"] == "archived"}
