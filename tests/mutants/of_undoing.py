"""Mutants of the undo of an import: what it takes back, once, and what stands in its way."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

IMPORTING = "services/roster/use_cases/importing"
UNDO, NOTES, RUNS = f"{IMPORTING}/undo.py", f"{IMPORTING}/undo_notes.py", f"{IMPORTING}/runs.py"
TALLY = "services/roster/domain/tally.py"
TESTS = "tests/unit/roster/test_undo.py::"
STANDS = "test_an_import_on_which_something_stands_is_not_undone_and_says_on_whom"

MUTANTS = (
    Mutant(
        "undo-over-what-stands",
        "an import is undone although something was recorded later",
        (Edit(UNDO, "    if pupils or requests:\n", "    if False:\n"),),
        (f"{TESTS}{STANDS}[imported_again]",),
    ),
    Mutant(
        "undo-over-prints",
        "an import is undone although the forms of its pupils were printed",
        (
            Edit(
                NOTES,
                "streams += [(row.state.pupil, _entry_stream(row), row.version)",
                "[] and [(row.state.pupil, 0, 0)",
            ),
        ),
        (f"{TESTS}{STANDS}[printed]",),
    ),
    Mutant(
        "undo-over-answers",
        "a request that was answered is taken back",
        (Edit(NOTES, "        if not row.state.waits or [row.state", "        if [row.state"),),
        (f"{TESTS}{STANDS}[answered]",),
    ),
    Mutant(
        "undo-tells-of-numbers",
        "an undo is refused when whoever holds a claimed number moves",
        (
            Edit(
                NOTES,
                '        if not row.state.waits or [row.state.class_, row.state.content] != notes["asked"][row.id]\n',
                '        if deps.store.load(f"arrival-{row.id}")[-1].type != "arrival.asked"\n',
            ),
        ),
        (f"{TESTS}test_a_refused_undo_does_not_tell_whether_somebody_has_a_claimed_number",),
    ),
    Mutant(
        "undo-without-a-yes",
        "an undo needs no yes to its counts",
        (Edit(UNDO, "    if confirm != _confirmation(", "    if False and confirm != _confirmation("),),
        (f"{TESTS}test_an_undo_needs_the_yes_to_its_counts",),
    ),
    Mutant(
        "undo-for-ever",
        "an old import is undone as long as no sweep has removed its values",
        (Edit(UNDO, "    if until(run) <= now:\n", "    if False:\n"),),
        (f"{TESTS}test_an_old_import_is_not_undone_even_while_its_values_are_not_swept_yet",),
    ),
    Mutant(
        "undo-of-another-school",
        "every school undoes every import",
        (Edit(UNDO, "    school_in_scope(deps, caller, run.school)\n", ""),),
        (f"{TESTS}test_imports_are_for_their_school_alone",),
    ),
    Mutant(
        "undo-half-way",
        "an undo that died is continued by nobody but who began it",
        (Edit("services/roster/worker.py", "                finish_begun(deps)\n", ""),),
        (f"{TESTS}test_an_undo_that_died_midway_is_continued[worker-1]",),
    ),
    Mutant(
        "undo-over-a-change-meanwhile",
        "what somebody changes while the undo is under way is overwritten",
        (Edit(UNDO, "        stay = {*undo_notes.standing_pupils(deps, notes), ", "        stay = {"),),
        (f"{TESTS}test_somebody_who_is_changed_while_the_undo_is_under_way_stays_and_is_told",),
    ),
    Mutant(
        "taken-back-with-its-data",
        "personal data of a pupil who is taken back stays",
        (Edit(UNDO, "    empty = deps.personal_data.sealer.seal(row.id, {})\n", "    empty = row.sealed\n"),),
        (f"{TESTS}test_who_was_added_is_nobody_any_more",),
    ),
    Mutant(
        "undone-moves-count",
        "what an undone import has moved counts for the next one",
        (Edit(TALLY, 'if each.run != data["run"])', "if True)"),),
        (f"{TESTS}test_moves_of_an_undone_import_do_not_count_for_the_next",),
    ),
    Mutant(
        "imported-after-its-undo",
        "an import that has died and was undone goes on when it is sent again",
        (Edit(RUNS, "        if row.state.is_taken_back:\n            raise undone_meanwhile()\n", ""),),
        (f"{TESTS}test_an_import_that_died_can_be_undone_once_it_cannot_run_any_more",),
    ),
    Mutant(
        "first-file-twice",
        "a school with pupils has a second first file once the first is undone",
        (Edit(RUNS, 'pupils_by(deps.tables, "school", school):', "False:"),),
        (f"{TESTS}test_a_school_with_pupils_has_no_second_first_file",),
    ),
)
