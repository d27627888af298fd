"""Roster's private records: present states with sealed personal fields, written in the transaction of their events.

A row is guarded by its stream: `version` is that of the stream's last event, so a decision on an outdated row ends in
a Conflict. Rows are found by id or by equality on indexed fields only, so that memory and Mongo serve alike; the first
of many in a sequence that has an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from services.roster.domain.arrival import Arrival
from services.roster.domain.campaign import Campaign
from services.roster.domain.correction import APPLIED, BUREAU, Corrections
from services.roster.domain.coverage import Coverage
from services.roster.domain.enrolment import Enrolment
from services.roster.domain.entry import Entry
from services.roster.domain.import_run import ImportRun
from services.roster.domain.print_run import PrintRun
from services.roster.domain.proposal import Proposal
from services.roster.domain.registration_code import RegistrationCode
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.tally import Tally
from services.roster.domain.unit import Unit

R = TypeVar("R")
Document = dict[str, Any]
END_OF_TIME = 10**14 - 1  # milliseconds, in fourteen digits


@dataclass(frozen=True, slots=True)
class PupilRow:
    """The keyed hashes by which an import finds the pupil again.

    keys       of its numbers, unique
    match_key  of name, birth date and class, for pupils without a number; not unique
    """

    version: int
    state: Enrolment
    keys: tuple[str, ...]
    match_key: str
    sealed: bytes

    @property
    def id(self) -> str:
        return self.state.pupil


@dataclass(frozen=True, slots=True)
class RegistrationCodeRow:
    """issued_by: id of the command, which gets the same code when it is repeated. sealed: the code."""

    version: int
    state: RegistrationCode
    issued_by: str
    sealed: bytes

    @property
    def id(self) -> str:
        return self.state.pupil


@dataclass(frozen=True, slots=True)
class EntryRow:
    """sealed: upload code and serial of the valid sheet. print: the print that made this sheet, "" before the first."""

    version: int
    state: Entry
    sealed: bytes
    print: str = ""

    @property
    def id(self) -> str:
        return entry_id(self.state.campaign, self.state.pupil)


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """seen_by: the units in whose lists it waits, from the nation down. sealed: the row of the file, and the reason."""

    version: int
    state: Arrival
    seen_by: tuple[str, ...]
    sealed: bytes

    @property
    def id(self) -> str:
        return self.state.id


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """sealed: the new values of the key fields, and the leader's reason."""

    version: int
    state: Proposal
    sealed: bytes

    @property
    def id(self) -> str:
        return self.state.pupil


@dataclass(frozen=True, slots=True)
class CorrectionsRow:
    """seen_by: the units above the school while one waits for the bureau, from the nation down.

    sealed: id -> values before and after, and the reason of a refusal.
    """

    version: int
    state: Corrections
    seen_by: tuple[str, ...]
    sealed: bytes

    @property
    def id(self) -> str:
        return self.state.pupil

    @property
    def waits_in(self) -> tuple[str, ...]:
        """The school in whose list one of them waits, for the leader or for the bureau."""
        return tuple(sorted({each.school for each in self.state.waiting}))

    @property
    def since(self) -> str:
        """Sorts earlier entries first, of those that wait for the bureau."""
        return f"{min((each.at for each in self.state.waiting if each.status == BUREAU), default=0):014d}"

    @property
    def corrected_in(self) -> str:
        """The school of the newest one that took effect, "" if none did."""
        return max(((each.ended, each.school) for each in self.state.all if each.status == APPLIED), default=(0, ""))[1]

    @property
    def corrected_at(self) -> int:
        """The moment at which the newest one took effect, ms since 1970; 0 if none did."""
        return max((each.ended for each in self.state.all if each.status == APPLIED), default=0)


@dataclass(frozen=True, slots=True)
class TallyRow:
    version: int
    state: Tally

    @property
    def id(self) -> str:
        return self.state.school


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print as it was made; how often it was fetched stands in its stream alone."""

    version: int
    state: PrintRun

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def newest_first(self) -> str:
        """Sorts later prints before earlier ones."""
        return f"{END_OF_TIME - self.state.at:014d}"


@dataclass(frozen=True, slots=True)
class ImportRunRow:
    version: int
    state: ImportRun

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def newest_first(self) -> str:
        """Sorts later imports before earlier ones."""
        return f"{END_OF_TIME - self.state.at:014d}"


@dataclass(frozen=True, slots=True)
class UnitRow:
    version: int
    state: Unit

    @property
    def id(self) -> str:
        return self.state.code


@dataclass(frozen=True, slots=True)
class ClassRow:
    version: int
    state: SchoolClass

    @property
    def id(self) -> str:
        return self.state.id


@dataclass(frozen=True, slots=True)
class CampaignRow:
    version: int
    state: Campaign

    @property
    def ready(self) -> bool:
        """True once it is open and every pupil enrolled before has an entry."""
        return self.state.settled != ""

    @property
    def settled(self) -> bool:
        """True once every entry carries the last day of now."""
        return self.state.settled == self.state.last_day

    @property
    def id(self) -> str:
        return self.state.id


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """The one row of its table: of no stream, written again by every count."""

    ID: ClassVar[str] = "nation"
    state: Coverage

    @property
    def id(self) -> str:
        return self.ID

    @property
    def version(self) -> int:
        return 0


def entry_id(campaign: str, pupil: str) -> str:
    return f"{campaign}-{pupil}"


class HasId(Protocol):
    @property
    def id(self) -> str: ...


class Table(Protocol[R]):
    def get(self, id: str) -> R | None:
        """The row with this id."""
        ...

    def many(self, ids: Iterable[str]) -> list[R]:
        """The existing rows of these ids, unsorted."""
        ...

    def find(self, field: str, values: Iterable[str]) -> list[R]:
        """The rows whose indexed field has (or holds, if it is a list) one of the values."""
        ...

    def first(self, field: str, value: str, by: str, limit: int) -> list[R]:
        """The first rows whose field has (or holds) the value, sorted by another field, then by id."""
        ...

    def put(self, rows: Sequence[R], session: Any = None) -> None:
        """Write whole rows. session: as given to `also`. Raises Conflict for a taken value of a unique field."""
        ...


@dataclass(frozen=True, slots=True)
class Tables:
    pupils: Table[PupilRow]
    registration_codes: Table[RegistrationCodeRow]
    entries: Table[EntryRow]
    units: Table[UnitRow]
    classes: Table[ClassRow]
    campaigns: Table[CampaignRow]
    arrivals: Table[ArrivalRow]
    proposals: Table[ProposalRow]
    tallies: Table[TallyRow]
    prints: Table[PrintRow]
    import_runs: Table[ImportRunRow]
    coverage: Table[CoverageRow]
    corrections: Table[CorrectionsRow]
