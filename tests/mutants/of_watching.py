"""Mutants of the records of who has looked, and of the security log."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

RECORDS, API = "tests/unit/shared/test_access_api.py::", "shared/service/access_api.py"

MUTANTS = (
    Mutant(
        "photo-seen-unseen",
        "a photo is shown without a record of the view",
        (
            Edit(
                "services/upload/use_cases/pictures.py",
                "    deps.views.record(caller, what, [photo.pupil], deps.roster_view.path_of(entry), source)\n",
                "",
            ),
        ),
        (
            "tests/integration/upload/test_reviewing.py::"
            "test_every_view_of_a_photo_or_a_form_leaves_a_record_with_the_viewer",
            "tests/integration/upload/test_reviewing.py::test_a_photo_whose_view_cannot_be_recorded_is_not_shown",
        ),
    ),
    Mutant(
        "list-seen-unseen",
        "a class list is shown without a record of the view",
        (
            Edit(
                "services/roster/use_cases/pupils.py",
                '    deps.views.record(caller, "class-list", [row.id for row in rows], '
                "deps.tree.class_path(found), source)\n",
                "",
            ),
        ),
        ("tests/unit/roster/test_pupils.py::test_a_list_and_a_pupil_are_recorded_as_seen_before_they_are_shown",),
    ),
    Mutant(
        "any-childs-records",
        "a guardian reads the access records of any child",
        (Edit(API, 'if not caller().scope.allows_pupil(asked["pupil"]):', "if False:"),),
        (f"{RECORDS}test_a_guardian_sees_no_other_child",),
    ),
    Mutant(
        "no-alarm",
        "an account that looks at everything raises no alarm",
        (Edit("shared/service/access_records.py", "        if alarm == 1:", "        if False:"),),
        (f"{RECORDS}test_more_views_than_usual_within_a_minute_raise_one_alarm",),
    ),
    Mutant(
        "first-unseen",
        "the first burst of views raises no alarm, since its series begins with 1",
        (
            Edit(
                "shared/infrastructure/security_log.py",
                "in_advance([(name,) for name in EVENTS], SECURITY_EVENTS)\n",
                "",
            ),
        ),
        ("tests/unit/shared/test_metrics.py::test_what_may_happen_is_shown_as_0_before_it_happens",),
    ),
    Mutant(
        "invented-labels",
        "invented methods fill the memory of Prometheus",
        (Edit("shared/service/app.py", '("unknown", "unknown")', '(request.method, "unknown")'),),
        ("tests/unit/shared/test_app_metrics.py::test_what_a_client_invents_is_no_label_of_a_metric",),
    ),
    Mutant(
        "young-figures",
        "figures that a projector cannot renew are shown as new",
        (Edit("shared/messaging/age.py", "now if unread.get(partition) == 0 else", "now if True else"),),
        tuple(
            "tests/subscription/test_age.py::"
            "test_a_read_model_that_lacks_nothing_is_of_now_and_one_that_lags_as_old_as_its_newest_event"
            f"[{model}]"
            for model in ("memory", "mongo")
        ),
    ),
    Mutant(
        "hidden-partition",
        "a partition that is hours behind is hidden by one that is fresh",
        (Edit("shared/messaging/age.py", "min(known)", "max(known)"),),
        tuple(
            f"tests/subscription/test_age.py::{test}[{model}]"
            for model in ("memory", "mongo")
            for test in (
                "test_a_partition_that_is_behind_is_not_hidden_by_one_that_is_fresh",
                "test_a_member_that_starts_far_behind_says_so_although_another_partition_is_fresh",
            )
        ),
    ),
    Mutant(
        "refused-unlogged",
        "a refusal leaves no line in the security log",
        (Edit("shared/service/problems.py", "            _record(error)\n", ""),),
        ("tests/unit/shared/test_app.py::test_a_refusal_is_a_line_of_the_security_log",),
    ),
    Mutant(
        "locks-untold",
        "nobody learns that an account or a code is locked",
        (Edit("services/identity/use_cases/steps.py", "key, deps.clock.now()) == limit.most:", "key, 0) < 0:"),),
        (
            "tests/unit/identity/test_security_lines.py::test_a_locked_known_device_is_told_once",
            "tests/unit/identity/test_security_lines.py::test_a_registration_code_that_is_tried_too_often_at_once_is_told",
        ),
    ),
    Mutant(
        "exports-untold",
        "a report is taken out as a file and nobody learns of it",
        (
            Edit(
                "services/stats/api/routes.py",
                "        if kind in EXPORTS:\n            self._deps().trail",
                "        if False:\n            self._deps().trail",
            ),
        ),
        (
            "tests/integration/stats/test_report.py::"
            "test_a_report_taken_out_as_a_file_is_told_to_the_security_log_and_one_on_a_page_is_not",
        ),
    ),
    Mutant(
        "endless-log",
        "an attack fills the disk with lines",
        (
            Edit(
                "shared/infrastructure/security_log.py",
                "            if self._written[key] > LINES_A_MINUTE:",
                "            if False:",
            ),
        ),
        (
            "tests/unit/shared/test_security_log.py::test_a_flood_by_one_account_is_cut_and_the_next_line_says_by_how_many",
        ),
    ),
)
