"""Mutants of how a running copy goes over to another release."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

REPLACEMENT = "deploy/upgrade/replacement.py"
UPGRADE = "tests/unit/deploy/test_upgrade.py::"
FAILED = "tests/unit/deploy/test_failed_upgrades.py::"

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
        (Edit(REPLACEMENT, "    replaced: dict[str, Process] = {}\n", "    replaced = {}\n    stack.end(before)\n"),),
        (
            f"{UPGRADE}test_where_a_new_process_does_not_come_up_the_one_before_goes_on[roster]",
            f"{UPGRADE}test_where_a_new_process_does_not_come_up_the_one_before_goes_on[portal]",
        ),
    ),
    Mutant(
        "a-second-worker-forgotten",
        "an upgrade that is entered again loses the worker that an earlier try has left, and nobody stops it",
        (Edit(REPLACEMENT, "[twin for twin in twins if not _runs(stack, twin)]", "twins"),),
        (
            f"{FAILED}test_a_worker_that_failed_at_its_port_is_replaced_by_the_same_command_again_or_goes_back[False]",
            f"{FAILED}test_a_worker_that_failed_at_its_port_is_replaced_by_the_same_command_again_or_goes_back[True]",
        ),
    ),
    Mutant(
        "ended-with-connections-waiting",
        "a service ends with connections that it has not taken yet",
        (Edit(REPLACEMENT, "            pause(TAKEN_WITHIN)\n", ""),),
        (f"{UPGRADE}test_what_was_connected_to_a_service_is_taken_by_it_before_it_ends",),
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
        (
            "tests/unit/shared/test_known_fields.py::test_what_is_known_is_read_and_a_record_that_is_written_again_has_lost_the_rest",
        ),
    ),
)
