"""What upload knows of the roster: a view of its entries, units, classes and campaigns, learned from the bus.

It may be a moment behind: what it does not know yet is refused so that trying again helps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.infrastructure.errors import Refused
from shared.language import path

LEARNS, IGNORES = ("entry", "unit", "class", "campaign"), ("enrolment",)
LONGEST_PATH = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A pupil in a campaign, as roster says. upload_code, sheet, void_sheets: hashes. last_day: "2026-12-31"."""

    campaign: str
    pupil: str
    school: str
    class_: str
    expected: bool
    upload_code: str
    sheet: str
    void_sheets: tuple[str, ...]
    last_day: str


class Facts(Protocol):
    """`state` of every stream that was learned."""

    def get(self, stream: str) -> Mapping[str, Any] | None: ...

    def find(self, category: str, field: str, value: Any) -> Sequence[Mapping[str, Any]]:
        """Every `state` of a category whose field has this value."""
        ...


class RosterView:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def entry(self, campaign: str, pupil: str) -> Entry | None:
        found = self._facts.get(f"entry-{campaign}-{pupil}")
        return _entry(found) if found else None

    def entry_of_code(self, upload_code: str) -> Entry | None:
        """The entry that owns an upload code, by the code's hash."""
        found = self._facts.find("entry", "upload_code", upload_code)
        return _entry(found[0]) if found else None

    def entries_of_pupil(self, pupil: str) -> list[Entry]:
        return sorted(
            (_entry(state) for state in self._facts.find("entry", "pupil", pupil)), key=lambda entry: entry.campaign
        )

    def entries_of_class(self, class_id: str, campaign: str) -> list[Entry]:
        found = (_entry(state) for state in self._facts.find("entry", "class", class_id))
        return sorted((entry for entry in found if entry.campaign == campaign), key=lambda entry: entry.pupil)

    def campaign(self, wanted: str, today: str) -> str:
        """A campaign by its id, or the one that runs; when none does, the one that ran. Raises Refused when that leaves a doubt."""
        if wanted:
            if not self._facts.get(f"campaign-{wanted}"):
                raise Refused("not-found", "There is no such campaign.", where="campaign")
            return wanted
        opened = {str(state["id"]): str(state["last_day"]) for state in self._facts.find("campaign", "open", True)}
        meant = sorted(id for id, last_day in opened.items() if last_day >= today) or sorted(opened)
        if len(meant) != 1:
            raise Refused(
                "campaign-needed",
                f"{len(meant)} campaigns are open: say which one is meant.",
                where="campaign",
                extra={"campaigns": meant},
            )
        return meant[0]

    def path_of_class(self, class_id: str) -> str:
        """Raises Refused("not-found"), Refused("unavailable") where the view does not reach up to the nation yet."""
        found = self._facts.get(f"class-{class_id}")
        if not found:
            raise Refused("not-found", "There is no such class.", where="class")
        return path.child(self._path_of_unit(str(found["school"])), class_id)

    def path_of(self, entry: Entry) -> str:
        return path.child(self._path_of_unit(entry.school), entry.class_)

    def _path_of_unit(self, code: str) -> str:
        chain: list[str] = []
        while code and len(chain) < LONGEST_PATH:
            unit = self._facts.get(f"unit-{code}")
            if not unit:
                break
            chain.append(code)
            code = str(unit["parent"])
        if code:
            raise Refused("unavailable", "This school is not known here yet; try again in a moment.")
        return f"/{'/'.join(reversed(chain))}/"


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
