"""The kinds of roster's records: how each is written, read and found, alike in memory and in Mongo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from services.roster.domain import enrolment as enrolment
from services.roster.domain import entry as entry
from services.roster.domain.arrival import Arrival
from services.roster.domain.campaign import Campaign
from services.roster.domain.correction import Correction, Corrections
from services.roster.domain.coverage import Coverage
from services.roster.domain.enrolment import Enrolment
from services.roster.domain.entry import Entry
from services.roster.domain.import_run import ImportRun
from services.roster.domain.print_run import PrintRun
from services.roster.domain.proposal import Proposal
from services.roster.domain.registration_code import RegistrationCode
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.tally import Change, Tally
from services.roster.domain.unit import Unit
from services.roster.tables.rows import (
    ArrivalRow,
    CampaignRow,
    ClassRow,
    CorrectionsRow,
    CoverageRow,
    Document,
    EntryRow,
    ImportRunRow,
    PrintRow,
    ProposalRow,
    PupilRow,
    RegistrationCodeRow,
    Table,
    Tables,
    TallyRow,
    UnitRow,
)
from shared.infrastructure.known_fields import known

R = TypeVar("R")


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


def _corrections(d: Mapping[str, Any]) -> CorrectionsRow:
    each = (Correction(**{**known(Correction, one), "fields": tuple(one["fields"])}) for one in d["all"])
    return CorrectionsRow(d["version"], Corrections(d["pupil"], tuple(each)), tuple(d["seen_by"]), d["sealed"])


def _tally(d: Mapping[str, Any]) -> TallyRow:
    return TallyRow(d["version"], Tally(d["school"], tuple(Change(**known(Change, each)) for each in d["changes"])))


LISTS_OF_A_PRINT = ("classes", "planned", "printed", "prints")


def _print(d: Mapping[str, Any]) -> PrintRow:
    lists = {name: tuple(d["state"].get(name, ())) for name in LISTS_OF_A_PRINT}
    return PrintRow(d["version"], PrintRun(**{**known(PrintRun, d["state"]), **lists}))


def _campaign(d: Mapping[str, Any]) -> CampaignRow:
    state = known(Campaign, d["state"])
    # "ready" alone: a row of the release before, in which no last day ever moved
    settled = state.get("settled") or (state["last_day"] if d["ready"] else "")
    return CampaignRow(d["version"], Campaign(**{**state, "stages": tuple(state["stages"]), "settled": settled}))


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
        "open": "cancelled" if r.state.cancelled else str(r.state.open),  # a cancelled one is listed nowhere
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
CORRECTIONS: Kind[CorrectionsRow] = Kind(
    "corrections",
    lambda r: {
        "version": r.version,
        "pupil": r.state.pupil,
        "waits_in": list(r.waits_in),
        "seen_by": list(r.seen_by),
        "since": r.since,
        "corrected_in": r.corrected_in,
        "all": [{**asdict(each), "fields": list(each.fields)} for each in r.state.all],
        "sealed": r.sealed,
    },
    _corrections,
    find=("waits_in", "corrected_in"),
    first=(("seen_by", "since"),),
)
TALLIES: Kind[TallyRow] = Kind(
    "tallies",
    lambda r: {
        "version": r.version,
        "school": r.state.school,
        "changes": [asdict(change) for change in r.state.changes],
    },
    _tally,
)


PRINTS: Kind[PrintRow] = Kind(
    "prints",
    lambda r: {
        "version": r.version,
        "school": r.state.school,
        "newest_first": r.newest_first,
        "state": {**asdict(r.state), **{name: list(getattr(r.state, name)) for name in LISTS_OF_A_PRINT}},
    },
    _print,
    first=(("school", "newest_first"),),
)


IMPORT_RUNS: Kind[ImportRunRow] = Kind(
    "import_runs",
    lambda r: {
        "version": r.version,
        "school": r.state.school,
        "status": r.state.status,
        "newest_first": r.newest_first,
        "state": asdict(r.state),
    },
    lambda d: ImportRunRow(d["version"], ImportRun(**known(ImportRun, d["state"]))),
    find=("status",),
    first=(("school", "newest_first"),),
)


COVERAGE: Kind[CoverageRow] = Kind(
    "coverage", lambda r: asdict(r.state), lambda d: CoverageRow(Coverage(**known(Coverage, d)))
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
        make(TALLIES),
        make(PRINTS),
        make(IMPORT_RUNS),
        make(COVERAGE),
        make(CORRECTIONS),
    )
