"""An entry: a pupil in a campaign. `expected` is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.roster.domain.enrolment import IN_SCHOOL, Enrolment
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.class_names import stage_of


@dataclass(frozen=True, slots=True)
class Entry:
    """sheet, void_sheets: hashes of the serials of the valid and of the void sheets. upload_code: its hash.

    moved: the pupil has left the class on the first paper with this code; nobody is told, it is in no event's state.
    """

    campaign: str
    pupil: str
    school: str = ""
    class_: str = ""
    expected: bool = False
    sheet: str = ""
    void_sheets: tuple[str, ...] = ()
    upload_code: str = ""
    cutoff: str = ""
    last_day: str = ""
    moved: bool = False

    @property
    def printed(self) -> bool:
        return bool(self.sheet)


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """enrolment: the pupil's present one. stages: the campaign's population. upload_code: hash of the new code."""

    enrolment: Enrolment
    stages: Collection[str]
    upload_code: str
    cutoff: str
    last_day: str


@dataclass(frozen=True, slots=True)
class UpdateFromEnrolment:
    """Update the entry after a change of the enrolment, or of the campaign's population."""

    enrolment: Enrolment
    stages: Collection[str]


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Carry the last day that the campaign has now."""

    last_day: str


@dataclass(frozen=True, slots=True)
class Print:
    """A form was printed; sheet: the hash of its serial."""

    sheet: str


Command = OpenEntry | UpdateFromEnrolment | Reschedule | Print


def is_expected(enrolment: Enrolment, stages: Collection[str]) -> bool:
    """The population rule: in school, no registry business open, and the class's stage is one of the campaign's."""
    return enrolment.state == IN_SCHOOL and not enrolment.business and stage_of(enrolment.class_) in stages


def decide(command: Command, entry: Entry) -> Sequence[NewEvent]:
    if isinstance(command, OpenEntry):
        if entry.upload_code:
            return []
        return [
            NewEvent(
                "entry.opened",
                {
                    **_status(command),
                    "upload_code": command.upload_code,
                    "cutoff": command.cutoff,
                    "last_day": command.last_day,
                },
            )
        ]
    if not entry.upload_code:
        raise Refused("not-found", "The pupil has no entry in this campaign.", where="campaign")
    if isinstance(command, UpdateFromEnrolment):
        before, after = {"school": entry.school, "class": entry.class_, "expected": entry.expected}, _status(command)
        return [NewEvent("entry.changed", after)] if after != before else []
    if isinstance(command, Reschedule):
        is_news = command.last_day != entry.last_day
        return [NewEvent("entry.rescheduled", {"last_day": command.last_day})] if is_news else []
    return [NewEvent("entry.printed", {"sheet": command.sheet})] if command.sheet != entry.sheet else []


def _status(command: OpenEntry | UpdateFromEnrolment) -> dict[str, Any]:
    return {
        "school": command.enrolment.school,
        "class": command.enrolment.class_,
        "expected": is_expected(command.enrolment, command.stages),
    }


def evolve(entry: Entry, event: Fact) -> Entry:
    data = event.data
    if event.type == "entry.opened":
        return Entry(
            entry.campaign,
            entry.pupil,
            data["school"],
            data["class"],
            data["expected"],
            upload_code=data["upload_code"],
            cutoff=data["cutoff"],
            last_day=data["last_day"],
        )
    if event.type == "entry.changed":
        moved = entry.moved or (data["school"], data["class"]) != (entry.school, entry.class_)
        return replace(entry, school=data["school"], class_=data["class"], expected=data["expected"], moved=moved)
    if event.type == "entry.rescheduled":
        return replace(entry, last_day=data["last_day"])
    if event.type == "entry.printed":
        void = (*entry.void_sheets, entry.sheet) if entry.sheet else entry.void_sheets
        return replace(entry, sheet=data["sheet"], void_sheets=void, moved=entry.moved and entry.printed)
    return entry


def public(entry: Entry) -> Mapping[str, Any]:
    return {
        "campaign": entry.campaign,
        "pupil": entry.pupil,
        "school": entry.school,
        "class": entry.class_,
        "expected": entry.expected,
        "sheet": entry.sheet,
        "void_sheets": list(entry.void_sheets),
        "upload_code": entry.upload_code,
        "cutoff": entry.cutoff,
        "last_day": entry.last_day,
    }


def entry_decider(campaign: str, pupil: str) -> Decider[Command, Entry]:
    return Decider(Entry(campaign, pupil), decide, evolve, public)
