"""Mutants of download codes: whose code it is, for how long, and how often somebody may guess."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

RULES, USE_CASES = "services/identity/domain/download_code.py", "services/identity/use_cases/staff/download_codes.py"
CLIENT, RUNS = "services/roster/identity_client.py", "services/roster/domain/print_run.py"
PRINTS = "tests/unit/roster/test_print_runs.py::"
TESTS = "tests/unit/identity/test_download_codes.py::"

MUTANTS = (
    Mutant(
        "download-for-two-runs",
        "a download code that was used unlocks another print run",
        (Edit(RULES, "        if self.run:\n            return USED\n", ""),),
        (f"{TESTS}test_a_leader_makes_a_code_that_unlocks_one_run_of_that_person",),
    ),
    Mutant(
        "download-for-ever",
        "a download code has no end",
        (Edit(RULES, "return HOLDS if now < self.ends_at else OVER", "return HOLDS"),),
        (f"{TESTS}test_a_code_lives_for_minutes",),
    ),
    Mutant(
        "download-without-end-of-tries",
        "wrong download codes may be tried without end",
        (Edit(RULES, "if self.wrong >= MOST_WRONG:", "if self.wrong < 0:"),),
        (f"{TESTS}test_wrong_codes_are_counted_and_the_fifth_voids_the_right_one",),
    ),
    Mutant(
        "download-of-another-school",
        "a download code prints the forms of any school",
        (Edit(RULES, "if not use.path.startswith(code.school):", "if not use.path:"),),
        (f"{TESTS}test_a_code_is_of_one_person_and_one_school",),
    ),
    Mutant(
        "download-anywhere-again",
        "a download code that was used serves its run at every other place",
        (Edit(RULES, "(number, code.run, code.path) == (command.number, run, path)", "code.run == run"),),
        (f"{TESTS}test_a_code_is_of_one_person_and_one_school",),
    ),
    Mutant(
        "download-by-a-password",
        "a password alone makes a download code",
        (Edit(USE_CASES, "if FROM_REGISTRY not in caller.methods or ", "if "),),
        (f"{TESTS}test_who_comes_fresh_from_the_registry_makes_the_own_code_and_nobody_else_does",),
    ),
    Mutant(
        "download-for-oneself",
        "who makes download codes for others makes one for the own account",
        (Edit(USE_CASES, "if account == caller.account or not", "if not"),),
        (f"{TESTS}test_a_leader_makes_none_for_himself_for_who_does_not_print_and_for_nobody",),
    ),
    Mutant(
        "download-of-another-person",
        "any person's download code is taken",
        (Edit(USE_CASES, "if not same(given, kept.hashed):", "if not given:"),),
        (f"{TESTS}test_a_code_is_of_one_person_and_one_school",),
    ),
    Mutant(
        "print-without-a-code",
        "a request without a download code prints",
        (
            Edit(
                CLIENT,
                "        if not code:\n            raise Refused(",
                "        if not code:\n            return Unlocked()\n            raise Refused(",
            ),
        ),
        (f"{PRINTS}test_a_code_unlocks_one_run_and_every_other_code_is_refused_with_a_sentence",),
    ),
    Mutant(
        "run-of-anybody",
        "a print run goes on for everybody of the school",
        (
            Edit(
                RUNS,
                "(by, campaign, school, run.id) != (run.by, run.campaign, run.school, run.run)",
                "(campaign, school, run.id) != (run.campaign, run.school, run.run)",
            ),
        ),
        (f"{PRINTS}test_a_run_goes_on_with_each_other_class_once_and_for_its_person_alone",),
    ),
    Mutant(
        "class-twice-in-a-run",
        "one download code prints a class as often as one likes",
        (Edit(RUNS, "if again := set(command.classes) & set(run.printed):", "if again := set[str]():"),),
        (f"{PRINTS}test_a_run_goes_on_with_each_other_class_once_and_for_its_person_alone",),
    ),
    Mutant(
        "void-unasked",
        "a reprint voids the sheets of a class without a yes",
        (Edit("services/roster/use_cases/printing.py", "    if valid:\n", "    if False:\n"),),
        (f"{PRINTS}test_a_reprint_says_how_many_sheets_it_voids_before_the_code_is_used_up",),
    ),
    Mutant(
        "void-in-later-classes",
        "the yes to void sheets is asked for the first class of a run alone",
        (
            Edit(
                "services/roster/use_cases/printing.py",
                "asked.pupils or _expected_pupils(deps, campaign, classes)",
                "asked.pupils or _expected_pupils(deps, campaign, classes[:1])",
            ),
        ),
        (f"{PRINTS}test_the_yes_to_void_sheets_is_asked_once_for_all_classes_of_a_run",),
    ),
    Mutant(
        "yes-to-later-sheets",
        "the yes to void sheets holds for those that a colleague prints afterwards",
        (Edit("services/roster/use_cases/printing.py", "if row.state.at >= yes_at}", "if row.state.at < 0}"),),
        (f"{PRINTS}test_a_yes_is_none_to_what_a_colleague_prints_afterwards[True]",),
    ),
    Mutant(
        "void-meanwhile",
        "sheets that were printed while the code was used up become void unasked",
        (
            Edit(
                "services/roster/use_cases/printing.py",
                "        if not asked.confirm:\n            _require_no_sheets(deps, entries, led.yes_at)\n",
                "",
            ),
        ),
        (f"{PRINTS}test_a_sheet_that_a_colleague_prints_meanwhile_is_not_voided_unasked",),
    ),
    Mutant(
        "archive-left-open",
        "an archive that nobody reads keeps its connection",
        (Edit("services/portal/service_client.py", "        self._response.close()\n", "        return\n"),),
        ("tests/unit/portal/test_print_runs.py::test_an_archive_is_closed_whether_it_is_read_or_not",),
    ),
    Mutant(
        "class-lost-from-a-run",
        "a class of a run in which nobody is expected takes the next one with it",
        (
            Edit(
                RUNS,
                '(*data.get("skipped", ()), *data.get("classes", ()))',
                '(*data.get("planned", ()), *data.get("classes", ()))',
            ),
        ),
        (f"{PRINTS}test_a_class_in_which_nobody_is_expected_is_told_and_stops_nothing",),
    ),
)
