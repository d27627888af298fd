"""Mutants between the bus and a read model."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

FOLD, FIGURES, PROJECTION = (
    "services/stats/domain/fold.py",
    "services/stats/projection/projector_mongo.py",
    "services/stats/projection/collections_mongo.py",
)
JOURNAL, JOURNALING = "services/stats/projection/journal_mongo.py", "tests/integration/stats/test_journal.py::"
IN_MEMORY, IN_MONGO, SUBSCRIPTION = (
    "shared/messaging/sink_memory.py",
    "shared/messaging/sink_mongo.py",
    "shared/messaging/subscription.py",
)
FOLDING, SINKING = "tests/properties/test_fold.py::", "tests/integration/stats/test_sink.py::"
SNAPSHOT, COLUMNS = "services/stats/domain/snapshot.py", "services/stats/domain/columns.py"
ROLL_UP, ROLLING_UP = "services/stats/domain/roll_up.py", "tests/properties/test_roll_up.py::"
SUBSCRIBING, PARKING, ALARMS = (
    f"tests/subscription/test_{name}.py::" for name in ("subscription", "parking", "alarms")
)

MUTANTS = (
    Mutant(
        "last-arrival",
        "the last event to arrive wins, whatever its version",
        (
            Edit(
                FOLD,
                "last = max((version for version, recorded in stream_history.items() "
                "if recorded.day <= day), default=0)",
                "last = next((v for v, recorded in reversed(stream_history.items()) if recorded.day <= day), 0)",
            ),
        ),
        (f"{FOLDING}test_a_late_older_version_changes_the_past_and_not_the_present",),
    ),
    Mutant(
        "drop-older",
        "an older version that arrives late is discarded",
        (
            Edit(
                FOLD,
                "if recorded and event.day <= recorded.day:",
                "if event.version < max(stream_history, default=0) or recorded and event.day <= recorded.day:",
            ),
        ),
        (f"{FOLDING}test_a_late_older_version_counts_on_its_own_days_and_in_the_control_totals",),
    ),
    Mutant(
        "first-day",
        "of two copies with different days the first one holds",
        (Edit(FOLD, "if recorded and event.day <= recorded.day:", "if recorded:"),),
        (f"{FOLDING}test_of_two_copies_of_an_event_the_later_day_holds_whichever_comes_first",),
    ),
    Mutant(
        "no-fork",
        "two events may claim one version of a stream",
        (Edit(FOLD, "if recorded and recorded.id != event.id:", 'if recorded and recorded.id == "":'),),
        (f"{FOLDING}test_two_events_with_one_version_are_a_fork_and_the_second_one_is_parked",),
    ),
    Mutant(
        "skip-rejected",
        "rejected events count as applied instead of being parked",
        (Edit(FOLD, '            changes.parked.append((event, f"{type(error).__name__}: {error}"))\n', ""),),
        (f"{FOLDING}test_poison_is_parked_alone_wherever_it_comes_and_whatever_is_stored_already",),
    ),
    Mutant(
        "park-nothing",
        "a batch forgets the events that it could not apply",
        (
            Edit(IN_MEMORY, "            self._parked |= {item.key: item for item in parked}\n", ""),
            Edit(
                IN_MONGO,
                "self._write_parked(parked, batch.unparked, session)",
                "self._write_parked([], batch.unparked, session)",
            ),
        ),
        (
            f"{PARKING}test_one_event_that_cannot_be_applied_is_parked_alone[memory-memory]",
            f"{ALARMS}test_as_many_as_may_be_parked_are_parked_and_the_others_applied[memory]",
            f"{ALARMS}test_as_many_as_may_be_parked_are_parked_and_the_others_applied[mongo]",
        ),
    ),
    Mutant(
        "park-everything",
        "any number of events of one batch may be parked",
        (
            Edit(IN_MEMORY, "if len(parked) > batch.allowance:", "if len(parked) < 0:"),
            Edit(IN_MONGO, "if len(parked) > batch.allowance:", "if len(parked) < 0:"),
        ),
        (
            f"{ALARMS}test_one_more_than_may_be_parked_stops_the_batch_and_nothing_of_it_is_committed[memory]",
            f"{ALARMS}test_one_more_than_may_be_parked_stops_the_batch_and_nothing_of_it_is_committed[mongo]",
        ),
    ),
    Mutant(
        "one-limit-for-any-batch",
        "a large batch may park no more than a small one, so a rebuild stops at what the live projector had parked",
        (Edit("shared/messaging/batches.py", "self._limit * max(1, len(records) // self._per)", "self._limit"),),
        ("tests/subscription/test_backlog.py::test_a_large_batch_may_park_as_many_as_the_small_ones_together[memory]",),
    ),
    Mutant(
        "two-transactions",
        "histories and flows are written one after the other",
        (
            Edit(
                FIGURES,
                "write(projection.flows, _updates(flow_increments(changes)), session)",
                "write(projection.flows, _updates(flow_increments(changes)), None)",
            ),
        ),
        (f"{SINKING}test_a_crash_inside_the_transaction_leaves_nothing_half_written",),
    ),
    Mutant(
        "blind-write",
        "a history is written although another batch has written it meanwhile",
        (
            Edit(JOURNAL, 'UpdateOne({"_id": number, "tag": before.tag}, ', 'UpdateOne({"_id": number}, '),
            Edit(JOURNAL, "self._heads.bulk_write(writes, session=session)", "self._heads.bulk_write(writes)"),
            Edit(JOURNAL, 'f"{number:02x}|{head.number:08x}"', 'f"{number:02x}|{head.tag}"'),
        ),
        (f"{SINKING}test_of_two_batches_over_one_history_the_second_one_reads_again",),
    ),
    Mutant(
        "head-not-compared",
        "a process trusts its memory of a lane although another one has written since",
        (Edit(JOURNAL, "return self.head == head", "self.head = head\n        return True"),),
        (f"{JOURNALING}test_a_process_sees_what_another_one_has_written_since",),
    ),
    Mutant(
        "remembers-what-was-restored-away",
        "a process that remembers more than a restored read model holds takes what it reads again for doubles",
        (Edit(JOURNAL, "return self.head == head", "return self.head.number >= head.number"),),
        (f"{JOURNALING}test_a_process_that_remembers_more_than_a_restored_projection_holds_reads_it_again",),
    ),
    Mutant(
        "remembers-what-was-not-committed",
        "a process remembers the rows of a batch that was rolled back",
        (Edit(JOURNAL, "if self.staged and self.staged[0] == head:", "if self.staged:"),),
        (f"{JOURNALING}test_a_batch_that_was_rolled_back_is_not_remembered",),
    ),
    Mutant(
        "packs-in-secret",
        "packs are split, and other processes look for histories where they were",
        (
            Edit(
                JOURNAL,
                "            self._move({number: head}, session)\n            self._write",
                "            self._write",
            ),
        ),
        (f"{JOURNALING}test_a_process_finds_histories_in_the_packs_that_another_one_has_split",),
    ),
    Mutant(
        "journal-thrown-away",
        "entries are deleted before all of their rows are in packs",
        (Edit(JOURNAL, "if left := [row ", "if left := not lane.rows and [row "),),
        (f"{JOURNALING}test_packing_may_die_between_any_two_transactions_and_be_done_again[1]",),
    ),
    Mutant(
        "packing-without-end",
        "rows that are packed stay in the journal, and are packed anew whenever another process has written",
        (
            Edit(
                JOURNAL,
                "for key, rows in lane.rows.items() if key not in packed for",
                "for rows in lane.rows.values() for",
            ),
        ),
        (f"{JOURNALING}test_packing_ends_however_often_another_process_writes_meanwhile",),
    ),
    Mutant(
        "packed-while-events-wait",
        "a journal that has become long is packed as a whole while live events wait",
        (
            Edit(
                JOURNAL,
                "appended -= self.pack_some(max(numbers, key=lambda number: self._lanes[number].length), session)",
                "while self.pack_some(numbers[0], session):\n                pass",
            ),
        ),
        (f"{JOURNALING}test_a_live_event_waits_for_a_few_packs_however_many_a_journal_touches",),
    ),
    Mutant(
        "journals-of-few-lanes",
        "a process with few lanes leaves journals that one with all lanes cannot remember",
        (Edit(JOURNAL, "MOST_ROWS // LANES", "MOST_ROWS // len(self._lanes)"),),
        (
            f"{JOURNALING}test_a_journal_is_packed_when_it_is_long_or_a_process_with_all_lanes_could_not_remember_it"
            "[MOST_ROWS-576]",
        ),
    ),
    Mutant(
        "packed-anew",
        "a pack loses the histories that the journal does not touch",
        (Edit(JOURNAL, "split(first, pack | late)", "split(first, late)"),),
        (f"{JOURNALING}test_packed_or_not_in_any_order_and_batches_the_figures_are_those_of_the_definition",),
    ),
    Mutant(
        "late-copy-of-a-row",
        "of two copies of a version in the journal the first one holds, not the later day",
        (
            Edit(
                "services/stats/domain/packs.py",
                "if version not in versions or versions[version].day < recorded.day:",
                "if version not in versions:",
            ),
        ),
        ("tests/unit/stats/test_packs.py::test_of_two_copies_of_a_version_the_later_day_holds_whichever_comes_first",),
    ),
    Mutant(
        "old-histories-forgotten",
        "a projection of a release before the journal is taken for an empty one",
        (Edit(PROJECTION, ' and not self._checkpoints.find_one({"subscription": self.name})', ""),),
        (f"{JOURNALING}test_a_projection_of_a_release_before_the_journal_goes_on_as_it_was_begun",),
    ),
    Mutant(
        "remains-over-histories",
        "the remains of an interrupted rebuild are taken for the histories that an earlier release has built since",
        (Edit(PROJECTION, "self._histories.find_one({}, session=session) is None", "True"),),
        (
            f"{JOURNALING}"
            "test_what_a_release_before_the_journal_builds_over_the_remains_of_a_rebuild_stays_as_it_was_built",
        ),
    ),
    Mutant(
        "packing-stops-the-batch",
        "an event is counted as failed because a journal could not be packed",
        (Edit(FIGURES, "        except Exception:\n            log", "        except KeyError:\n            log"),),
        (f"{JOURNALING}test_a_packing_that_fails_costs_no_event_and_is_done_after_another_batch",),
    ),
    Mutant(
        "checkpoint-first",
        "the checkpoint moves before the batch is written",
        (
            Edit(
                IN_MEMORY,
                "draft = dict(self.state)",
                "draft, self._checkpoints = dict(self.state), self._checkpoints | advanced(batch, self._checkpoints)",
            ),
            Edit(
                IN_MONGO,
                "refuse_behind(batch, stored)\n",
                "refuse_behind(batch, stored), self._move(advanced(batch, stored), None)\n",
            ),
            Edit(IN_MONGO, "                self._move(advanced(batch, stored), session)\n", ""),
        ),
        (
            f"{SUBSCRIBING}test_a_member_that_was_killed_inside_a_batch_leaves_nothing_half_done[memory-memory]",
            f"{SINKING}test_a_crash_inside_the_transaction_leaves_nothing_half_written",
        ),
    ),
    Mutant(
        "checkpoint-back",
        "the checkpoint of a batch that came late moves backwards",
        (
            Edit(
                "shared/messaging/sink.py",
                "if end.offset > stored.get(partition, START).offset",
                "if end.offset > START.offset",
            ),
        ),
        (
            f"{SUBSCRIBING}test_checkpoints_move_only_forwards[memory-memory]",
            f"{SUBSCRIBING}test_a_member_that_lost_its_partitions_while_it_was_paused_applies_nothing_old_when_it_resumes[memory-memory]",
        ),
    ),
    Mutant(
        "own-position",
        "a projector continues from its own position although the read model is behind it",
        (
            Edit(IN_MEMORY, "            refuse_behind(batch, self._checkpoints)\n", ""),
            Edit(IN_MONGO, "                refuse_behind(batch, stored)\n", ""),
        ),
        (
            f"{SUBSCRIBING}test_a_read_model_that_was_restored_makes_a_running_member_seek_back[memory-memory]",
            f"{SUBSCRIBING}test_a_batch_that_would_leave_a_gap_is_not_applied[memory-memory]",
            f"{SUBSCRIBING}test_a_batch_that_would_leave_a_gap_is_not_applied[memory-mongo]",
        ),
    ),
    Mutant(
        "no-restore-check",
        "without new records, no check whether the read model was restored",
        (Edit(SUBSCRIPTION, "            self._check_restored(member)\n", "            pass\n"),),
        (f"{ALARMS}test_one_idle_poll_is_enough_to_read_again_for_a_read_model_that_was_restored[memory]",),
    ),
    Mutant(
        "any-record",
        "no check whether the record at the checkpoint is the one that was processed",
        (
            Edit(
                SUBSCRIPTION,
                'if record.headers.get("id", "") != checkpoint.id:',
                'if record.headers.get("id", "") == "nobody":',
            ),
        ),
        (f"{ALARMS}test_the_first_poll_of_a_log_with_another_record_at_our_checkpoint_is_an_alarm[memory]",),
    ),
    Mutant(
        "any-end",
        "no check whether the log still reaches the checkpoint",
        (
            Edit(
                SUBSCRIPTION,
                'raise BusLostData(partition, f"it ends before offset {checkpoint.offset}, which was processed")',
                "return",
            ),
        ),
        (f"{ALARMS}test_the_first_poll_of_a_log_that_ends_before_our_checkpoint_is_an_alarm[memory]",),
    ),
    Mutant(
        "view-last-arrival",
        "in a view the last event to arrive wins, whatever its version",
        (
            Edit(
                "shared/messaging/view.py",
                "if latest is None or latest.version < version:",
                "if latest is None or latest.version != version:",
            ),
        ),
        ("tests/view/test_view.py::test_the_highest_version_wins_and_a_late_older_one_changes_nothing[memory]",),
    ),
    Mutant(
        "view-no-fork",
        "a view lets two events claim one version of a stream",
        (
            Edit(
                "shared/messaging/view.py",
                "if latest.version == version and latest.state is not None and latest.id != id:",
                "if version < 0:",
            ),
        ),
        ("tests/view/test_view.py::test_the_same_version_with_another_id_is_a_fork_and_is_not_applied[memory]",),
    ),
    Mutant(
        "kept-stores-measured-anew",
        "a new release counts the events of an older one differently",
        (
            Edit(
                "services/stats/domain/measures.py",
                "expected, archive = entry.expected, form.archive",
                "expected, archive = bool(entry.sheet), form.archive",
            ),
        ),
        (
            "tests/frozen/test_frozen_stores.py::"
            "test_todays_figures_of_every_store_are_those_that_were_frozen_with_it[2026-11-28.json.gz]",
        ),
    ),
    Mutant(
        "old-flows-stay",
        "a roll-up adds the flows of a slot that has changed, and does not take back those that it held",
        (Edit(ROLL_UP, "if before := self._parts.pop(slot, None):", "if before := None:"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "roll-up-of-an-old-tree",
        "a roll-up outlives the tree in which it was summed",
        (Edit(SNAPSHOT, "self._roll_ups, self._curves = {}, {}, {}, {}", "self._curves = {}, {}, {}"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "roll-up-of-every-day",
        "a change of flows reaches roll-ups of days before it",
        (Edit(COLUMNS, "np.add.reduceat(self._days <= _ordinal(day),", "np.add.reduceat(self._days > 0,"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "places-of-an-old-tree",
        "schools keep their places in a tree that has changed",
        (
            Edit(
                SNAPSHOT,
                "self._trees, self._placements, self._roll_ups, self._curves = {}, {}, {}, {}",
                "self._trees, self._roll_ups, self._curves = {}, {}, {}",
            ),
        ),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "curve-of-old-flows",
        "a curve keeps the changes of a slot whose flows have changed",
        (Edit(SNAPSHOT, "            curve.pop(slot, None)", "            pass"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "half-of-a-sum",
        "a roll-up that failed half-way is taken for whole",
        (
            Edit(
                SNAPSHOT,
                "for slot in tuple(roll_up.stale):",
                "stale, roll_up.stale = roll_up.stale, set()\n        for slot in stale:",
            ),
        ),
        (f"{ROLLING_UP}test_a_sum_that_fails_half_way_is_whole_the_next_time",),
    ),
    Mutant(
        "old-flows-unnoticed",
        "a roll-up is not told that the flows of a slot have changed",
        (Edit(SNAPSHOT, "            roll_up.stale.add(slot)", "            pass"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "pupils-in-two-bytes",
        "figures are kept in two bytes whether they fit or not",
        (Edit(COLUMNS, "figures.astype(np.int16) if fits else figures", "figures.astype(np.int16)"),),
        (f"{ROLLING_UP}test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day",),
    ),
    Mutant(
        "classes-of-every-day",
        "the figures of classes count days after the one that is asked for",
        (Edit("services/stats/domain/class_flows.py", " if flow.day <= day else ()", ""),),
        ("tests/unit/stats/test_class_flows.py::test_a_class_counts_its_flows_of_every_slot_through_the_day",),
    ),
    Mutant(
        "any-etag-holds",
        "a client that names any ETag is told that nothing has changed",
        (
            Edit(
                "shared/service/conditional.py",
                "request.if_none_match.contains_weak(answer.etag)",
                "request.if_none_match.as_set(True)",
            ),
        ),
        (
            "tests/integration/stats/test_conditional.py::"
            "test_a_new_event_is_seen_by_who_holds_the_figures_before_it[/v1/figures]",
        ),
    ),
    Mutant(
        "etag-of-a-moment",
        "the ETag of figures holds for the moment of reading alone",
        (Edit("services/stats/api/routes.py", 'responses.Figures(exclude=("read_at",))', "responses.Figures()"),),
        (
            "tests/integration/stats/test_conditional.py::"
            "test_every_process_gives_the_same_etag_whatever_the_moment[/v1/figures]",
        ),
    ),
    Mutant(
        "figures-of-any-age",
        "figures in memory are never looked at again",
        (Edit("services/stats/projection/cache.py", " < max_age_ms", ""),),
        (
            "tests/unit/stats/test_cache.py::test_a_question_of_now_is_answered_of_now_however_young_those_in_memory_are",
        ),
    ),
    Mutant(
        "figures-of-another-scope",
        "a kept answer is given to a caller of another scope",
        (Edit("services/stats/api/routes.py", "(read, caller().scope, deps.today(),", "(read, deps.today(),"),),
        ("tests/integration/stats/test_conditional.py::test_a_kept_answer_opens_nothing_to_somebody_else",),
    ),
    Mutant(
        "old-answers-kept",
        "a kept answer outlives the figures that it shows",
        (Edit("services/stats/api/kept_answers.py", " if revision == self._revision else None", ""),),
        ("tests/unit/stats/test_kept_answers.py::test_an_answer_is_kept_for_its_question_and_its_figures_alone",),
    ),
    Mutant(
        "untagged-classes",
        "a new class is not seen by readers of its school",
        (Edit("services/stats/projection/projector_mongo.py", ', "class": "classes"', ""),),
        ("tests/integration/stats/test_conditional.py::test_a_new_class_is_a_new_answer_of_its_school",),
    ),
)
