"""Mutants of guardians: who is bound by paper, how long a code lives, what the end of a consent does."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

BINDING, DECISIONS = "services/identity/domain/binding.py", "services/identity/use_cases/guardians/bindings.py"
NAMES = "services/identity/use_cases/guardians/guardian_registration.py"
DETAILS, OWN = "services/identity/use_cases/guardians/own_details.py", "tests/unit/identity/test_own_details.py::"
MISUSE, CASES = "tests/unit/identity/test_misuse.py::", "services/identity/use_cases/guardians/misuse_cases.py"
HOLDING = "tests/integration/upload/test_holding.py::"
IN_CHECK = "test_a_photo_in_the_check_is_held_by_who_checks_it_and_an_open_ticket_of_the_account_alone_is_closed"
CONSENT, WITHDRAWAL = "services/identity/use_cases/guardians/consent.py", "services/upload/use_cases/withdrawal.py"
CODES, PRINTING = "services/roster/use_cases/registration_codes.py", "services/roster/use_cases/printing.py"
RULES, BINDINGS = "tests/unit/identity/test_binding.py::", "tests/unit/identity/test_bindings.py::"

MUTANTS = (
    Mutant(
        "left-before-the-case",
        "a wrong guardian who leaves after a report keeps the photos counted",
        (
            Edit(
                "services/identity/use_cases/guardians/bindings.py",
                "(is_reported(deps, pupil) if by else reason == WRONG_CODE)",
                "(not by and reason == WRONG_CODE)",
            ),
        ),
        ("tests/unit/identity/test_misuse.py::test_nobody_escapes_a_reported_case_by_leaving_first[leaving]",),
    ),
    Mutant(
        "erased-before-the-case",
        "a wrong guardian who erases the account after a report keeps the photos counted",
        (
            Edit(
                "services/identity/use_cases/guardians/own_details.py",
                "if is_reported(deps, pupil) and",
                "if False and",
            ),
        ),
        ("tests/unit/identity/test_misuse.py::test_nobody_escapes_a_reported_case_by_leaving_first[erasing]",),
    ),
    Mutant(
        "paper-binds",
        "page 2 and a birth date bind a name that the roster does not list",
        (Edit(BINDING, "if command.listed and not binding.guardians", "if not binding.guardians"),),
        (
            f"{RULES}test_a_first_guardian_whom_the_roster_does_not_list_waits_for_the_teacher_alone",
            f"{BINDINGS}test_somebody_whom_the_roster_does_not_list_waits_for_the_teacher_and_sees_nothing",
        ),
    ),
    Mutant(
        "first-knows-all",
        "the first guardian accepts somebody whom the roster does not list",
        (Edit(BINDING, "command.accept and command.account in binding.unlisted", "not command.account"),),
        (f"{RULES}test_a_first_guardian_whom_the_roster_does_not_list_waits_for_the_teacher_alone",),
    ),
    Mutant(
        "guess-names",
        "a finder of page 2 tries names until one is bound",
        (Edit(NAMES, "UNLISTED_NAMES = Limit(4,", "UNLISTED_NAMES = Limit(20,"),),
        (
            "tests/unit/identity/test_guardian_registration.py::"
            "test_somebody_who_tries_names_gets_the_same_refusal_for_the_right_one",
        ),
    ),
    Mutant(
        "guess-by-renaming",
        "a name asked again under the same relation is counted as the one before",
        (
            Edit(
                NAMES,
                "deps.personal_data.claim(person.account, link) == claim for",
                "deps.personal_data.claim(person.account, link).relation == claim.relation for",
            ),
        ),
        (f"{OWN}test_who_waits_changes_no_name_and_tries_none_by_changing_it",),
    ),
    Mutant(
        "rename-while-waiting",
        "a stranger who waits takes the mother's name before the teacher looks",
        (Edit(DETAILS, "    if renamed and any(", "    if not renamed and any("),),
        (f"{OWN}test_who_waits_changes_no_name_and_tries_none_by_changing_it",),
    ),
    Mutant(
        "fifth-guardian",
        "a pupil has as many guardians as were accepted",
        (Edit(BINDING, "if len(binding.guardians) >= most:", "if most < 0:"),),
        (
            f"{RULES}test_as_many_are_bound_as_there_may_be_and_who_waits_takes_no_room",
            f"{OWN}test_a_pupil_has_four_guardians_at_most_and_who_waits_takes_nobodys_room",
        ),
    ),
    Mutant(
        "erased-in-part",
        "an erased account keeps name, login and password",
        (Edit(DETAILS, "deps.records.people.remove(account, session)", "None"),),
        (f"{OWN}test_an_erased_account_leaves_every_child_and_nothing_personal_and_its_login_is_free",),
    ),
    Mutant(
        "success-gives-tries",
        "the family's own success gives a guesser fifteen tries more",
        (Edit(NAMES, ', of="code for good", forgets=False)', ', of="code for good")'),),
        ("tests/unit/identity/test_guessing_codes.py::test_the_familys_own_success_gives_a_guesser_no_further_tries",),
    ),
    Mutant(
        "failures-spoil",
        "registrations that fail spoil the code of the family",
        (Edit(NAMES, "    except Exception:\n        attempts.give_back(key)\n", "    except Exception:\n"),),
        (
            "tests/unit/identity/test_guardian_registration.py::"
            "test_a_registration_that_fails_or_repeats_spoils_no_code",
        ),
    ),
    Mutant(
        "held-counts",
        "a photo on hold is still the archive",
        (
            Edit(
                "services/upload/domain/form_state.py",
                "    return replace(form, archive=None, accepted=False, waiting=(*waiting,",
                "    return replace(form, waiting=(*waiting,",
            ),
        ),
        (
            "tests/unit/upload/test_form.py::test_a_held_photo_is_no_archive_and_waits_until_a_person_releases_it_on_its_own_day",
        ),
    ),
    Mutant(
        "wrong-keeps-child",
        "a stranger with another family's code keeps the child in the open session",
        (Edit(DECISIONS, "    deps.records.people.supersede_tokens(account)\n    if misused:", "    if misused:"),),
        (f"{MISUSE}test_the_wrong_guardian_loses_this_child_at_once_and_no_other",),
    ),
    Mutant(
        "others-lost-too",
        "a stranger with another family's code loses the own children, too",
        (
            Edit(
                "services/identity/use_cases/signing_in/sessions.py",
                "    return [pupil for pupil in bound_children(deps, person) if pupil not in person.validity.held]",
                "    return [pupil for pupil in bound_children(deps, person) if not person.epoch]",
            ),
        ),
        (f"{MISUSE}test_the_wrong_guardian_loses_this_child_at_once_and_no_other",),
    ),
    Mutant(
        "report-tells",
        "a report says whether code and birth date are right",
        (
            Edit(
                "services/identity/use_cases/guardians/misuse_cases.py",
                "    if child and load_binding(deps, child.pupil).guardians:",
                '    if child is None:\n        raise Refused("not-found", "Nobody.")\n'
                "    if load_binding(deps, child.pupil).guardians:",
            ),
        ),
        (
            f"{MISUSE}test_a_family_learns_nothing_from_its_report[another-birth-date]",
            f"{MISUSE}test_a_family_learns_nothing_from_its_report[no-such-code]",
        ),
    ),
    Mutant(
        "report-under-one-key",
        "birth dates are tried without an end under the key of one report",
        (
            Edit(
                "services/identity/use_cases/guardians/misuse_cases.py",
                'deps.personal_data.text_hash({**given, "key": context.id})',
                "context.id",
            ),
        ),
        (f"{MISUSE}test_a_report_that_lost_its_response_is_counted_once",),
    ),
    Mutant(
        "holds-everybodys",
        "photos of other senders are put on hold with those of the wrong guardian",
        (
            Edit(
                "services/upload/use_cases/holding.py",
                "if photo.account == account and photo.sha256",
                "if photo.sha256",
            ),
        ),
        ("tests/integration/upload/test_holding.py::test_photos_of_others_stay_archived",),
    ),
    Mutant(
        "held-too-late",
        "a photo that is being checked while its sender loses the child stays archived",
        (
            Edit(
                "services/upload/photos/mongo.py",
                'known = {} if photo.hold else {"hold": {"$in": [None, ""]}}',
                "known: dict[str, Any] = {}",
            ),
        ),
        (f"{HOLDING}{IN_CHECK}", f"{HOLDING}test_a_photo_whose_check_has_begun_is_held_however_far_it_is"),
    ),
    Mutant(
        "closed-on-hold",
        "a case is closed while nobody has decided on its photos",
        (Edit(CASES, "if _is_open(deps, pupil) and deps.upload.held(pupil):", "if False:"),),
        (f"{MISUSE}test_the_right_family_registers_with_the_new_code_and_is_told_and_the_case_is_closed",),
    ),
    Mutant(
        "code-survives",
        "an unbound guardian comes back by the same code",
        (Edit(DECISIONS, 'code = renew_code(deps, context, pupil) if ends else ""', 'code = ""'),),
        (f"{BINDINGS}test_the_end_of_a_binding_voids_the_code_and_shows_the_new_one_to_the_staff_who_ended_it",),
    ),
    Mutant(
        "code-seen-by-leaver",
        "the guardian who leaves sees the new code",
        (Edit(DECISIONS, '"" if by else code', "code"),),
        (f"{BINDINGS}test_a_guardian_who_leaves_voids_the_code_and_does_not_see_the_new_one",),
    ),
    Mutant(
        "code-without-end",
        "a code outlives its campaign",
        (
            Edit(
                CODES,
                "    if has_ended(found[0].state.issued,",
                "    if not found and has_ended(found[0].state.issued,",
            ),
        ),
        (
            "tests/unit/roster/test_registration_codes.py::"
            "test_a_code_ends_with_its_campaign_and_the_class_teachers_new_one_serves",
        ),
    ),
    Mutant(
        "dead-code-on-paper",
        "paper of a new campaign carries a code that has ended",
        (Edit(PRINTING, "        renew_ended_codes(deps, work, part.pupils)\n", ""),),
        (
            "tests/unit/roster/test_printing.py::"
            "test_paper_of_a_later_campaign_carries_a_new_code_and_paper_of_the_same_one_the_same",
        ),
    ),
    Mutant(
        "photos-without-consent",
        "photos stay when the consent for them ends",
        (Edit(CONSENT, "photos = deps.upload.withdraw(pupil, onward(context))", "photos = 0"),),
        (
            "tests/unit/identity/test_consent.py::"
            "test_the_end_of_the_consent_withdraws_the_photos_voids_the_code_and_ends_the_binding",
        ),
    ),
    Mutant(
        "archived-after-withdrawal",
        "a photo in the check is archived after the withdrawal",
        (
            Edit(
                WITHDRAWAL,
                "if deps.photos.close_pending(form_stream(entry.campaign, entry.pupil), deps.clock.now(), by):",
                "if not deps.photos:",
            ),
        ),
        (
            "tests/integration/upload/test_withdrawal.py::"
            "test_a_photo_that_is_in_the_check_is_awaited_and_an_open_ticket_is_closed",
        ),
    ),
    Mutant(
        "codes-withdraw-all",
        "the codes on paper withdraw what teacher and guardians have sent",
        (Edit(WITHDRAWAL, "entries, by = [_own_entry(deps, pupil, upload_code)], CODE", "by = ''"),),
        (
            "tests/integration/upload/test_withdrawal.py::"
            "test_the_codes_on_paper_withdraw_what_was_sent_by_code_and_nothing_else",
        ),
    ),
)
