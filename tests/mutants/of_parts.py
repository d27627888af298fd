"""Mutants of an import in parts: what is taken, what is left out, and what needs a yes."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

IMPORTING = "services/roster/use_cases/importing"
ADMISSION, RUNS = f"{IMPORTING}/admission.py", f"{IMPORTING}/runs.py"
TESTS = "tests/unit/roster/test_parts.py::"

MUTANTS = (
    Mutant(
        "withdrawal-lost-in-parts",
        "a row that withdraws a proposal belongs to no part of a file",
        (Edit(ADMISSION, '"changed" if unrecorded.has_decided else ""', '""'),),
        (f"{TESTS}test_the_withdrawal_of_a_proposal_is_taken_or_left_out_but_never_lost",),
    ),
    Mutant(
        "part-takes-all",
        "what a school has not chosen is imported too",
        (Edit(ADMISSION, "        if not parts.is_all:\n", "        if False:\n"),),
        (f"{TESTS}test_only_the_chosen_class_is_taken_and_the_rest_is_counted",),
    ),
    Mutant(
        "left-out-is-lost",
        "the file is deleted although a part of it is left out",
        (Edit(f"{IMPORTING}/roster_import.py", ' or report["asked"] or report[LEFT_OUT]:', ' or report["asked"]:'),),
        (f"{TESTS}test_what_is_left_out_stays_to_be_looked_at_and_taken",),
    ),
    Mutant(
        "part-counts-all-moves",
        "moves that are left out count as made, now and for the next files",
        (
            Edit(
                "services/roster/domain/list_changes.py",
                'for row, move in moves.items() if parts.take(move[1], "moved")}',
                "for row, move in moves.items()}",
            ),
        ),
        (f"{TESTS}test_a_large_change_that_is_left_out_needs_no_yes",),
    ),
    Mutant(
        "rest-of-a-first-file-waits",
        "the rest of a school's first file waits for the bureau",
        (Edit(RUNS, 'return bool(first.get("part_of") == file)', "return False"),),
        (f"{TESTS}test_the_rest_of_a_first_file_is_of_the_first_import",),
    ),
    Mutant(
        "any-file-is-first",
        "after a part of its first file every file of a school adds pupils without the bureau",
        (Edit(RUNS, 'return bool(first.get("part_of") == file)', 'return bool(first.get("part_of"))'),),
        (f"{TESTS}test_another_file_after_a_part_of_the_first_one_is_not_the_first",),
    ),
)
