"""Mutants of the page of operations."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

PAGES = "services/portal/pages/operations/"
CORRECTIONS = "tests/unit/deploy/test_corrected_store.py::"

MUTANTS = (
    Mutant(
        "check-of-nobody",
        "the check of a photo does not belong to the request that sent it",
        (Edit("services/upload/use_cases/intake.py", "with within(photo.correlation_id)", 'with within("")'),),
        ("tests/integration/upload/test_intake.py::test_the_check_of_a_photo_belongs_to_the_request_that_sent_it",),
    ),
    Mutant(
        "any-trace",
        "a trace that began elsewhere takes a request over, which nobody then finds by the request's id",
        (
            Edit(
                "shared/infrastructure/tracing.py",
                'if parent[3:35] == request_id.get() != "" else None',
                "if parent else None",
            ),
        ),
        ("tests/unit/shared/test_tracing.py::test_a_trace_that_began_elsewhere_is_not_taken_over[another trace]",),
    ),
    Mutant(
        "address-in-a-trace",
        "a trace tells the address of a request, with the ids and codes that are in it",
        (
            Edit(
                "shared/service/app.py",
                'return (request.method, request.url_rule.rule) if request.url_rule else ("unknown", "unknown")',
                "return (request.method, request.full_path)",
            ),
        ),
        (
            "tests/unit/shared/test_tracing.py::"
            "test_a_request_is_a_span_with_its_route_and_outcome_and_nothing_of_its_address",
        ),
    ),
    Mutant(
        "one-request-for-all",
        "what a worker does next counts for the request before",
        (Edit("shared/infrastructure/correlation.py", "        request_id.reset(token)\n", "        pass\n"),),
        ("tests/integration/upload/test_intake.py::test_the_check_of_a_photo_belongs_to_the_request_that_sent_it",),
    ),
    Mutant(
        "silence-is-well",
        "a number that a service does not tell counts as 0",
        (Edit("shared/service/health.py", "default=None if None in values else 0.0", "default=0.0"),),
        ("tests/unit/portal/test_judging.py::test_a_number_that_is_not_known_is_not_well[figures-stats-age_seconds]",),
    ),
    Mutant(
        "dead-worker-believed",
        "the last report of a worker that was killed counts for ever",
        (
            Edit(
                "shared/service/worker_reports_mongo.py",
                'self._reports.find({"at": {"$gte": self._clock.now() - FRESH_MS}})',
                "self._reports.find({})",
            ),
        ),
        ("tests/integration/test_worker_reports.py::test_a_process_that_tells_nothing_any_more_counts_as_gone",),
    ),
    Mutant(
        "hung-worker-believed",
        "a role counts as done for as long as its process lives, although its loop hangs",
        (Edit("shared/service/heartbeat.py", "return self.silence() > SILENT_AFTER", "return False"),),
        (
            "tests/unit/shared/test_heartbeat.py::"
            "test_a_loop_that_hangs_is_silent_after_the_stated_time_and_back_with_its_next_pass",
        ),
    ),
    Mutant(
        "hung-thread-hidden",
        "a role counts as done while one of its threads goes on and another one hangs",
        (Edit("shared/service/heartbeat.py", "min(beats, default=", "max(beats, default="),),
        (
            "tests/unit/shared/test_heartbeat.py::"
            "test_one_hung_thread_of_several_makes_the_role_silent_and_one_that_has_ended_does_not",
        ),
    ),
    Mutant(
        "hung-measure-believed",
        "the last number that a hung worker has measured counts for ever",
        (Edit("shared/service/worker_reports.py", "{**measured(), **dict.fromkeys(unsure)}", "measured()"),),
        (
            "tests/unit/shared/test_heartbeat.py::"
            "test_the_report_tells_a_hung_role_as_silent_and_what_it_had_measured_as_not_known",
        ),
    ),
    Mutant(
        "strange-health-breaks-page",
        "the page of operations fails over an answer of another shape",
        (
            Edit(
                "shared/service/health_reading.py",
                "    except ValidationError:\n        return UNREADABLE\n",
                "    except ValidationError:\n        raise\n",
            ),
        ),
        (
            "tests/unit/portal/test_operations.py::"
            "test_an_answer_of_any_other_shape_is_shown_as_not_known_beside_the_others[no numbers]",
        ),
    ),
    Mutant(
        "page-down-with-a-service",
        "the page of operations fails with the service that it should name",
        (
            Edit(
                f"{PAGES}page.py",
                "            if refused.status in (401, 403):\n                raise\n",
                "            raise\n",
            ),
        ),
        (
            "tests/unit/portal/test_operations.py::"
            "test_the_page_names_the_service_that_does_not_answer_and_shows_the_others[roster]",
        ),
    ),
    Mutant(
        "command-for-another-copy",
        "an operator's command reaches the copy on the port that was named, whatever folder was",
        (
            Edit(
                "deploy/local/running.py",
                "    if found and port not in (None, found.port):",
                "    if found and port and port != found.port:\n"
                "        return Local(data, port)\n"
                "    if found and port not in (None, found.port):",
            ),
        ),
        ("tests/unit/deploy/test_running.py::test_a_port_or_a_bus_that_is_not_the_copys_is_refused",),
    ),
    Mutant(
        "restart-on-another-port",
        "a copy that is started again without its port prints another address, and its paper is no paper of the school",
        (
            Edit(
                "deploy/local/running.py",
                "    if (data / PORT_NOTE).exists():",
                "    if False and (data / PORT_NOTE).exists():",
            ),
            Edit("deploy/local/running.py", "    if (data / ADDRESSES).exists():  # by", "    if False:  # by"),
        ),
        (
            "tests/unit/deploy/test_port.py::"
            "test_a_copy_starts_again_on_the_port_that_it_had_and_a_new_one_on_the_usual_one[run]",
        ),
    ),
    Mutant(
        "half-upgraded-is-well",
        "a copy of which one process only has gone over says that all is well",
        (Edit("deploy/local/status.py", "    if unfinished:\n        return 1\n", ""),),
        (
            "tests/unit/deploy/test_status.py::"
            "test_a_half_upgraded_copy_is_not_well_and_each_process_is_shown_with_its_release",
        ),
    ),
    Mutant(
        "way-back-to-a-broken-release",
        "after a release that has failed half-way, the way back that is shown leads to it",
        (Edit("deploy/upgrade/__main__.py", "    if not _is_whole(running, data) and", "    if False and"),),
        (
            "tests/unit/deploy/test_upgrades_again.py::"
            "test_a_failure_of_a_release_that_did_not_note_it_is_seen_by_the_processes",
        ),
    ),
    Mutant(
        "second-start-in-a-folder",
        "a start on other ports takes the folder of a copy that runs, and its end makes that one unfindable",
        (Edit("deploy/local/run.py", "and other.taken()", "and not other.taken()"),),
        (
            "tests/unit/deploy/test_running.py::"
            "test_a_second_start_in_the_same_folder_on_another_port_leaves_the_first_copy_alone",
        ),
    ),
    Mutant(
        "operations-for-provinces",
        "every province reads the health of the nation's services",
        (Edit("shared/language/roles.py", "_BUREAU = (", "_BUREAU = (p.VIEW_OPERATIONS,"),),
        ("tests/unit/shared/test_health.py::test_only_the_ministry_and_technical_support_may_ask[province]",),
    ),
    Mutant(
        "closed-handles-stay",
        "the embedded store keeps every session and every cursor that it has ever opened",
        (Edit("deploy/local/corrected_store.py", "                _release(self)\n", "                pass\n"),),
        (f"{CORRECTIONS}test_a_closed_handle_stays_in_memory_unless_it_is_corrected[corrected-0]",),
    ),
    Mutant(
        "replies-forgotten-too-early",
        "the embedded store forgets what it has replied, and a repeated write is done twice",
        (Edit("deploy/local/corrected_store.py", "[1] >= oldest and len", "[1] >= oldest and 1 + len"),),
        (f"{CORRECTIONS}test_the_same_replies_are_kept_for_repeated_writes",),
    ),
    Mutant(
        "indexes-of-yesterday",
        "the embedded store remembers the indexes of a collection for longer than one write",
        (
            Edit("deploy/local/corrected_store.py", "        _statement.catalog = {}\n        try:", "        try:"),
            Edit("deploy/local/corrected_store.py", "            _statement.catalog = None\n", "            pass\n"),
            Edit(
                "deploy/local/corrected_store.py",
                "_statement = threading.local()",
                "_statement = type(sys)('of the process'); _statement.catalog = {}",
            ),
        ),
        (f"{CORRECTIONS}test_a_write_reads_the_indexes_once_and_finds_and_keeps_the_same",),
    ),
    Mutant(
        "roles-of-yesterday",
        "the embedded store goes on by a role that has been changed or taken away",
        (Edit("deploy/local/corrected_store.py", 'vars(self).pop("_roles_read", None)', "pass"),),
        (f"{CORRECTIONS}test_a_role_is_read_once_until_one_changes",),
    ),
    Mutant(
        "pruned-within-the-commit",
        "the embedded store prunes its oplog within a commit, whose changes the prune waits for",
        (Edit("deploy/local/corrected_store.py", "    store._prune_oplog_locked = note\n", ""),),
        (f"{CORRECTIONS}test_the_oplog_is_pruned_after_the_commit_and_not_within_it",),
    ),
    Mutant(
        "readers-wait-for-the-dead",
        "every reader of the embedded store waits for the open transaction of a killed process",
        (Edit("deploy/local/corrected_store.py", 'f"{options},{ROOM}"', "options"),),
        (f"{CORRECTIONS}test_beside_the_open_transaction_of_a_killed_process_others_read_and_write",),
    ),
)
