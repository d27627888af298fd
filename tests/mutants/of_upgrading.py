"""Mutants of how a running copy goes over to another release."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

REPLACEMENT = "deploy/upgrade/replacement.py"
UPGRADE = "tests/unit/deploy/test_upgrade.py::"
AGAIN = "tests/unit/deploy/test_upgrades_again.py::"
EVENTS = "tests/unit/deploy/test_known_events.py::"
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
        (Edit(REPLACEMENT, "back and names[0] in READERS", "not names"),),
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
        "given-up-at-once",
        "an upgrade ends because a store was away for a moment",
        (
            Edit(
                "deploy/upgrade/patience.py",
                "if stop.is_set():\n                raise",
                "if seconds:\n                raise",
            ),
        ),
        tuple(
            f"{AGAIN}test_what_fails_for_now_is_tried_again_and_said[{name}]"
            for name in ("topics", "stats-worker.2", "upload-worker", "roster", "portal")
        ),
    ),
    Mutant(
        "replaced-once-more",
        "an upgrade that is entered again begins anew, and people's work is interrupted once more",
        (Edit("deploy/upgrade/releases.py", "== [process.pid, *self._this]", "== [process.pid]"),),
        (
            f"{AGAIN}test_entered_again_it_goes_on_where_it_was",
            f"{AGAIN}test_from_half_way_only_those_go_back_who_have_gone_over",
        ),
    ),
    Mutant(
        "any-process-is-ours",
        "a process of the release before counts as gone over, and is never replaced",
        (Edit("deploy/upgrade/releases.py", "== [process.pid, *self._this]", "is not None"),),
        (f"{AGAIN}test_from_half_way_only_those_go_back_who_have_gone_over",),
    ),
    Mutant(
        "read-when-measured-before",
        "consumers go back on the word of a number that is older than what the newer release has written",
        (Edit("deploy/upgrade/behind.py", "waited - seconds >= late", "waited >= seconds"),),
        tuple(
            f"{AGAIN}test_all_is_read_when_what_is_published_and_read_is_younger_than_the_moment_although_people_work_on"
            f"[{values}]"
            for values in ("0-0-8", "0-3-11", "5-0-13")
        ),
    ),
    Mutant(
        "begun-far-behind",
        "an upgrade of a copy that does not keep up is begun",
        (Edit("deploy/upgrade/behind.py", "seconds <= AT_MOST", "True"),),
        (
            f"{AGAIN}test_a_copy_that_does_not_keep_up_is_not_begun_with[61-0-61 seconds that the oldest event]",
            f"{AGAIN}test_a_copy_that_does_not_keep_up_is_not_begun_with[0-61-61 seconds by which]",
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
        "back-to-who-does-not-know",
        "a release takes a copy over that reads past what was done since: who activated an account is refused there",
        (Edit("deploy/local/run.py", "        require_known(stack.local, successor(stack.local.data))\n", ""),),
        (
            f"{EVENTS}test_given_what_a_release_does_not_know_when_it_asks_then_it_is_refused_and_each_type_is_named",
            f"{EVENTS}test_given_a_store_that_does_not_answer_when_a_release_asks_then_it_is_refused_for_now",
        ),
    ),
    Mutant(
        "any-fact-of-a-kind-is-known",
        "a release counts as knowing every event of a kind of which it puts one together",
        (Edit("deploy/upgrade/known_events.py", " and f'\"{fact}\"' in code)", ")"),),
        (f"{EVENTS}test_a_type_that_is_put_together_is_known_with_its_own_facts_alone",),
    ),
    Mutant(
        "a-new-process-forgotten",
        "a process that the release before did not have is missing until the next start",
        (
            Edit(
                REPLACEMENT,
                "name not in replaced and name not in stack.processes]",
                "name in replaced - set(stack.names)]",
            ),
        ),
        (f"{UPGRADE}test_a_process_that_the_release_before_did_not_have_is_started_before_who_may_need_it",),
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
