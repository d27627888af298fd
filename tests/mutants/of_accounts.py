"""Mutants of what keeps the level above from becoming the level below."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

DOMAIN, USE_CASES = "services/identity/domain/", "services/identity/use_cases/"
VALIDITY, CODES = f"{DOMAIN}validity.py", f"{USE_CASES}signing_in/owner_codes.py"
ACTIVATION = "tests/unit/identity/test_activation.py::"
SHEETS = "tests/unit/identity/test_activation_sheets.py::"
IDLE = "tests/unit/identity/test_idle_accounts.py::"
NAMES = "tests/unit/identity/test_real_names.py::"
RESETS = "tests/unit/identity/test_reset_codes.py::"
WAITING = "tests/unit/identity/test_waiting_accounts.py::"
RULES = "tests/unit/identity/test_validity.py::"
FILE = "tests/unit/identity/test_account_file.py::"
FILES = "tests/unit/identity/test_account_files.py::"
PAGES = "tests/unit/identity/test_account_pages.py::"

MUTANTS = (
    Mutant(
        "second-school-account",
        "a further account of a school works at once, without the school's yes",
        (Edit(f"{DOMAIN}school_accounts.py", 'return bool(school.accounts) and role != "school"', "return False"),),
        (
            f"{WAITING}test_a_county_that_issues_itself_a_further_school_account_does_not_get_in",
            f"{WAITING}test_closing_the_first_account_makes_no_second_first_one",
        ),
    ),
    Mutant(
        "yes-of-a-colleague",
        "a bureau says yes to what a colleague of the same bureau has asked for",
        (Edit(f"{DOMAIN}issuing_rules.py", "path.startswith(own) and path != own", "path.startswith(own)"),),
        (f"{WAITING}test_a_county_that_issues_itself_a_further_school_account_does_not_get_in",),
    ),
    Mutant(
        "reset-without-yes",
        "a school account that the bureau has reset comes back without anybody of the school",
        (Edit(f"{USE_CASES}signing_in/passwords.py", 'if person.role != "school":', 'if person.role != "nobody":'),),
        (f"{WAITING}test_a_school_account_that_the_bureau_resets_needs_the_yes_of_a_colleague_if_there_is_one",),
    ),
    Mutant(
        "admin-makes-leader",
        "a registry admin issues the leader who says yes to its own proposals",
        (Edit(f"{USE_CASES}staff/staff_accounts.py", "return role == LEADER or (", "return ("),),
        (f"{WAITING}test_an_admin_does_not_become_the_leader_by_issuing_one",),
    ),
    Mutant(
        "admin-resets-leader",
        "a registry admin becomes the leader by a reset",
        (Edit(f"{USE_CASES}signing_in/passwords.py", "if person.role == LEADER:", 'if person.role == "nobody":'),),
        (f"{WAITING}test_an_admin_does_not_become_the_leader_by_a_reset",),
    ),
    Mutant(
        "admin-twice",
        "a registry admin says yes to a leader by a further account of its own",
        (
            Edit(
                f"{DOMAIN}issuing_rules.py", 'return target_role == LEADER and role == "school" and', "return False and"
            ),
        ),
        (f"{WAITING}test_an_admin_gives_no_yes_to_a_leader_by_further_accounts_of_its_own",),
    ),
    Mutant(
        "reset-account-goes-on",
        "after a reset the account is used though its owner has not used the code",
        (Edit(VALIDITY, "    if validity.awaits_code:\n        return RESET\n", ""),),
        (
            f"{RESETS}test_after_a_reset_the_account_does_nothing_until_the_owner_has_chosen_a_password",
            f"{RULES}test_after_a_reset_only_the_code_helps_once_and_for_seven_days",
        ),
    ),
    Mutant(
        "sign-in-beside-a-reset",
        "a sign-in that began before a reset gets a session that the reset does not end",
        (Edit(f"{USE_CASES}signing_in/sessions.py", "    _check_again(deps, session, now)\n", ""),),
        (f"{RESETS}test_a_reset_while_its_old_owner_signs_in_leaves_no_session",),
    ),
    Mutant(
        "code-used-twice",
        "a reset code works as long as it has not ended",
        (
            Edit(CODES, "if not person.validity.awaits_code:", "if not person.code:"),
            Edit(f"{DOMAIN}account_lifecycle.py", "if not validity.awaits_code:", "if not validity.reset_at:"),
        ),
        (f"{RESETS}test_a_reset_code_is_used_once_and_its_repetition_is_harmless",),
    ),
    Mutant(
        "code-without-birth-date",
        "who holds the slip becomes the guardian",
        (
            Edit(
                CODES,
                'known = _born_on(deps, person, own, birth_date) if person.role == "guardian" else ()',
                "known = tuple(own[:0])",
            ),
        ),
        (f"{RESETS}test_a_teacher_does_not_become_the_mother_with_the_code_alone",),
    ),
    Mutant(
        "reset-keeps-children",
        "a reset guardian keeps the children of other classes",
        (
            Edit(
                f"{USE_CASES}signing_in/passwords.py",
                "return tuple(child.pupil for child in person.children if child.pupil not in own)",
                "return ()",
            ),
        ),
        (f"{RESETS}test_a_reset_mother_gets_the_child_of_this_class_and_not_the_one_of_another_county",),
    ),
    Mutant(
        "fresh-guesses",
        "the birth date of one child gives fresh guesses for another",
        (
            Edit(
                CODES,
                "another one by it.\n    deps.records.attempts.give_back(key)\n",
                "another one by it.\n    deps.records.attempts.clear(key)\n",
            ),
        ),
        (f"{RESETS}test_knowing_one_child_gives_no_fresh_guesses_for_another",),
    ),
    Mutant(
        "closed-signs-in",
        "a closed account signs in",
        (Edit(VALIDITY, "    if validity.closed:\n        return CLOSED\n", ""),),
        (f"{WAITING}test_a_closed_account_signs_in_never_and_its_login_is_not_issued_again",),
    ),
    Mutant(
        "activation-used-twice",
        "an activation code works again until it ends",
        (
            Edit(
                f"{DOMAIN}account_lifecycle.py",
                'case "account.activated" | "account.password-changed" | "account.registry-bound":',
                'case "account.password-changed" | "account.registry-bound":',
            ),
        ),
        (
            f"{ACTIVATION}test_an_activation_code_is_used_once_and_its_repetition_is_harmless",
            f"{RULES}test_an_account_is_activated_once_and_within_fourteen_days",
        ),
    ),
    Mutant(
        "endless-activation",
        "an activation code is valid until it is used",
        (Edit(f"{DOMAIN}account_lifecycle.py", "if at >= validity.activation_ends_at:", "if False:"),),
        (
            f"{ACTIVATION}test_an_activation_code_ends_after_fourteen_days_and_a_reset_helps",
            f"{RULES}test_an_account_is_activated_once_and_within_fourteen_days",
        ),
    ),
    Mutant(
        "reprint-keeps-codes",
        "a sheet that was printed before opens the account after a reprint",
        (
            Edit(
                f"{USE_CASES}staff/activation_sheets.py",
                "            lambda session: deps.records.people.set_code(account, hashed, session),\n",
                "",
            ),
        ),
        (
            f"{SHEETS}test_codes_that_were_handed_out_are_void_only_after_a_yes_that_says_so",
            f"{SHEETS}test_a_repeated_print_has_the_same_codes_and_a_further_one_voids_them",
        ),
    ),
    Mutant(
        "reprint-unasked",
        "a print voids the codes that were handed out, without a word",
        (Edit(f"{USE_CASES}staff/activation_sheets.py", "if good and not confirm:", "if False:"),),
        (f"{SHEETS}test_codes_that_were_handed_out_are_void_only_after_a_yes_that_says_so",),
    ),
    Mutant(
        "kick-off-doubles",
        "a kick-off opens an account for a unit that has one",
        (
            Edit(
                f"{USE_CASES}staff/kick_off.py",
                "missing = [unit for unit in units if (unit.level, unit.path) not in served]",
                "missing = units",
            ),
        ),
        (
            "tests/unit/identity/test_kick_off.py::test_a_repeated_run_opens_nothing_and_who_has_an_account_gets_no_second",
        ),
    ),
    Mutant(
        "kick-off-without-end",
        "one request opens the accounts of the whole nation and holds its line for minutes",
        (Edit(f"{USE_CASES}staff/kick_off.py", "if opened == AT_ONCE:", "if opened < 0:"),),
        ("tests/unit/identity/test_kick_off.py::test_a_request_opens_a_limited_number_and_says_how_many_are_left",),
    ),
    Mutant(
        "kick-off-at-once",
        "of two kick-offs at the same moment each opens an account for the same unit",
        (
            Edit(
                f"{USE_CASES}staff/kick_off.py",
                "account = unit_account_id(unit.level, unit.code)",
                "account = str(uuid4())",
            ),
            Edit(
                f"{USE_CASES}staff/kick_off.py",
                "from dataclasses import dataclass\n",
                "from dataclasses import dataclass\nfrom uuid import uuid4\n",
            ),
            Edit(
                f"{USE_CASES}staff/kick_off.py", "from services.identity.use_cases.steps import unit_account_id\n", ""
            ),
        ),
        (
            "tests/unit/identity/test_kick_off.py::test_a_run_that_is_cut_off_goes_on_and_two_at_once_open_nothing_twice",
        ),
    ),
    Mutant(
        "sheets-for-anybody",
        "any school fetches the codes that another person has printed",
        (
            Edit(
                f"{USE_CASES}staff/activation_sheets.py",
                "if not run.by or run.by != caller.account or not caller.scope.allows(run.path):",
                "if not run.by:",
            ),
        ),
        (
            f"{SHEETS}test_the_pdf_is_for_who_printed_it_and_for_half_an_hour",
            f"{SHEETS}test_a_zip_has_a_pdf_for_each_unit_that_hands_sheets_out",
        ),
    ),
    Mutant(
        "file-left-unprinted",
        "accounts of a file are in no print of sheets, because their unit has others below it",
        (Edit(f"{DOMAIN}sheet_run.py", "return own + [", "return ["),),
        (f"{SHEETS}test_the_accounts_of_a_file_are_divided_into_prints_with_no_double_and_none_left_out",),
    ),
    Mutant(
        "code-of-another",
        "any activation code opens any account that nobody has activated",
        (Edit(CODES, 'if not same(given, person.code if person else "") or person is None:', "if person is None:"),),
        (
            f"{ACTIVATION}test_the_code_of_another_account_an_unknown_login_and_a_wrong_code_look_the_same",
            f"{RESETS}test_a_second_reset_voids_the_first_code",
        ),
    ),
    Mutant(
        "never-sealed",
        "an account that nobody has used for years is as good as new",
        (Edit(VALIDITY, "now - used_at >= IDLE_MS", "False"),),
        (f"{RESETS}test_an_idle_account_is_sealed_and_use_keeps_it_open",),
    ),
    Mutant(
        "sealed-by-a-visit-alone",
        "an idle account stands in no record and no list of sealed ones before somebody tries to sign in",
        (
            Edit(
                f"{DOMAIN}account_lifecycle.py",
                'return [NewEvent("account.sealed"',
                'return [] and [NewEvent("account.sealed"',
            ),
        ),
        (f"{IDLE}test_the_sweep_records_the_seal_on_the_day_and_once",),
    ),
    Mutant(
        "seal-that-stays",
        "a reset by the level above does not lift a recorded seal",
        (Edit(f"{DOMAIN}account_lifecycle.py", "                sealed_at=0,\n", ""),),
        (f"{IDLE}test_the_level_above_lifts_the_seal_and_nobody_else",),
    ),
    Mutant(
        "unit-without-a-person",
        "the account of a unit is used by nobody in particular",
        (Edit(CODES, "    if not given.strip():\n", "    if not given.strip() and not of_unit:\n"),),
        (
            f"{NAMES}test_without_a_name_nobody_gets_into_the_account_of_a_unit[activation]",
            f"{NAMES}test_without_a_name_nobody_gets_into_the_account_of_a_unit[reset]",
        ),
    ),
    Mutant(
        "second-person",
        "another person goes on with an account under another name",
        (Edit(CODES, 'if given.strip() not in ("", details.display_name):', "if False:"),),
        (
            f"{NAMES}test_an_account_keeps_the_name_of_its_one_person[reset]",
            f"{NAMES}test_an_account_that_was_issued_to_a_name_needs_none_and_takes_no_other",
        ),
    ),
    Mutant(
        "names-of-everybody",
        "an auditor learns the names of staff and families of other regions",
        (Edit(f"{USE_CASES}staff/account_names.py", "if _is_of_region(caller, person)", "if person.account"),),
        ("tests/unit/identity/test_account_names.py::test_staff_of_the_region_are_named_and_nobody_else_is",),
    ),
    Mutant(
        "file-opens-twice",
        "a file that is given again after a run was cut off opens second accounts",
        (
            Edit(
                f"{USE_CASES}staff/account_file.py",
                'uuid5(ACCOUNTS, f"file {line.role} {line.path} {login}")',
                'uuid5(ACCOUNTS, f"file {line.number} {id(line)}")',
            ),
        ),
        (f"{FILE}test_a_file_again_and_a_run_that_was_cut_off_open_nothing_twice_and_leave_nothing_out",),
    ),
    Mutant(
        "file-run-forgets-its-place",
        "what a run of a file has done is written, and how far it has come is not",
        (Edit(f"{USE_CASES}staff/account_file.py", "    if also:\n        work.also(also)\n", ""),),
        (f"{FILES}test_wherever_a_run_is_cut_off_the_next_one_goes_on_with_no_double_and_nothing_left_out",),
    ),
    Mutant(
        "first-twice-in-a-batch",
        "two lines of one school that are opened together are both its first account, and both work at once",
        (
            Edit(
                f"{USE_CASES}staff/account_file.py",
                "        _, self._states[stream] = school_accounts_decider.run(add, self._states[stream])\n",
                "",
            ),
        ),
        (f"{FILE}test_two_lines_of_one_school_are_its_first_and_a_further_account_which_waits",),
    ),
    Mutant(
        "one-login-stops-a-batch",
        "of two lines with one login that are opened together none opens, and no other line of their batch",
        (Edit(f"{USE_CASES}staff/account_file.py", "            holders[login] = account  # a", "            # a"),),
        (f"{FILE}test_a_login_twice_in_a_file_opens_the_first_alone",),
    ),
    Mutant(
        "file-outlives-its-sender",
        "a file of accounts runs on though its sender may no longer issue them",
        (
            Edit(
                f"{USE_CASES}staff/account_file_work.py",
                "(person.role, person.paths) != (row.role, row.paths)",
                "False",
            ),
        ),
        (f"{FILES}test_a_sender_who_is_closed_or_moved_opens_nothing_more",),
    ),
    Mutant(
        "handed-over-goes-on",
        "the account of who has left works beside the successor's",
        (Edit(f"{DOMAIN}account_lifecycle.py", ' | "account.handed-over":', ":"),),
        (
            "tests/unit/identity/test_hand_over.py::test_the_successor_has_an_own_account_with_the_same_classes_and_the_other_one_is_over",
        ),
    ),
    Mutant(
        "hand-over-gets-in",
        "a bureau gets into a school by handing its account over to itself",
        (
            Edit(
                f"{USE_CASES}staff/hand_over.py",
                "return OpenStaff(person.role, person.home, deps.clock.now(), waiting,",
                "return OpenStaff(person.role, person.home, deps.clock.now(), False,",
            ),
        ),
        ("tests/unit/identity/test_hand_over.py::test_a_county_that_hands_over_a_schools_place_does_not_get_in",),
    ),
    Mutant(
        "search-everywhere",
        "an admin finds accounts by name outside the own unit",
        (
            Edit(
                f"{USE_CASES}staff/account_pages.py",
                "if asked.under and not caller.scope.allows(asked.under):",
                "if False:",
            ),
        ),
        (f"{PAGES}test_a_search_finds_nobody_outside_the_callers_scope",),
    ),
    Mutant(
        "names-begin-with-one",
        "family names lie in the store by their frequency",
        (Edit("services/identity/personal_data.py", "NAME_FROM, LOGIN_FROM = 2, 3", "NAME_FROM, LOGIN_FROM = 1, 3"),),
        (f"{PAGES}test_terms_tell_nothing_without_the_key_and_one_character_has_none",),
    ),
)
