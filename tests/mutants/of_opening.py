"""Mutants of a campaign's life: every pupil enrolled before its opening gets an entry, no print leaves one out, and a
last day that moves reaches every entry and changes no day that is over."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

OPENINGS, PRINTS, CHANGES = (
    "services/roster/use_cases/campaign_opening.py",
    "services/roster/use_cases/printing.py",
    "services/roster/use_cases/pupil_changes.py",
)
CAMPAIGN, ROWS = "services/roster/domain/campaign.py", "services/roster/tables/rows.py"
DECIDERS = "tests/unit/roster/test_deciders.py::"
STATE, ENTRIES = "shared/language/campaign_state.py", "services/roster/use_cases/entries.py"
CAMPAIGNS, PRINTED = "tests/unit/roster/test_campaigns.py::", "tests/unit/roster/test_printing.py::"
OPENED = "tests/unit/roster/test_campaign_opening.py::"

MUTANTS = (
    Mutant(
        "extended-into-the-next-round",
        "a campaign is extended into its second round",
        (Edit("services/roster/domain/campaign.py", "    if first and first <= last_day:\n", "    if False:\n"),),
        (f"{CAMPAIGNS}test_a_second_round_names_a_campaign_that_is_over_on_its_first_day",),
    ),
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
                "    if part.pupils or not asked.goes_on:\n",
                "    _require_ready(deps, campaign)\n    if part.pupils or not asked.goes_on:\n",
            ),
        ),
        (f"{OPENED}test_a_half_done_class_is_not_printed_though_the_campaign_becomes_ready_at_that_moment",),
    ),
    Mutant(
        "closed-yesterday",
        "a campaign is closed with a last day that is over, whose photos have been counted since",
        (Edit(CAMPAIGN, "    earliest = max(command.today, campaign.opens)\n", "    earliest = campaign.opens\n"),),
        (f"{DECIDERS}test_the_life_of_a_campaign",),
    ),
    Mutant(
        "extended-over-the-end",
        "a campaign that has ended is extended, though its last figures stand in reports",
        (
            Edit(
                CAMPAIGN,
                "def _move_last_day(command: Extend | CloseEarly, campaign: Campaign) -> Sequence[NewEvent]:\n"
                "    if is_over(campaign.last_day, command.today):\n",
                "def _move_last_day(command: Extend | CloseEarly, campaign: Campaign) -> Sequence[NewEvent]:\n"
                "    if not campaign.last_day:\n",
            ),
        ),
        (f"{DECIDERS}test_the_life_of_a_campaign",),
    ),
    Mutant(
        "entries-stay-behind",
        "the last day of a campaign moves, and its entries keep the one of the opening",
        (Edit(ROWS, "return self.state.settled == self.state.last_day", "return self.ready"),),
        (f"{CAMPAIGNS}test_every_entry_follows_an_extension_and_an_early_close_once",),
    ),
    Mutant(
        "told-the-day-before-last",
        "a worker takes schools for done whose entries have been told another last day since",
        (Edit(OPENINGS, "self._done[row.id, row.version]", "self._done[row.id, 0]"),),
        (f"{CAMPAIGNS}test_an_extension_that_is_taken_back_while_the_entries_follow_leaves_none_behind",),
    ),
    Mutant(
        "settled-on-trust",
        "a campaign is called settled for a last day that has moved there and back since the schools were looked at",
        (
            Edit(
                OPENINGS,
                "        if campaign_row(self.deps.tables, row.id).version != row.version:\n            return False\n",
                "        row = campaign_row(self.deps.tables, row.id)\n",
            ),
        ),
        (f"{CAMPAIGNS}test_an_extension_that_is_taken_back_while_the_entries_follow_leaves_none_behind",),
    ),
    Mutant(
        "last-day-of-the-entry",
        "upload asks the entry for the last day, which lags behind an extension or an early close",
        (
            Edit(
                "services/upload/roster_view/view.py",
                'return str(campaign["last_day"]) if campaign else entry.last_day',
                "return entry.last_day",
            ),
        ),
        (
            "tests/unit/upload/test_roster_view.py::"
            "test_the_last_day_is_the_campaigns_though_the_entry_has_not_followed_yet",
        ),
    ),
    Mutant(
        "a-region-runs-the-campaign",
        "whoever may run campaigns anywhere may run the nation's",
        (Edit("services/roster/authorization.py", '    require_path(caller, child("/", NATION))\n', "    return\n"),),
        (f"{CAMPAIGNS}test_only_the_ministry_with_the_nation_in_its_scope_moves_a_campaign_on",),
    ),
    Mutant(
        "no-catching-up",
        "a change that was planned before the opening leaves the entry behind",
        (Edit(CHANGES, "    transact(deps.store, context, catch_up)\n", ""),),
        (f"{OPENED}test_an_entry_follows_a_move_that_was_planned_before_the_opening",),
    ),
)
