"""Mutants of how a running copy goes over to another release."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

REPLACEMENT = "deploy/upgrade/replacement.py"
UPGRADE = "tests/unit/deploy/test_upgrade.py::"

MUTANTS = (
    Mutant(
        "consumers-last",
        "writers of the new release write what consumers of the old one cannot read",
        (Edit(REPLACEMENT, "reversed(ROLES) if back else ROLES", "ROLES if back else reversed(ROLES)"),),
        (f"{UPGRADE}test_on_the_way_back_writers_go_first_and_consumers_when_everything_is_read",),
    ),
    Mutant(
        "back-before-all-is-read",
        "consumers go back while events of the newer release are unread",
        (Edit(REPLACEMENT, "            if back:\n                await_all_read(stack)\n", ""),),
        (f"{UPGRADE}test_on_the_way_back_writers_go_first_and_consumers_when_everything_is_read",),
    ),
    Mutant(
        "ended-before-its-successor-is-ready",
        "a service ends before its successor is ready, and for good if that one does not come up",
        (Edit(REPLACEMENT, "for name in names}\n    try:\n", "for name in names}\n    stack.end(before)\n    try:\n"),),
        (
            f"{UPGRADE}test_where_a_new_process_does_not_come_up_the_one_before_goes_on[roster]",
            f"{UPGRADE}test_where_a_new_process_does_not_come_up_the_one_before_goes_on[portal]",
        ),
    ),
    Mutant(
        "other-keys-half-way",
        "some processes get keys that those which go on do not have",
        (Edit("deploy/upgrade/__main__.py", "(data / name).stat().st_mtime > since", "not since"),),
        (
            f"{UPGRADE}test_keys_or_a_generation_that_half_of_the_processes_would_not_have_are_refused[keys.env]",
            f"{UPGRADE}test_keys_or_a_generation_that_half_of_the_processes_would_not_have_are_refused[generations.env]",
        ),
    ),
    Mutant(
        "every-field-is-taken",
        "a process fails at a field that the release after it has added",
        (
            Edit(
                "shared/infrastructure/known_fields.py",
                "{field.name: given[field.name] for field in fields(kind) if field.name in given}",
                "dict(given)",
            ),
        ),
        ("tests/unit/shared/test_known_fields.py::test_what_is_known_is_read_and_the_rest_is_left_alone",),
    ),
)
