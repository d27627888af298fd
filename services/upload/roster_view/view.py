"""Upload's view of the roster: entries, units, classes and campaigns, projected from the bus.

It may lag behind by a moment. What is not in the view yet is refused such that the client may try again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.infrastructure.errors import Refused
from shared.language import path
from shared.language.campaign_state import is_over
from shared.language.code_alone import UNDECIDED, is_on

HANDLES, IGNORES = ("entry", "unit", "class", "campaign"), ("enrolment",)
LONGEST_PATH = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A pupil in a campaign. upload_code, sheet, void_sheets: hashes.

    last_day  of the campaign, "2026-12-31"; the entry's own lags behind an extension, see `RosterView.last_day`
    """

    campaign: str
    pupil: str
    school: str
    class_: str
    expected: bool
    upload_code: str
    sheet: str
    void_sheets: tuple[str, ...]
    last_day: str


class RosterStates(Protocol):
    """The newest `state` of every roster stream. Implementations: mongo.py, memory.py."""

    def get(self, stream: str) -> Mapping[str, Any] | None: ...

    def find(self, category: str, field: str, value: Any) -> Sequence[Mapping[str, Any]]:
        """Every state of a category whose field has this value."""
        ...


class RosterView:
    def __init__(self, states: RosterStates) -> None:
        self._states = states

    def entry(self, campaign: str, pupil: str) -> Entry | None:
        found = self._states.get(f"entry-{campaign}-{pupil}")
        return _entry(found) if found else None

    def entry_of_code(self, upload_code: str) -> Entry | None:
        """The entry that owns an upload code. upload_code: the code's hash."""
        found = self._states.find("entry", "upload_code", upload_code)
        return _entry(found[0]) if found else None

    def entries_of_pupil(self, pupil: str) -> list[Entry]:
        return sorted(
            (_entry(state) for state in self._states.find("entry", "pupil", pupil)), key=lambda entry: entry.campaign
        )

    def entries_of_class(self, class_id: str, campaign: str) -> list[Entry]:
        found = (_entry(state) for state in self._states.find("entry", "class", class_id))
        return sorted((entry for entry in found if entry.campaign == campaign), key=lambda entry: entry.pupil)

    def campaign(self, wanted: str, today: str) -> str:
        """The campaign `wanted`, or for "" the one that is running, else the only one that is open.

        Raises Refused("not-found") for an unknown campaign, Refused("campaign-needed") when the choice is not unique.
        """
        if wanted:
            if not self._states.get(f"campaign-{wanted}"):
                raise Refused("not-found", "There is no such campaign.", where="campaign")
            return wanted
        opened = {str(state["id"]): str(state["last_day"]) for state in self._states.find("campaign", "open", True)}
        candidates = sorted(id for id, last_day in opened.items() if not is_over(last_day, today)) or sorted(opened)
        if len(candidates) != 1:
            raise Refused(
                "campaign-needed",
                f"{len(candidates)} campaigns are open; name one.",
                where="campaign",
                extra={"campaigns": candidates},
            )
        return candidates[0]

    def last_day(self, entry: Entry) -> str:
        """The last day of the entry's campaign: extended or closed early for every pupil at once."""
        campaign = self._states.get(f"campaign-{entry.campaign}")
        return str(campaign["last_day"]) if campaign else entry.last_day

    def campaigns_over_before(self, day: str) -> list[str]:
        """Campaigns whose last day lies before this one."""
        known = [state for is_open in (True, False) for state in self._states.find("campaign", "open", is_open)]
        return sorted(str(state["id"]) for state in known if is_over(str(state["last_day"]), day))

    def path_of_class(self, class_id: str) -> str:
        """Raises Refused("not-found"), or Refused("unavailable") while the view lacks units above the class."""
        found = self._states.get(f"class-{class_id}")
        if not found:
            raise Refused("not-found", "There is no such class.", where="class")
        return path.child(self._path_of_unit(str(found["school"])), class_id)

    def path_of(self, entry: Entry) -> str:
        return path.child(self._path_of_unit(entry.school), entry.class_)

    def takes_code_alone(self, entry: Entry) -> bool:
        """True if the entry's region has switched the way by the upload code alone on. Reads up to the decision."""
        return is_on(str(unit.get("code_alone", UNDECIDED)) for unit in self._line(entry.school))

    def _path_of_unit(self, code: str) -> str:
        chain = [str(unit["code"]) for unit in self._line(code)]
        return f"/{'/'.join(reversed(chain))}/"

    def _line(self, code: str) -> Iterator[Mapping[str, Any]]:
        """A unit and those above it, from the unit up. Raises Refused("unavailable") where the view lacks one."""
        for _ in range(LONGEST_PATH):
            unit = self._states.get(f"unit-{code}")
            if not unit:
                break
            yield unit
            code = str(unit["parent"])
            if not code:
                return
        raise Refused("unavailable", "This school is not in the system yet; try again in a moment.")


def _entry(state: Mapping[str, Any]) -> Entry:
    return Entry(
        state["campaign"],
        state["pupil"],
        state["school"],
        state["class"],
        state["expected"],
        state["upload_code"],
        state["sheet"],
        tuple(state["void_sheets"]),
        state["last_day"],
    )
