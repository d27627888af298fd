"""Mutants of applications for a missing county: who decides, what the clock does, what a flood reaches."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

RULES, STAFF = "services/identity/domain/application.py", "services/identity/use_cases/staff/"
TESTS = "tests/unit/identity/test_applications.py::"

MUTANTS = (
    Mutant(
        "decided-elsewhere",
        "a level decides what waits at another one",
        (
            Edit(f"{STAFF}applications.py", "if row.holder not in caller.scope.paths:", "if False:"),
            Edit(RULES, "if holder != application.holder:", "if False:"),
        ),
        (f"{TESTS}test_nobody_decides_for_another_level_or_beside_it_and_a_refusal_has_a_reason",),
    ),
    Mutant(
        "climbs-at-once",
        "an application climbs before its days are over",
        (Edit(RULES, "0 < application.climbs_at <= at", "0 < application.climbs_at"),),
        (f"{TESTS}test_it_climbs_when_its_days_are_over_and_never_above_the_ministry",),
    ),
    Mutant(
        "grant-left-behind",
        "what died between unit and account is finished by nobody",
        (Edit(f"{STAFF}application_steps.py", "return state.since if state.state == GRANTED else", "return"),),
        (f"{TESTS}test_a_grant_that_dies_between_unit_and_account_is_finished_by_the_worker",),
    ),
    Mutant(
        "form-floods",
        "the public form takes any number a day",
        (Edit(f"{STAFF}application_form.py", 'reserve(deps, f"applications:{key}", FULL, limit)', "pass"),),
        (f"{TESTS}test_the_form_floods_no_level_and_stops_nobody_elsewhere_or_with_an_account",),
    ),
    Mutant(
        "contact-kept",
        "the contact of an asker is kept after the answer",
        (
            Edit(
                f"{STAFF}application_clock.py",
                'lambda text: replace(text, contact_name="", contact="", note="", answer="")',
                "lambda text: text",
            ),
        ),
        (f"{TESTS}test_contact_note_and_reason_are_erased_some_days_after_the_answer_and_are_in_no_event",),
    ),
)
