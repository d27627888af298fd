"""Roster's private records: present states with sealed personal fields, written in the transaction of their events.

A row is guarded by its stream: `version` is that of the stream's last event, so a decision on an outdated row ends in
a Conflict. Rows are found by id or by equality on indexed fields only, so that memory and Mongo serve alike; the first
of many in a sequence that has an index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Protocol, TypeVar

from services.roster.domain import enrolment as enrolment
from services.roster.domain import entry as entry
from services.roster.domain.arrival import Arrival
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import Enrolment
from services.roster.domain.entry import Entry
from services.roster.domain.proposal import Proposal
from services.roster.domain.registration_code import RegistrationCode
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.unit import Unit
from shared.infrastructure.known_fields import known

R = TypeVar("R")
Document = dict[str, Any]


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
    """ready: it is open, and every pupil enrolled before has an entry."""

    version: int
    state: Campaign
    ready: bool = False

    @property
    def id(self) -> str:
        return self.state.id


def entry_id(campaign: str, pupil: str) -> str:
    return f"{campaign}-{pupil}"


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """Storage of the rows of a kind.

    write, read  row <-> document without its id
    find         the indexed fields; unique: those of them whose values belong to one row
    first        indexed pairs: a field, and the field by which the rows with one of its values are sorted
    """

    name: str
    write: Callable[[R], Document]
    read: Callable[[Mapping[str, Any]], R]
    find: Sequence[str] = ()
    unique: Sequence[str] = ()
    first: Sequence[tuple[str, str]] = ()


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


def _pupil(d: Mapping[str, Any]) -> PupilRow:
    return PupilRow(
        d["version"],
        Enrolment(d["pupil"], d["school"], d["class"], d["state"], d["business"]),
        tuple(d["keys"]),
        d["match_key"],
        d["sealed"],
    )


def _entry(d: Mapping[str, Any]) -> EntryRow:
    state = Entry(
        d["campaign"],
        d["pupil"],
        d["school"],
        d["class"],
        d["expected"],
        d["sheet"],
        tuple(d["void_sheets"]),
        d["upload_code"],
        d["cutoff"],
        d["last_day"],
        d["moved"],
    )
    return EntryRow(d["version"], state, d["sealed"], d["print"])


def _registration_code(d: Mapping[str, Any]) -> RegistrationCodeRow:
    state = RegistrationCode(d["pupil"], d["code"], d["spent"], d["issued"])
    return RegistrationCodeRow(d["version"], state, d["issued_by"], d["sealed"])


def _arrival(d: Mapping[str, Any]) -> ArrivalRow:
    state = Arrival(**{**known(Arrival, d["state"]), "answer": tuple(d["state"]["answer"])})
    return ArrivalRow(d["version"], state, tuple(d["seen_by"]), d["sealed"])


def _proposal(d: Mapping[str, Any]) -> ProposalRow:
    state = Proposal(**{**known(Proposal, d["state"]), "fields": tuple(d["state"]["fields"])})
    return ProposalRow(d["version"], state, d["sealed"])


def _campaign(d: Mapping[str, Any]) -> CampaignRow:
    return CampaignRow(
        d["version"], Campaign(**{**known(Campaign, d["state"]), "stages": tuple(d["state"]["stages"])}), d["ready"]
    )


PUPILS: Kind[PupilRow] = Kind(
    "pupils",
    lambda r: {
        "version": r.version,
        **enrolment.public(r.state),
        "keys": list(r.keys),
        "match_key": r.match_key,
        "sealed": r.sealed,
    },
    _pupil,
    find=("keys", "match_key", "school", "class"),
    unique=("keys",),
)
REGISTRATION_CODES: Kind[RegistrationCodeRow] = Kind(
    "registration_codes",
    lambda r: {"version": r.version, **asdict(r.state), "issued_by": r.issued_by, "sealed": r.sealed},
    _registration_code,
    find=("code",),
    unique=("code",),
)
ENTRIES: Kind[EntryRow] = Kind(
    "entries",
    lambda r: {
        "version": r.version,
        **entry.public(r.state),
        "moved": r.state.moved,
        "sealed": r.sealed,
        "print": r.print,
    },
    _entry,
    find=("pupil", "print", "upload_code"),
)
UNITS: Kind[UnitRow] = Kind(
    "units",
    lambda r: {"version": r.version, **asdict(r.state)},
    lambda d: UnitRow(d["version"], Unit(**known(Unit, d))),
    find=("parent", "level"),
)
CLASSES: Kind[ClassRow] = Kind(
    "classes",
    lambda r: {"version": r.version, "school": r.state.school, "state": asdict(r.state)},
    lambda d: ClassRow(d["version"], SchoolClass(**known(SchoolClass, d["state"]))),
    find=("school",),
)
CAMPAIGNS: Kind[CampaignRow] = Kind(
    "campaigns",
    lambda r: {
        "version": r.version,
        "open": str(r.state.open),
        "ready": r.ready,
        "state": {**asdict(r.state), "stages": list(r.state.stages)},
    },
    _campaign,
    find=("open",),
)
ARRIVALS: Kind[ArrivalRow] = Kind(
    "arrivals",
    lambda r: {
        "version": r.version,
        "school": r.state.school,
        "pupil": r.state.pupil,
        "seen_by": list(r.seen_by),
        "asked": r.state.asked,
        "state": {**asdict(r.state), "answer": list(r.state.answer)},
        "sealed": r.sealed,
    },
    _arrival,
    find=("school", "pupil"),
    first=(("seen_by", "asked"),),
)
PROPOSALS: Kind[ProposalRow] = Kind(
    "proposals",
    lambda r: {
        "version": r.version,
        "school": r.state.school,
        "state": {**asdict(r.state), "fields": list(r.state.fields)},
        "sealed": r.sealed,
    },
    _proposal,
    find=("school",),
)


def tables_of(make: Callable[[Kind[Any]], Table[Any]]) -> Tables:
    """All tables. make: the constructor of an implementation."""
    return Tables(
        make(PUPILS),
        make(REGISTRATION_CODES),
        make(ENTRIES),
        make(UNITS),
        make(CLASSES),
        make(CAMPAIGNS),
        make(ARRIVALS),
        make(PROPOSALS),
    )
