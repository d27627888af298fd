"""Pupils' sealed fields and codes: the only place where they are opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.roster.domain.enrolment import Enrolment
from services.roster.domain.likeness import letters
from services.roster.roster_file.code_lists import ID_TYPES, SEX_NAMES
from services.roster.tables.rows import ArrivalRow, CorrectionsRow, EntryRow, ProposalRow, PupilRow, RegistrationCodeRow
from shared.infrastructure.derived_keys import derive
from shared.infrastructure.pii import Sealer, keyed_hash, mask_name, mask_number
from shared.language import codes


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The keys of the service. randbelow: the source of randomness for codes."""

    pii_key: bytes
    code_key: bytes
    randbelow: codes.RandBelow
    sealer: Sealer = field(init=False)
    number_key: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sealer", Sealer(derive(self.pii_key, "sealed fields")))
        object.__setattr__(self, "number_key", derive(self.pii_key, "numbers"))

    # ---- fields
    def fields(self, row: PupilRow) -> dict[str, str]:
        """The personal fields of a pupil, by the names of columns.HEADINGS."""
        return self.sealer.open(row.id, row.sealed)

    def match_key(self, fields: Mapping[str, str], class_: str) -> str:
        """A hash of name, birth date and class, to find a pupil again without a number."""
        return keyed_hash(self.number_key, "match-key", f"{letters(fields['name'])}\n{fields['birth_date']}\n{class_}")

    def keys(self, fields: Mapping[str, str], class_: str) -> tuple[str, ...]:
        """Unique hashes: of the numbers, or the match key where there is none."""
        numbers = [
            keyed_hash(self.number_key, name, fields[name]) for name in ("pupil_number", "id_number") if name in fields
        ]
        return tuple(numbers) or (self.match_key(fields, class_),)

    def pupil_row(
        self, version: int, state: Enrolment, fields: Mapping[str, str], taken: Collection[str] = ()
    ) -> PupilRow:
        """taken: keys of another pupil, who is the one found by them."""
        match_key = self.match_key(fields, state.class_)
        keys = tuple(key for key in self.keys(fields, state.class_) if key not in taken)
        return PupilRow(version, state, keys or (match_key,), match_key, self.sealer.seal(state.pupil, fields))

    # ---- arrivals and proposals
    def content(self, fields: Mapping[str, str]) -> str:
        """A hash by which the same fields are recognised."""
        return keyed_hash(self.number_key, "content", "\n".join(f"{name}={fields[name]}" for name in sorted(fields)))

    def seal_arrival(self, id: str, fields: Mapping[str, str], reason: str = "") -> bytes:
        return self.sealer.seal(f"arrival-{id}", {"fields": dict(fields), "reason": reason})

    def arrival(self, row: ArrivalRow) -> dict[str, Any]:
        """{"fields": of the row of the file, "reason": of an objection, or ""}."""
        return self.sealer.open(f"arrival-{row.id}", row.sealed)

    def seal_proposal(self, pupil: str, wanted: Mapping[str, str], reason: str = "") -> bytes:
        return self.sealer.seal(f"proposal-{pupil}", {"wanted": dict(wanted), "reason": reason})

    def proposal(self, row: ProposalRow) -> dict[str, Any]:
        """{"wanted": new values by field, "reason": of a rejection, or ""}."""
        return self.sealer.open(f"proposal-{row.id}", row.sealed)

    # ---- corrections
    def seal_corrections(self, pupil: str, values: Mapping[str, Any]) -> bytes:
        return self.sealer.seal(f"corrections-{pupil}", dict(values))

    def corrections(self, row: CorrectionsRow) -> dict[str, Any]:
        """Id -> {"before" and "after": values by field, "reason": of a refusal, or ""}."""
        return self.sealer.open(f"corrections-{row.id}", row.sealed) if row.sealed else {}

    # ---- codes
    def new_code(self, kind: str) -> tuple[str, str]:
        """A new code of a kind, and its hash."""
        code = codes.make(self.randbelow, kind=kind)
        return code, self.hash(kind, code)

    def new_serial(self, upload_code: str) -> tuple[str, str]:
        """A new serial of a sheet with this upload code, and its hash."""
        serial = codes.make_serial(upload_code, self.code_key, self.randbelow)
        return serial, self.hash(codes.SERIAL, serial)

    def hash(self, kind: str, code: str) -> str:
        return codes.code_hash(kind, code, self.code_key)

    def registration_code(self, row: RegistrationCodeRow) -> str:
        return str(self.sealer.open(f"registration-{row.id}", row.sealed)["code"])

    def seal_registration_code(self, pupil: str, code: str) -> bytes:
        return self.sealer.seal(f"registration-{pupil}", {"code": code})

    def codes_of(self, row: EntryRow) -> dict[str, str]:
        """{"code": upload code, "serial": of the valid sheet or ""}."""
        return self.sealer.open(f"entry-{row.id}", row.sealed)

    def seal_entry(self, entry: str, code: str, serial: str = "") -> bytes:
        return self.sealer.seal(f"entry-{entry}", {"code": code, "serial": serial})


def masked(fields: Mapping[str, str]) -> dict[str, str]:
    """A pupil's fields for the screen."""
    return {
        "name": mask_name(fields["name"]),
        "number_masked": mask_number(fields.get("pupil_number", "")),
        "id_number_masked": mask_number(fields.get("id_number", "")),
        "phone_masked": mask_phone(fields.get("phone", "")),
        "sex": SEX_NAMES.get(fields["sex"], ""),
    }


def masked_change(field: str, before: str, after: str, *, in_full: bool) -> dict[str, str]:
    """{"before", "after"} of a key field."""
    if in_full:
        return {"before": _shown(field, before), "after": _shown(field, after)}
    mask = mask_name if field == "name" else mask_number if field.endswith("_number") else _hidden
    return {"before": mask(before) if before else "", "after": mask(after)}


def _shown(field: str, value: str) -> str:
    return (SEX_NAMES if field == "sex" else ID_TYPES if field == "id_type" else {}).get(value, value)


def _hidden(value: str) -> str:
    return "*" * len(value)


def mask_phone(phone: str) -> str:
    """138****1234."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)
