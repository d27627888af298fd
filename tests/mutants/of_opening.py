"""Mutants of opening a campaign: every pupil enrolled before it gets an entry, and no print leaves one out."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

OPENINGS, PRINTS, CHANGES = (
    "services/roster/use_cases/campaign_opening.py",
    "services/roster/use_cases/printing.py",
    "services/roster/use_cases/pupil_changes.py",
)
STATE, ENTRIES = "shared/language/campaign_state.py", "services/roster/use_cases/entries.py"
CAMPAIGNS, PRINTED = "tests/unit/roster/test_campaigns.py::", "tests/unit/roster/test_printing.py::"
OPENED = "tests/unit/roster/test_campaign_opening.py::"

MUTANTS = (
    Mutant(
        "ended-looks-open",
        "a campaign whose last day is over is called running",
        (Edit(STATE, "    if is_over(last_day, day):\n        return ENDED\n", ""),),
        (
            f"{CAMPAIGNS}test_the_list_says_in_which_state_a_campaign_is_today[102-ended]",
            f"{CAMPAIGNS}test_the_newest_running_campaign_comes_first_and_is_the_default_of_a_list",
        ),
    ),
    Mutant(
        "print-for-nothing",
        "forms of an ended campaign are printed, whose photos are refused",
        (Edit(PRINTS, "if is_over(row.state.last_day, deps.today()):", "if not row.state.last_day:"),),
        (f"{PRINTED}test_after_its_last_day_a_campaigns_forms_are_neither_printed_nor_fetched",),
    ),
    Mutant(
        "entry-after-the-end",
        "who is enrolled after a campaign's end gets an entry in it, which no figure counts",
        (Edit(ENTRIES, "    if is_over(campaign.last_day, deps.today()):\n        return\n", ""),),
        (f"{CAMPAIGNS}test_who_is_enrolled_after_the_end_of_a_campaign_gets_no_entry_in_it",),
    ),
    Mutant(
        "ready-too-early",
        "a campaign is ready though the entries of a school are incomplete",
        (Edit(OPENINGS, "        if len(done) < len(schools):\n            return False\n", ""),),
        (f"{OPENED}test_a_school_that_fails_does_not_hold_up_the_others_and_is_retried",),
    ),
    Mutant(
        "one-bad-school",
        "one school that fails holds up all others",
        (Edit(OPENINGS, 'isinstance(error, Refused) and error.code == "unavailable"', "error"),),
        (f"{OPENED}test_a_school_that_fails_does_not_hold_up_the_others_and_is_retried",),
    ),
    Mutant(
        "print-unready",
        "the entries of a class are read for a print before the campaign is checked to be ready",
        (
            Edit(PRINTS, "    _require_ready(deps, campaign)\n", ""),
            Edit(
                PRINTS,
                "    void = _valid_sheets(_entries(deps, campaign",
                "    _require_ready(deps, campaign)\n    void = _valid_sheets(_entries(deps, campaign",
            ),
        ),
        (f"{OPENED}test_a_half_done_class_is_not_printed_though_the_campaign_becomes_ready_at_that_moment",),
    ),
    Mutant(
        "no-catching-up",
        "a change that was planned before the opening leaves the entry behind",
        (Edit(CHANGES, "    transact(deps.store, context, catch_up)\n", ""),),
        (f"{OPENED}test_an_entry_follows_a_move_that_was_planned_before_the_opening",),
    ),
)
