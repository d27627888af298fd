"""Corrections typed in by the school: key fields wait for leader and bureau, all others take effect at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.correction import CLASS, Enter, Withdraw, correction_decider, correction_stream
from services.roster.domain.enrolment import Command, Correct, MoveClass
from services.roster.proofs.file_kinds import checked
from services.roster.proofs.protocol import WHILE_IT_WAITS, Proof
from services.roster.roster_file.correction_reader import read_values
from services.roster.tables.lookups import corrections_row, open_campaigns, pupil_row
from services.roster.tables.rows import PupilRow
from services.roster.use_cases.correcting.following import catch_up, end_proof, key_fields, put_corrections, values_of
from services.roster.use_cases.importing.school_context import school_context
from services.roster.use_cases.pupil_changes import decide_pupil
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

CORRECTIONS = uuid.UUID("6d0b9a44-3f0e-4d5c-8a64-5b7f1f2f8a10")
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """The values of the change column, by field. proof: the file, b"" for none."""

    fields: Mapping[str, str]
    proof: bytes = b""


def enter_corrections(
    deps: Dependencies, caller: Caller, context: CommandContext, pupil: str, typed: Typed, source: str
) -> Mapping[str, Any]:
    """{"pupil", "applied", "waiting"}: the ids of what took effect, and of what waits for the leader; "" for none.

    Raises Refused: "bad-correction", "nothing-differs", "proof-missing" and what the proof is refused for.
    """
    kind, proof = checked(typed.proof) if typed.proof else ("", b"")

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        known = pupil_row(deps.tables, pupil)
        before = values_of(deps.personal_data.fields(known), known.state.class_)
        after = _differing(deps, known, before, typed.fields)
        keys = key_fields(deps, known.state.school)
        parts = {
            "applied": {name: value for name, value in after.items() if name not in keys},
            "waiting": {name: value for name, value in after.items() if name in keys},
        }
        ids = {part: uuid.uuid5(CORRECTIONS, f"{context.id}:{part}").hex for part, values in parts.items() if values}
        row, at = corrections_row(deps.tables, pupil), deps.clock.now()
        commands = [
            Enter(
                id, known.state.school, tuple(parts[part]), part == "waiting", caller.account, at,
                kind if part == "waiting" else "",
            )
            for part, id in ids.items()
        ]  # fmt: skip
        decider, stream = correction_decider(pupil), correction_stream(pupil)
        version, state = work.decide(decider, stream, row.version, row.state, *commands)
        made = {
            id: {"before": {name: before.get(name, "") for name in parts[part]}, "after": parts[part], "reason": ""}
            for part, id in ids.items()
        }
        put_corrections(deps, work, version, state, {**deps.personal_data.corrections(row), **made})
        if parts["applied"]:
            apply_values(deps, work, known, parts["applied"], ids["applied"])
        if parts["waiting"]:
            sealed = deps.personal_data.sealer.seal_bytes(f"proof-{ids['waiting']}", proof)
            work.also(lambda session: deps.proofs.keep(Proof(ids["waiting"], WHILE_IT_WAITS, sealed), session))
        return {"pupil": pupil, "applied": ids.get("applied", ""), "waiting": ids.get("waiting", "")}

    catch_up(deps, context, pupil)
    with deps.trail.acting("correction-entered", context, caller, target=pupil, source=source) as acting:
        return execute(deps.store, acting, plan)


def _differing(deps: Dependencies, known: PupilRow, before: Values, typed: Mapping[str, str]) -> Values:
    """The typed values in their normal form, as far as the record says something else."""
    personal = {name: value for name, value in typed.items() if name != CLASS}
    after = read_values(personal, before, school_context(deps, known.state.school))
    if CLASS in typed:
        _require_class(deps, known.state.school, typed[CLASS])
        after[CLASS] = typed[CLASS]
    if not (differing := {name: value for name, value in after.items() if value != before.get(name, "")}):
        raise Refused("nothing-differs", "The record says all of this already.", kind="conflict", where="fields")
    return differing


def _require_class(deps: Dependencies, school: str, class_: str) -> None:
    destination = deps.tree.class_(class_)
    if destination.school != school or not destination.open:
        raise Refused("class-unknown", "The school has no open class with this id.", where="class")


def apply_values(deps: Dependencies, work: UnitOfWork, known: PupilRow, values: Mapping[str, str], id: str) -> None:
    """Bring a correction's values into the record."""
    merged = {**deps.personal_data.fields(known), **{name: value for name, value in values.items() if name != CLASS}}
    fields = {name: value for name, value in merged.items() if value}
    commands: list[Command] = [Correct()]
    if CLASS in values:
        _require_class(deps, known.state.school, values[CLASS])
        commands.append(MoveClass(known.state.school, values[CLASS]))
    decide_pupil(deps, work, known, commands, open_campaigns(deps.tables), fields, correction=id)


def withdraw_correction(
    deps: Dependencies, caller: Caller, context: CommandContext, pupil: str, id: str, source: str
) -> Mapping[str, Any]:
    """{"pupil", "correction", "status"}. By any of the school's, because colleagues stand in for each other."""

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        row = corrections_row(deps.tables, pupil)
        command = Withdraw(id, caller.account, deps.clock.now())
        decider, stream = correction_decider(pupil), correction_stream(pupil)
        version, state = work.decide(decider, stream, row.version, row.state, command)
        put_corrections(deps, work, version, state, deps.personal_data.corrections(row))
        end_proof(deps, work, id)
        return {"pupil": pupil, "correction": id, "status": "withdrawn"}

    with deps.trail.acting("correction-withdrawn", context, caller, target=pupil, source=source) as acting:
        return execute(deps.store, acting, plan)
