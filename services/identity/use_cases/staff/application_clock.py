"""The clock of applications: unanswered ones climb, granted ones are finished, contacts are erased some days later.

Any number may run at once: each step is decided on the stream, and repeating one changes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from services.identity.dependencies import Dependencies
from services.identity.domain.application import ENDED, GRANTED, Climb, EraseContact
from services.identity.repositories.applications import ApplicationRow
from services.identity.use_cases.staff.application_steps import CLOCK, decide_application, finish
from shared.eventsourcing.store import CommandContext

AT_ONCE = 100
log = logging.getLogger("applications")


def tick(deps: Dependencies) -> int:
    """Do what is due now. Returns how many were looked at; one that fails does not hold up the others."""
    due = deps.records.applications.due(deps.clock.now(), AT_ONCE)
    for row in due:
        try:
            _step(deps, row)
        except Exception:
            log.exception("an application waits, trying again", extra={"application": row.id})
    return len(due)


def _step(deps: Dependencies, row: ApplicationRow) -> None:
    context, now = CommandContext(f"{CLOCK}:{row.id}:{row.version}:{row.state}", CLOCK), deps.clock.now()
    if row.state == GRANTED:
        finish(deps, row.id)
    elif row.state in ENDED:
        decide_application(
            deps,
            context,
            row.id,
            EraseContact(),
            lambda text: replace(text, contact_name="", contact="", note="", answer=""),
        )
    else:
        decide_application(deps, context, row.id, Climb(now, deps.applications.wait_ms))
