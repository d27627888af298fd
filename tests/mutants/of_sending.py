"""Mutants between a store and the bus, and of the guards of the store itself."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

RELAY, MEMORY, MONGO, COMMANDS = (
    "shared/messaging/relay.py",
    "shared/eventsourcing/store_memory.py",
    "shared/eventsourcing/store_mongo.py",
    "shared/eventsourcing/commands.py",
)
RELAYING, PUBLISHING, ALSO = (
    "tests/relay/test_relay.py::",
    "tests/store/test_publishing.py::",
    "tests/store/test_also.py::",
)
APPENDING, REPEATED = "tests/store/test_append.py::", "tests/store/test_repeated_commands.py::"

MUTANTS = (
    Mutant(
        "boolean-mark",
        "an event is marked as published, not with the generation it has reached",
        (
            Edit(MEMORY, "            if mark < generation\n", "            if mark < 1\n"),
            Edit(MONGO, '"published_in": {"$lt": generation}}).limit(', '"published_in": {"$lt": 1}}).limit('),
        ),
        (
            f"{RELAYING}test_an_old_relay_that_resumes_takes_nothing_from_the_new_generation[memory]",
            f"{RELAYING}test_a_new_generation_gets_everything_with_its_own_number_of_partitions_and_closed_days_stay[memory]",
            f"{RELAYING}test_a_new_generation_gets_everything_with_its_own_number_of_partitions_and_closed_days_stay[mongo]",
        ),
    ),
    Mutant(
        "falling-mark",
        "a relay of an old generation takes back what a new one has marked",
        (
            Edit(
                MEMORY,
                "self._set_mark(event.id, max(self._marks[event.id], generation))",
                "self._set_mark(event.id, generation)",
            ),
            Edit(MONGO, '{"$max": {"published_in": generation}}', '{"$set": {"published_in": generation}}'),
        ),
        (
            f"{PUBLISHING}test_marks_only_rise_so_an_old_relay_clears_nothing_due_for_a_new_generation[memory]",
            f"{PUBLISHING}test_marks_only_rise_so_an_old_relay_clears_nothing_due_for_a_new_generation[mongo]",
        ),
    ),
    Mutant(
        "mark-before-send",
        "the relay marks events before it sends them",
        (
            Edit(
                RELAY,
                "acknowledged = self._bus.publish(",
                "self._store.mark(events, self._generation)\n        acknowledged = self._bus.publish(",
            ),
        ),
        (
            f"{RELAYING}test_a_crash_between_sending_and_marking_sends_twice[memory]",
            f"{RELAYING}test_unacknowledged_events_stay_due_and_the_others_are_done[memory]",
            f"{RELAYING}test_a_relay_survives_an_unavailable_store_and_an_unavailable_bus[memory]",
        ),
    ),
    Mutant(
        "mark-unacknowledged",
        "the relay marks events that the bus has not acknowledged",
        (Edit(RELAY, "zip(events, acknowledged, strict=True) if arrived]", "zip(events, acknowledged, strict=True)]"),),
        (
            f"{RELAYING}test_unacknowledged_events_stay_due_and_the_others_are_done[memory]",
            f"{RELAYING}test_a_send_that_fails_while_later_ones_succeed_is_repeated_after_them[memory]",
        ),
    ),
    Mutant(
        "mark-any-day",
        "the relay marks an event although its day was moved while it was sent",
        (
            Edit(
                MEMORY,
                "if event.id in self._marks and self._events[event.id].day == event.day:",
                "if event.id in self._marks:",
            ),
            Edit(MONGO, '{"_id": {"$in": ids}, "day": day}, {"$max"', '{"_id": {"$in": ids}}, {"$max"'),
        ),
        (
            f"{RELAYING}test_an_event_that_was_moved_while_it_was_sent_is_sent_again_with_its_new_day[memory]",
            f"{PUBLISHING}test_a_mark_counts_only_for_the_day_sent[memory]",
            f"{PUBLISHING}test_a_mark_counts_only_for_the_day_sent[mongo]",
        ),
    ),
    Mutant(
        "close-before-batch",
        "the relay reads the closed day before it reads the batch",
        (
            Edit(
                RELAY,
                "        due = self._look()\n",
                "        closed = self._store.closed_through()\n        due = self._look()\n",
            ),
            Edit(RELAY, "self._in_open_days(due, self._store.closed_through())", "self._in_open_days(due, closed)"),
        ),
        (f"{RELAYING}test_a_day_that_is_closed_after_the_batch_was_read_is_closed_for_the_batch[memory]",),
    ),
    Mutant(
        "send-late",
        "the relay sends a late event with its closed day",
        (
            Edit(
                RELAY,
                "found.mark == UNPUBLISHED and found.event.day <= closed]",
                "found.mark == UNPUBLISHED and found.event.day < '']",
            ),
        ),
        (f"{RELAYING}test_an_event_recorded_before_a_day_was_closed_that_comes_late_counts_on_the_open_day[memory]",),
    ),
    Mutant(
        "move-published",
        "an event is moved into another day although it was published",
        (
            Edit(MEMORY, "if self._marks.get(event.id) == UNPUBLISHED and self._events", "if self._events"),
            Edit(MONGO, '"day": old, "published_in": UNPUBLISHED}', '"day": old}'),
        ),
        (
            f"{PUBLISHING}test_an_event_published_by_another_relay_is_not_moved[memory]",
            f"{PUBLISHING}test_an_event_published_by_another_relay_is_not_moved[mongo]",
        ),
    ),
    Mutant(
        "move-moved",
        "an event is moved although another relay has moved it already",
        (
            Edit(MEMORY, "self._events[event.id].day == event.day < day:", "event.day < day:"),
            Edit(MONGO, '{"_id": {"$in": ids}, "day": old, "published_in"', '{"_id": {"$in": ids}, "published_in"'),
        ),
        (
            f"{PUBLISHING}test_an_event_moved_by_another_relay_keeps_that_day[memory]",
            f"{PUBLISHING}test_an_event_moved_by_another_relay_keeps_that_day[mongo]",
        ),
    ),
    Mutant(
        "resend-as-new",
        "an event that is sent again by command may be moved out of its closed day",
        (
            Edit(MEMORY, "self._set_mark(id, TO_RESEND)", "self._set_mark(id, UNPUBLISHED)"),
            Edit(MONGO, '{"$set": {"published_in": TO_RESEND}}', '{"$set": {"published_in": UNPUBLISHED}}'),
        ),
        (
            f"{RELAYING}test_an_event_sent_again_by_command_keeps_its_closed_day[memory]",
            f"{RELAYING}test_an_event_sent_again_by_command_keeps_its_closed_day[mongo]",
        ),
    ),
    Mutant(
        "days-go-back",
        "the successor of a moved event counts before it",
        (Edit("shared/eventsourcing/recording.py", "day = max(day_of(at), day_before)", "day = day_of(at)"),),
        (f"{PUBLISHING}test_the_successor_of_a_moved_event_does_not_count_before_it[memory]",),
    ),
    Mutant(
        "version-twice",
        "a stream takes two events of one version",
        (
            Edit(
                MEMORY,
                "(append.stream, ())) != append.expected_version",
                "(append.stream, ())) < append.expected_version",
            ),
            Edit(MONGO, 'unique=True, name="stream-version"', 'name="stream-version"'),
        ),
        (
            f"{APPENDING}test_a_stream_refuses_a_duplicate_version[memory]",
            f"{APPENDING}test_a_stream_refuses_a_duplicate_version[mongo]",
        ),
    ),
    Mutant(
        "version-hole",
        "a stream takes an event whose predecessor is not there",
        (
            Edit(
                MEMORY,
                "(append.stream, ())) != append.expected_version",
                "(append.stream, ())) > append.expected_version",
            ),
            Edit(
                MONGO,
                'days = {append.stream: "" for append in appends if not append.expected_version}',
                'days = {append.stream: "" for append in appends}',
            ),
        ),
        (f"{APPENDING}test_a_stream_refuses_a_hole[memory-7]", f"{APPENDING}test_a_stream_refuses_a_hole[mongo-7]"),
    ),
    Mutant(
        "append-in-pieces",
        "events and the writes that belong to them are not in one transaction",
        (
            Edit(
                MONGO,
                "return transaction(self._client, lambda session: self._append(appends, context, also, session))",
                "return self._append(appends, context, also)",
            ),
        ),
        (
            f"{ALSO}test_when_the_further_writes_fail_the_events_are_not_recorded[mongo]",
            f"{ALSO}test_when_the_events_conflict_the_further_writes_are_not_kept[mongo]",
        ),
    ),
    Mutant(
        "any-majority",
        "the document store acknowledges before a majority has written",
        (
            Edit(
                "shared/infrastructure/mongo.py",
                'return db.with_options(read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority"))',
                "return db",
            ),
        ),
        ("tests/store/test_mongo.py::test_everything_is_read_from_and_written_to_a_majority",),
    ),
    Mutant(
        "one-broker",
        "one broker of three keeps a record and acknowledges it",
        (
            Edit("shared/messaging/bus_kafka.py", '"replication_factor": 3 if safe else 1', '"replication_factor": 1'),
            Edit(
                "shared/messaging/bus_kafka.py",
                '{"min.insync.replicas": "2" if safe else "1"}',
                '{"min.insync.replicas": "1"}',
            ),
        ),
        (
            "tests/bus/test_bus_kafka_topics.py::test_every_record_is_kept_three_times_and_acknowledged_by_two_where_there_are_three_brokers[3-3-2]",
        ),
    ),
    Mutant(
        "unavailable-is-a-fault",
        "a request during an outage of the store is answered as an internal error",
        (Edit("shared/infrastructure/mongo.py", "        or isinstance(error, ConnectionFailure)\n", ""),),
        ("tests/unit/shared/test_app.py::test_an_unavailable_store_is_a_503_and_the_same_request_may_be_sent_again",),
    ),
    Mutant(
        "repeated-command",
        "a request that is sent again is a new request",
        (Edit(COMMANDS, "if event.command_id == context.id]", 'if event.command_id == ""]'),),
        (f"{REPEATED}test_a_repeated_request_gets_the_first_response_and_changes_nothing[memory]",),
    ),
    Mutant(
        "any-body",
        "a key that was used for another request is answered as if it were the same",
        (Edit(COMMANDS, "if fingerprint != context.fingerprint:", 'if fingerprint == "":'),),
        (f"{REPEATED}test_the_same_key_for_another_request_is_refused[memory]",),
    ),
    Mutant(
        "forgetful-import",
        "an import that died on its way forgets what it had done",
        (Edit("services/roster/use_cases/importing/admission.py", "uuid.uuid5(PUPILS, rows).hex", "uuid.uuid4().hex"),),
        (
            "tests/unit/roster/test_roster_import.py::test_an_import_that_died_midway_and_is_sent_again_reports_as_if_it_had_not_died[3]",
        ),
    ),
)
