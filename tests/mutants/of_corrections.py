"""Mutants of corrections: who says yes, what waits, what is overtaken, and what a proof tells."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

DOMAIN, ROOM = "services/roster/domain/correction.py", "services/roster/use_cases/correcting"
RULES, ASKED = "tests/unit/roster/test_correction_decider.py::", "tests/unit/roster/test_corrections.py::"
OVERTAKEN = "tests/unit/roster/test_overtaken_corrections.py::"
FILES, ADMISSION = "services/roster/proofs/file_kinds.py", "services/roster/use_cases/importing/admission.py"

MUTANTS = (
    Mutant(
        "own-correction-approved",
        "a clerk says yes to what the same person has entered",
        (Edit(DOMAIN, "if command.by in (correction.by, correction.approved_by):", "if False:"),),
        (f"{RULES}test_nobody_decides_on_what_the_same_person_has_entered_or_approved",),
    ),
    Mutant(
        "bureau-before-the-leader",
        "a bureau's yes alone changes a key field",
        (Edit(DOMAIN, "if command.side != correction.status:", "if False:"),),
        (f"{RULES}test_the_bureau_does_not_decide_before_the_leader_nor_the_leader_twice",),
    ),
    Mutant(
        "leaders-yes-is-enough",
        "a key field changes with the leader's yes",
        (
            Edit(
                DOMAIN,
                '"correction.approved" if command.side == LEADER else "correction.applied"',
                '"correction.applied"',
            ),
        ),
        (f"{ASKED}test_a_key_field_changes_nothing_until_leader_and_bureau_have_said_yes",),
    ),
    Mutant(
        "two-corrections-of-a-field-wait",
        "two corrections of one field wait, and the later yes wins",
        (Edit(DOMAIN, "& set(command.fields)):", "& set()):"),),
        (f"{RULES}test_of_a_field_one_correction_waits_at_most",),
    ),
    Mutant(
        "key-field-without-a-proof",
        "a key field waits for a yes with nothing to compare it with",
        (Edit(DOMAIN, "if command.key and not command.proof:", "if False:"),),
        (f"{RULES}test_key_fields_wait_for_the_leader_and_need_a_proof",),
    ),
    Mutant(
        "correction-of-another-school-waits-on",
        "the old school's leader decides on a pupil who has moved",
        (Edit(f"{ROOM}/following.py", "if each.school != state.school or is_overtaken:", "if is_overtaken:"),),
        (f"{ASKED}test_a_pupil_who_moves_to_another_school_leaves_its_waiting_corrections_behind",),
    ),
    Mutant(
        "overtaken-correction-waits-on",
        "a correction that another change has overtaken is approved over it",
        (Edit(f"{ROOM}/following.py", "school != state.school or is_overtaken:", "school != state.school:"),),
        (f"{ASKED}test_another_change_of_the_same_field_overtakes_what_waits_and_no_other",),
    ),
    Mutant(
        "correction-entered-meanwhile-waits-on",
        "a yes writes over a change that was recorded while the correction was entered",
        (Edit(f"{ROOM}/deciding.py", "    catch_up(deps, context, pupil)\n", ""),),
        (f"{OVERTAKEN}test_what_changes_while_one_is_entered_is_not_overwritten",),
    ),
    Mutant(
        "file-takes-a-correction-back",
        "the registry's next file brings back what a family has corrected",
        (Edit(ADMISSION, "if not old and not is_old_class:", "if True:"),),
        (f"{ASKED}test_a_file_that_still_says_what_was_corrected_takes_nothing_back",),
    ),
    Mutant(
        "guardian-reads-where-the-other-lives",
        "one guardian learns the other's address from a correction",
        (Edit(f"{ROOM}/reading.py", 'if name.startswith("guardian") and', "if False and"),),
        (f"{ASKED}test_no_guardian_learns_where_the_other_lives_works_or_is_called",),
    ),
    Mutant(
        "proof-seen-unrecorded",
        "a proof is opened and nobody can tell by whom",
        (Edit(f"{ROOM}/reading.py", 'deps.views.record(caller, "proof",', '0 and deps.views.record(caller, "proof",'),),
        (f"{ASKED}test_the_proof_is_sealed_shown_to_those_who_decide_and_removed_half_a_year_later",),
    ),
    Mutant(
        "proof-says-where-it-was-taken",
        "a photographed proof keeps the place where it was taken",
        (Edit(FILES, "or not (APP1 <= marker <= APP15 or marker == COMMENT)", "or marker != COMMENT"),),
        ("tests/unit/roster/test_proof_files.py::test_a_photo_keeps_its_orientation_and_nothing_else",),
    ),
    Mutant(
        "corrected-form-not-told",
        "a form that was corrected after its print is never printed anew",
        (Edit(f"{ROOM}/reprinting.py", "< rows[row.state.pupil].corrected_at", "< 0"),),
        (f"{ASKED}test_a_corrected_form_is_due_for_a_reprint_whose_old_sheet_is_void_and_whose_code_lives_on",),
    ),
)
