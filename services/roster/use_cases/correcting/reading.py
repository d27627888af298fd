"""Corrections as people see them: a child's history, what waits for a decision, one of them in full, and its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.roster.authorization import GUARDIAN, pupil_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.correction import BUREAU, LEADER, Correction
from services.roster.domain.enrolment import VOID
from services.roster.forms.form import in_words
from services.roster.personal_data import masked
from services.roster.proofs.file_kinds import MEDIA_TYPES
from services.roster.roster_file.columns import TITLE
from services.roster.tables.lookups import corrections_row
from services.roster.tables.rows import CorrectionsRow, PupilRow
from services.roster.use_cases.masked_values import masked_value, shown_field
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_number
from shared.language.class_names import class_name
from shared.service.auth import Caller

LISTED = 200  # pupils in one list


# ---- one pupil
def read_corrections(deps: Dependencies, caller: Caller, pupil: str, source: str) -> Mapping[str, Any]:
    """{"items": all, the newest first}. Masked for staff; for a guardian as far as `_for_guardian` says."""
    known = pupil_in_scope(deps, caller, pupil)
    deps.views.record(caller, "registry-data", [known.id], deps.tree.pupil_path(known.state), source)
    row = corrections_row(deps.tables, pupil)
    values = deps.personal_data.corrections(row)
    show = _for_guardian if caller.role == GUARDIAN else masked_value
    return {"items": [_item(deps, each, values[each.id], show) for each in reversed(row.state.all)]}


def read_correction(deps: Dependencies, caller: Caller, pupil: str, id: str, source: str) -> Mapping[str, Any]:
    """One in full, to be compared with its proof; the view and the reveal are recorded first."""
    known = pupil_in_scope(deps, caller, pupil)
    row = corrections_row(deps.tables, pupil)
    correction = _correction(row, id)
    path = deps.tree.pupil_path(known.state)
    deps.views.record(caller, "registry-data", [known.id], path, source)
    deps.trail.record("reveal", caller, target=known.state.school, source=source, pupils=1)
    return {
        **_item(deps, correction, deps.personal_data.corrections(row)[id], in_words),
        "pupil": known.id,
        "name": deps.personal_data.fields(known)["name"],
        "school_name": deps.tree.unit(known.state.school).name,
        "class_name": class_name(known.state.class_, deps.today()),
        "own": caller.account in (correction.by, correction.approved_by),
    }


def read_proof(deps: Dependencies, caller: Caller, pupil: str, id: str, source: str) -> tuple[str, bytes]:
    """(media type, file); the view is recorded first. Raises Refused("gone") when it is no longer kept."""
    known = pupil_in_scope(deps, caller, pupil)
    correction = _correction(corrections_row(deps.tables, pupil), id)
    proof = deps.proofs.get(id)
    if proof is None or proof.until <= deps.clock.now():
        raise Refused("proof-not-kept", "The proof of this correction is no longer kept.", kind="gone", where="proof")
    deps.views.record(caller, "proof", [known.id], deps.tree.pupil_path(known.state), source)
    return MEDIA_TYPES[correction.proof], deps.personal_data.sealer.open_bytes(f"proof-{id}", proof.sealed)


def _correction(row: CorrectionsRow, id: str) -> Correction:
    if (correction := row.state.get(id)) is None:
        raise Refused("not-found", "This pupil has no correction with this id.", where="correction")
    return correction


def _item(deps: Dependencies, correction: Correction, values: Mapping[str, Any], show: Any) -> dict[str, Any]:
    before, after, day = values["before"], values["after"], deps.today()
    return {
        "correction": correction.id,
        "entered": iso(correction.at),
        "ended": iso(correction.ended) if correction.ended else "",
        "status": correction.status,
        "refused_by": correction.refused_by,
        "why": correction.why,
        "reason": values["reason"],
        "proof": correction.proof,
        "changes": [shown_field(name, before[name], after[name], day=day, show=show) for name in correction.fields],
    }


def _for_guardian(name: str, value: str) -> str:
    """Numbers are masked. Of a guardian name and relation are in clear: two need not live together (registry_copy)."""
    if name.startswith("guardian") and not name.endswith(("_name", "_relation")):
        return masked_value(name, value)
    return mask_number(value) if name.endswith("number") else in_words(name, value)


# ---- what waits
def list_waiting(deps: Dependencies, unit: str) -> Mapping[str, Any]:
    """{"items", "leader", "bureau", "more"}: what waits in a school, or for the bureaus of a region, masked.

    leader, bureau: the numbers of those listed. The oldest first; for the nation these may be millions, so no more are
    read than are shown. more: others come when these are decided.
    """
    if is_school := deps.tree.unit(unit).level == "school":
        rows = sorted(deps.tables.corrections.find("waits_in", [unit]), key=lambda row: row.state.waiting[0].at)
    else:
        rows = deps.tables.corrections.first("seen_by", unit, "since", LISTED + 1)
    shown = rows if is_school else rows[:LISTED]
    pupils = {row.id: row for row in deps.tables.pupils.many(row.id for row in shown) if row.state.state != VOID}
    schools = {
        school.code: school.name for school, _ in deps.tree.paths(pupil.state.school for pupil in pupils.values())
    }
    items = [
        _line(deps, pupil, each, schools[each.school])
        for row in shown
        if (pupil := pupils.get(row.id))
        for each in row.state.waiting
        if each.school == pupil.state.school and (is_school or each.status == BUREAU)
    ]
    counts = {side: sum(item["status"] == side for item in items) for side in (LEADER, BUREAU)}
    return {"items": items, **counts, "more": len(rows) > len(shown)}


def _line(deps: Dependencies, pupil: PupilRow, correction: Correction, school_name: str) -> dict[str, Any]:
    shown = masked(deps.personal_data.fields(pupil))
    return {
        "pupil": pupil.id,
        "correction": correction.id,
        "school": correction.school,
        "school_name": school_name,
        "class_name": class_name(pupil.state.class_, deps.today()),
        "name": shown["name"],
        "number_masked": shown["number_masked"] or shown["id_number_masked"],
        "titles": list(_titles(correction)),
        "status": correction.status,
        "entered": iso(correction.at),
    }


def _titles(correction: Correction) -> Iterator[str]:
    return (TITLE[name] for name in correction.fields)
