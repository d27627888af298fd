"""Mutants of the registry against hostile visitors: roster files, names and downloads."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

DISPLAY, SHEETS = "shared/language/display_text.py", "shared/infrastructure/sheets.py"
NAMES = "tests/unit/shared/test_display_text.py::"

ADMISSION, ARRIVALS, ASKING, IMPORT = (
    "services/roster/use_cases/importing/admission.py",
    "services/roster/use_cases/arrivals.py",
    "services/roster/use_cases/asking.py",
    "services/roster/use_cases/importing/roster_import.py",
)
ACCEPTING, TALLY = "services/roster/use_cases/importing/acceptance.py", "services/roster/domain/tally.py"
MATCHING, LISTS, PLAN, RECOGNITION, ONE_CHILD, PLANNING = (
    "services/roster/domain/matching.py",
    "services/roster/domain/list_changes.py",
    "services/roster/use_cases/importing/import_plan.py",
    "services/roster/use_cases/importing/recognition.py",
    "tests/unit/roster/test_one_child.py::",
    "tests/unit/roster/test_import_plan.py::",
)
ARRIVING, PROPOSING = "tests/unit/roster/test_arrivals.py::", "tests/unit/roster/test_proposals.py::"

QUEUE, QUEUING = "shared/infrastructure/work_queue.py", "tests/unit/shared/test_work_queue.py::"

MARKED = "services/roster/roster_file/marked.py"
KEPT, KEEPING = "services/roster/use_cases/importing/kept_import.py", "tests/unit/roster/test_kept_files.py::"

MUTANTS = (
    Mutant(
        "roster-file-kept-for-ever",
        "a roster file is readable for as long as no sweep has removed it",
        (Edit(KEPT, "if file is None or file.until <= deps.clock.now():", "if file is None:"),),
        (f"{KEEPING}test_a_file_with_errors_stays_until_it_is_due",),
    ),
    Mutant(
        "roster-file-of-another-school",
        "a roster file is given to everybody who knows the number of its import",
        (Edit(IMPORT, "report, data = report_in_scope(deps, caller, id)", "report, data = _kept(deps, id)"),),
        (f"{KEEPING}test_the_file_is_for_its_school_alone",),
    ),
    Mutant(
        "roster-file-taken-in-silence",
        "a file with pupils' data in clear leaves no record",
        (Edit(IMPORT, '    deps.trail.record("roster-file"', '    0 and deps.trail.record("roster-file"'),),
        (f"{KEEPING}test_a_marked_file_is_recorded",),
    ),
    Mutant(
        "hidden-sheet-shown",
        "a sheet that was hidden, and so not imported, is shown in the marked file and imported from it",
        (Edit(MARKED, "            page.hide()\n", "            pass\n"),),
        (f"{KEEPING}test_a_marked_file_is_read_as_the_file_itself",),
    ),
    Mutant(
        "endless-queue",
        "every request for expensive work holds a thread until its turn",
        (Edit(QUEUE, "if before < self._seats - self._inside:", "if before < self._seats:"),),
        (f"{QUEUING}test_those_who_find_no_seat_are_sent_away_at_once_with_the_number_before_them",),
    ),
    Mutant(
        "overtaking",
        "who comes first after a seat is free gets it, however long others have waited",
        (Edit(QUEUE, "if before < self._seats - self._inside:", "if self._inside < self._seats:"),),
        (f"{QUEUING}test_nobody_overtakes_who_comes_back",),
    ),
    Mutant(
        "seats-for-the-absent",
        "free seats stay empty for people who have closed the page",
        (Edit(QUEUE, "KEPT_SECONDS = 3.0 * RETRY_SECONDS", "KEPT_SECONDS = 10.0 * RETRY_SECONDS"),),
        (f"{QUEUING}test_free_seats_do_not_wait_long_for_those_who_do_not_come_back",),
    ),
    Mutant(
        "queue-of-one",
        "one account fills the queue with work that it never fetches",
        (Edit(QUEUE, "of_one < PLACES_OF_ONE", "of_one < PLACES"),),
        (f"{QUEUING}test_one_account_has_few_places_however_much_it_asks_for",),
    ),
    Mutant(
        "arrival-keeps-all",
        "a request that a bureau answers by moving the pupil keeps the whole row of the file",
        (Edit(ASKING, "version, state, sealed_rest(deps, row))", "version, state, row.sealed)"),),
        (f"{ARRIVING}test_of_an_answered_request_only_the_key_fields_are_kept_whoever_answers",),
    ),
    Mutant(
        "file-takes-pupils",
        "a file takes the pupil of another school by its number",
        (
            Edit(
                ADMISSION,
                "next((holder for holder in holders if holder.state.school == self.school), None)",
                "next(iter(holders), None)",
            ),
            Edit(
                ADMISSION,
                "            commands.append(MoveClass(self.school, line.class_))\n",
                "            commands.append(Transfer(self.school, line.class_))\n",
            ),
            Edit(ADMISSION, "Correct, Enrol, MoveClass\n", "Correct, Enrol, MoveClass, Transfer\n"),
        ),
        (f"{ARRIVING}test_a_school_that_asks_gets_nothing_and_the_child_stays_counted_once",),
    ),
    Mutant(
        "file-tells-numbers",
        "a number that nobody has is enrolled at once, and so told from one that exists",
        (Edit(ADMISSION, "not (self.is_first and elsewhere is None)", "elsewhere is not None"),),
        (f"{ARRIVING}test_a_new_number_waits_for_the_unit_above_the_school_not_for_the_school",),
    ),
    Mutant(
        "asker-answers",
        "the school that asks for a pupil gives the answer itself",
        (Edit(ARRIVALS, "for unit in row.state.answer):", "for unit in (*row.state.answer, row.state.school)):"),),
        (f"{ARRIVING}test_only_the_side_that_holds_the_pupil_answers",),
    ),
    Mutant(
        "old-data-moves",
        "addresses and telephones of the old school move with the pupil",
        (
            Edit(
                ARRIVALS,
                "kept = without_key_changes(known, fields)",
                "kept = without_key_changes(known, {**known, **fields})",
            ),
        ),
        (f"{ARRIVING}test_the_other_side_sees_who_asks_and_hands_over_without_its_own_data",),
    ),
    Mutant(
        "dry-run-unseen",
        "a dry run leaves no record",
        (
            Edit(
                IMPORT,
                '"import": keep_report(deps, context, id, report)',
                '"import": dry_run or keep_report(deps, context, id, report)',
            ),
        ),
        (
            "tests/unit/roster/test_roster_import.py::"
            "test_a_dry_run_reports_everything_changes_nothing_and_leaves_a_record",
        ),
    ),
    Mutant(
        "file-renames",
        "a file changes the key fields of a known pupil",
        (
            Edit(
                ADMISSION,
                "key_changes(before, wanted), without_key_changes(before, wanted)",
                "key_changes(before, wanted), wanted",
            ),
        ),
        (f"{PROPOSING}test_nobody_but_the_leader_of_the_school_decides",),
    ),
    Mutant(
        "second-child",
        "a child whose row is corrected is found again by its numbers alone",
        (
            Edit(
                MATCHING,
                "            if len(ids) == 1 and times[ids[0]] == 1:\n",
                "            if len(ids) > len(times):\n",
            ),
            Edit(MATCHING, "            if alike:\n", "            if len(alike) > len(self._known):\n"),
        ),
        (f"{ONE_CHILD}test_a_child_whose_row_is_corrected_is_matched_or_asked_about_and_never_two[name-corrected]",),
    ),
    Mutant(
        "family-of-another",
        "the number of a row is believed against its name and birth date",
        (Edit(MATCHING, "        strays = self._strays(first)\n", "        strays: dict[int, str] = {}\n"),),
        (f"{ONE_CHILD}test_a_column_sorted_alone_gives_nobody_another_family_and_is_told[pupil-number]",),
    ),
    Mutant(
        "later-is-new",
        "a row that is left for later becomes a new child once its candidate is taken",
        (
            Edit(
                MATCHING,
                "        elif answer != NEW or not question.may_be_new:\n",
                "        elif meant.keys().isdisjoint(question.candidates) or not question.may_be_new:\n",
            ),
        ),
        (f"{ONE_CHILD}test_a_row_left_for_later_stays_asked_when_another_row_is_answered_with_its_candidate",),
    ),
    Mutant(
        "number-of-the-former",
        "a guardian who takes the place of another gets the number and the telephone of that person",
        (Edit(ADMISSION, "with_given(before, given)", "{**before, **given}"),),
        (
            "tests/unit/roster/test_guardians.py::"
            "test_another_guardian_never_has_the_number_or_the_telephone_of_the_former_one",
        ),
    ),
    Mutant(
        "second-arrival",
        "a child who waits is a second one under its other number",
        (Edit(RECOGNITION, "        if arrival.state.waits:\n", "        if arrival.state.school != school:\n"),),
        (f"{ONE_CHILD}test_a_child_who_waits_stays_one_when_its_number_is_left_out_or_replaced",),
    ),
    Mutant(
        "class-moves-unasked",
        "a file moves a whole class without a yes",
        (Edit(ACCEPTING, 'return planned, planned["confirm"] in ("", confirm)', "return planned, True"),),
        (f"{ONE_CHILD}test_a_whole_class_moves_with_a_yes_to_exactly_this_file_only[5]",),
    ),
    Mutant(
        "yes-to-any-file",
        "the yes to one file serves for another one",
        (Edit(PLAN, "hashlib.sha256(data).hexdigest(), ", ""),),
        (f"{ONE_CHILD}test_a_whole_class_moves_with_a_yes_to_exactly_this_file_only[5]",),
    ),
    Mutant(
        "missing-untold",
        "who is missing from a newer list of the class is not told",
        (Edit(PLAN, '"missing": len(changes.missing)', '"missing": 0'),),
        (f"{ONE_CHILD}test_who_is_missing_from_a_newer_list_of_the_class_is_told_and_stays",),
    ),
    Mutant(
        "rejoins-unasked",
        "an old file brings back many who had left without a yes",
        (Edit(LISTS, "self.moving + self.rejoining, ", "self.moving, "),),
        (f"{PLANNING}test_many_who_had_left_come_back_with_a_yes_only[10-6]",),
    ),
    Mutant(
        "small-files-unasked",
        "several small files, one for each class, bring back many who had left without a yes",
        (Edit(ACCEPTING, "lately = row.state.lately(now)", "lately = row.state.lately(now * 2)"),),
        (f"{PLANNING}test_small_files_count_together_and_need_the_yes_that_one_large_file_needs",),
    ),
    Mutant(
        "counted-for-ever",
        "what has got its yes is asked about again with every file of the week",
        (Edit(TALLY, "change.at > now - WINDOW_MS and not change.ended_by", "change.at > now - WINDOW_MS"),),
        (f"{PLANNING}test_a_yes_covers_what_was_counted_and_the_count_starts_anew",),
    ),
    Mutant(
        "rejoined-untold",
        "who had left and is brought back by a file is counted as changed",
        (Edit(ADMISSION, "        if is_back or is_moved:\n", "        if is_moved:\n"),),
        (f"{PLANNING}test_two_of_a_class_come_back_without_a_yes",),
    ),
    Mutant(
        "answers-move-unasked",
        "answers to questions move a whole class without a yes, and the report says that nobody moved",
        (Edit(RECOGNITION, "list_changes(rows, known, matching, parts) if given else unanswered", "unanswered"),),
        (f"{PLANNING}test_moves_by_answers_are_in_the_report_and_many_need_a_yes",),
    ),
    Mutant(
        "nobody-is-first",
        "a file of which nobody was taken counts as the first file of its school",
        (Edit(IMPORT, "claim=recognition.adds and not dry_run", "claim=not dry_run"),),
        (f"{PLANNING}test_a_file_that_adds_nobody_is_not_yet_the_first_one[unknown classes]",),
    ),
    Mutant(
        "hidden-names",
        "a name may hold characters that turn the direction of the text, or that nobody sees",
        (Edit(DISPLAY, 'HIDDEN = ("Cc", "Cf", ', 'HIDDEN = ("Cc", '),),
        (f"{NAMES}test_every_schema_that_takes_a_name_refuses_what_cannot_be_seen",),
    ),
    Mutant(
        "formula-cells",
        "a text in a downloaded table may be a formula",
        (Edit(SHEETS, "isinstance(value, str) and RISKY.match(value)", "isinstance(value, bytes) and value"),),
        ("tests/unit/shared/test_sheets.py::test_a_text_that_begins_like_a_formula_is_a_text",),
    ),
)
