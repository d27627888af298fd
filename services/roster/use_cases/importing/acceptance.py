"""Acceptance of an import: its plan, judged with what other files have changed lately, and counted for the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.tally import Count, Tally, tally_decider, tally_stream
from services.roster.tables.rows import TallyRow
from services.roster.use_cases.importing.import_plan import plan_of
from services.roster.use_cases.importing.recognition import Recognition
from shared.eventsourcing.commands import UnitOfWork, first_response, transact
from shared.eventsourcing.store import CommandContext


def planned_only(deps: Dependencies, school: str, data: bytes, recognition: Recognition) -> Mapping[str, Any]:
    """The plan of a dry run."""
    return plan_of(school, data, recognition, _tally(deps, school).state.lately(deps.clock.now()))


def accept(
    deps: Dependencies,
    context: CommandContext,
    run: str,
    school: str,
    data: bytes,
    recognition: Recognition,
    confirm: str,
) -> tuple[Mapping[str, Any], bool]:
    """The plan, and whether this command carries it out: not without the yes that it needs.

    Remembered, because an interrupted import that is sent again finds some of its moves made already.
    """
    own = replace(context, id=f"{context.id}:plan")

    def plan(work: UnitOfWork) -> Mapping[str, Any]:
        if (first := first_response(deps.store, own)) is not None:
            return first
        row, now = _tally(deps, school), deps.clock.now()
        lately = row.state.lately(now)
        planned = plan_of(school, data, recognition, lately)
        if planned["confirm"] in ("", confirm):
            count = Count(now, recognition.changes.after(lately), run)
            version, state = work.decide(tally_decider(school), tally_stream(school), row.version, row.state, count)
            if version > row.version:
                work.put(deps.tables.tallies, TallyRow(version, state))
            work.remember(planned)
        return planned

    planned = transact(deps.store, own, plan)
    return planned, planned["confirm"] in ("", confirm)


def _tally(deps: Dependencies, school: str) -> TallyRow:
    return deps.tables.tallies.get(school) or TallyRow(0, Tally(school))
