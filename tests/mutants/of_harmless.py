"""Mutants that take out no guard: what a trial must tell from a guard that is missed."""

from __future__ import annotations

from dataclasses import replace

from tests.mutants.mutant import Edit, Mutant

FILE = "services/stats/domain/reconciliation.py"
QUICK = (
    "tests/unit/stats/test_reconciliation.py::"
    "test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-05-1-False]"
)

HARMLESS = Mutant("harmless", "a comment", (Edit(FILE, "not on the bus yet", "on their way to the bus"),), (QUICK,))
BROKEN = replace(
    HARMLESS,
    name="broken",
    edits=(Edit(FILE, "return self.closed_through >= day and", "return self.closed_once >= day and"),),
)
UNREADABLE = replace(HARMLESS, name="unreadable", edits=(Edit(FILE, "not on the bus yet", '"""'),))
MUTANTS = (HARMLESS, BROKEN, UNREADABLE)
