"""Actions of people in the small county of a story, and their results."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from drill.clients import Problem
from services.stats.report.files import MEDIA_TYPES
from tests.faults.story import Story
from tests.system.county import CAMPAIGN, COUNTY, SCHOOL

ON_PAPER = "form.kept-on-paper"
CLASSES = f"/v1/units/{SCHOOL}/classes"


@dataclass
class People:
    story: Story

    def __post_init__(self) -> None:
        self._county = self.story.county

    # ---- teachers and the school
    def ask_once(self, service: str, path: str, who: str, **options: Any) -> httpx.Response:
        """Send one request, without the retries of a real client."""
        headers = {**self._county.headers(service, who), "Idempotency-Key": options.pop("key", f"once-{uuid.uuid4()}")}
        return httpx.post(self._county.addresses[service] + path, headers=headers, timeout=60, **options)

    def send_photo(self, number: int) -> None:
        self._county.send(number, "teacher", self._county.page_of(number))

    def paper(self, number: int) -> str:
        """The route that records that a form stays on paper."""
        return f"/v1/forms/{CAMPAIGN}/{self._county.pupils[number]}/paper"

    def keep_on_paper(self, number: int) -> None:
        self._county.post("upload", self.paper(number), "teacher", {"reason": "refused"})

    def state(self, number: int) -> str:
        """The state of a form, as upload shows it."""
        forms = self._county.ask("GET", "upload", f"/v1/pupils/{self._county.pupils[number]}/forms", "teacher")["items"]
        return str(forms[0]["state"])

    def event_of_paper(self, number: int) -> dict[str, Any]:
        """The event in the store."""
        wanted = {"stream": f"form-{CAMPAIGN}-{self._county.pupils[number]}", "type": ON_PAPER}
        found = self.story.client["rollcall_upload"]["events"].find_one(wanted)
        assert found
        return found

    def open_class(self, number: int, name: str) -> None:
        self._county.post("roster", CLASSES, "school", class_of(number, name))

    def classes(self) -> set[int]:
        return {item["number"] for item in self._county.ask("GET", "roster", CLASSES, "school")["items"]}

    def upload_has_class(self, number: int) -> bool:
        """True if upload's view holds the class with that number."""
        try:
            self._county.ask("GET", "upload", f"/v1/classes/{SCHOOL}p2024{number}/forms?campaign={CAMPAIGN}", "school")
        except Problem:
            return False
        return True

    # ---- the ministry and the county
    def refusal(self, day: str, **more: Any) -> str:
        """The code with which the report of a day is refused."""
        with pytest.raises(Problem) as problem:
            self.story.report(day, **more)
        return problem.value.code

    def files(self, summary: dict[str, Any]) -> list[Any]:
        return [self._county.ask("GET", "stats", summary[f"url_{kind}"], "county") for kind in MEDIA_TYPES]

    def figure(self, name: str, day: str) -> int:
        """A figure of the county at the end of a day."""
        return int(
            self._county.ask("GET", "stats", f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}&day={day}", "county")[
                "measures"
            ][name]
        )

    def has_no_lag(self) -> bool:
        return int(self._county.ask("GET", "stats", "/v1/audit?check=control_totals", "ministry")["lag"]) == 0


def class_of(number: int, name: str) -> dict[str, Any]:
    return {"stage": "p", "entry_year": 2024, "number": number, "name": name}
