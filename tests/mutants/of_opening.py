"""Mutants of opening a campaign: who was enrolled before gets an entry, and nobody is left out of a print."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

OPENINGS, PRINTS, CHANGES = (
    "services/roster/use_cases/campaign_opening.py",
    "services/roster/use_cases/printing.py",
    "services/roster/use_cases/pupil_changes.py",
)
OPENED = "tests/unit/roster/test_campaign_opening.py::"

MUTANTS = (
    Mutant(
        "ready-too-early",
        "a campaign is ready though a school could not be done",
        (Edit(OPENINGS, "        if len(done) < len(schools):\n            return False\n", ""),),
        (f"{OPENED}test_a_school_that_cannot_be_done_does_not_keep_the_others_waiting_and_is_looked_at_again",),
    ),
    Mutant(
        "one-bad-school",
        "one school that cannot be done keeps all others waiting",
        (Edit(OPENINGS, 'isinstance(error, Refused) and error.code == "unavailable"', "error"),),
        (f"{OPENED}test_a_school_that_cannot_be_done_does_not_keep_the_others_waiting_and_is_looked_at_again",),
    ),
    Mutant(
        "print-unready",
        "a class is read for a print before it is known whether every pupil has an entry",
        (
            Edit(PRINTS, "    _require_ready(deps, campaign)\n", ""),
            Edit(
                PRINTS, "    id = uuid.uuid5(PRINTS", "    _require_ready(deps, campaign)\n    id = uuid.uuid5(PRINTS"
            ),
        ),
        (f"{OPENED}test_a_half_done_class_is_not_printed_though_the_campaign_becomes_ready_at_that_moment",),
    ),
    Mutant(
        "no-catching-up",
        "a change that was planned before the opening leaves the entry behind",
        (Edit(CHANGES, "    transact(deps.store, context, catch_up)\n", ""),),
        (f"{OPENED}test_a_move_that_was_planned_before_the_opening_takes_the_entry_along",),
    ),
)
