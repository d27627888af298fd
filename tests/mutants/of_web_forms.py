"""Mutants of the portal's forms and of the codes that people enter into them."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

FLASH, APP, FIELDS, GUARDS = (
    "services/portal/flash.py",
    "services/portal/app.py",
    "services/portal/pages/form_fields.py",
    "services/portal/guards.py",
)
CODES, CONTEXT = "shared/language/codes.py", "services/portal/request_context.py"
FORMS, GUARDIANS = "tests/unit/portal/test_web_forms.py::", "tests/unit/portal/test_guardians.py::"

IMPORT_PAGE, IMPORTS = "services/portal/templates/import.html", "tests/unit/portal/test_import_page.py::"

MUTANTS = (
    Mutant(
        "trial-run-unshown",
        "the page of a trial run fails as soon as a row in question has no answer yet",
        (Edit(IMPORT_PAGE, 'result.answers.get(question.question, "")', "result.answers[question.question]"),),
        (f"{IMPORTS}test_a_trial_run_shows_open_questions_beside_those_with_an_answer",),
    ),
    Mutant(
        "yes-unmissed",
        "a large change that is sent without its tick comes back as it was, without a word",
        (Edit("services/portal/pages/schools/importing.py", '== refused.extra["confirm"]:', "is None:"),),
        (f"{IMPORTS}test_a_tick_that_was_forgotten_is_told_at_its_box_and_the_report_stays",),
    ),
    Mutant(
        "form-answered-by-a-page",
        "a refused form is answered by a page, so that Back asks to send it again",
        (Edit(APP, "    if is_form and not wants_json():\n        return send_back(refused)\n", ""),),
        (f"{FORMS}test_an_expired_form_says_so_on_a_page",),
    ),
    Mutant(
        "kept-for-anybody",
        "what somebody has typed is shown to the next person on the same device",
        (Edit(FLASH, 'if record["account"] != context().account:', "if False:"),),
        (f"{FORMS}test_a_visitor_sees_nothing_that_an_account_typed",),
    ),
    Mutant(
        "kept-through-a-sign-in",
        "what a visitor has typed stays in the browser of the next one who signs in",
        (Edit(CONTEXT, 'flash["account"] != session.account', "False"),),
        (f"{FORMS}test_nobody_who_signs_in_sees_what_a_visitor_typed[/r-False]",),
    ),
    Mutant(
        "kept-after-success",
        "codes that a form was sent with can be called back after it has succeeded",
        (Edit(GUARDS, "        forget_done(earlier)\n", ""),),
        (f"{FORMS}test_a_form_that_succeeds_ends_what_was_kept_for_it",),
    ),
    Mutant(
        "slips-pushed-out",
        "the first of five new accounts has lost its password when its issuer goes back to print it",
        (Edit(CONTEXT, 'if each != id and not earlier["is_slip"]', "if False"),),
        (f"{FORMS}test_slips_are_not_pushed_out_by_a_few_more_nor_by_other_forms[long]",),
    ),
    Mutant(
        "kept-after-sign-out",
        "a slip can be called back after its reader has signed out",
        (Edit(CONTEXT, "self.photos, self.flashes = {}, {}", "self.photos = {}"),),
        (f"{FORMS}test_signing_out_forgets_what_was_kept",),
    ),
    Mutant(
        "kept-for-another-site",
        "a form of another site fills in ours",
        (Edit(FLASH, 'if not _is_own(request.headers.get("Origin", "")):', "if False:"),),
        (f"{FORMS}test_a_form_of_another_site_fills_in_nothing",),
    ),
    Mutant(
        "passwords-kept",
        "a password waits in a cookie",
        (Edit(FLASH, 'SECRETS | {"form_token", CONFIRMATION}', '{"form_token", CONFIRMATION}'),),
        (f"{FORMS}test_no_password_is_kept",),
    ),
    Mutant(
        "first-error-only",
        "of several wrong fields only the first one is told",
        (Edit(FIELDS, "    if len(refused) == 1:\n", "    if refused:\n"),),
        (f"{FORMS}test_every_wrong_field_is_told_at_its_place_at_once",),
    ),
    Mutant(
        "codes-of-one-kind",
        "the code of the other page is refused as unknown, after asking for it",
        (Edit(CODES, "UPLOAD: 0, REGISTRATION: 1, RESET: 2", "UPLOAD: 0, REGISTRATION: 0, RESET: 0"),),
        ("tests/unit/shared/test_codes.py::test_a_code_of_another_kind_is_told_as_such_however_it_is_entered",),
    ),
    Mutant(
        "unbound-sees-on",
        "an unbound guardian sees the child for some more seconds in an open session",
        (Edit(GUARDS, "if context().role == GUARDIAN and (isinstance(needs, Permission) or child):", "if False:"),),
        (f"{GUARDIANS}test_an_unbound_guardian_loses_the_child_in_the_open_session_too[/photos/p-1/image]",),
    ),
    Mutant(
        "unbound-sees-results",
        "an unbound guardian sees the child on the result of a photo for some more seconds",
        (
            Edit(
                GUARDS,
                "== GUARDIAN and (isinstance(needs, Permission) or child):",
                "== GUARDIAN and isinstance(needs, Permission):",
            ),
        ),
        (f"{GUARDIANS}test_an_unbound_guardian_sees_no_child_on_the_result_of_a_photo_and_sends_none",),
    ),
)
