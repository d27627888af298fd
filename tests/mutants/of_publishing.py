"""Mutants of closing days, of reports, and of the audit."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

PRESS, PUBLISHERS, FOLD, AUDIT = (
    "services/stats/use_cases/publishing.py",
    "services/stats/use_cases/reconciliation.py",
    "services/stats/domain/fold.py",
    "services/stats/use_cases/audit.py",
)
CLOSING = "services/stats/use_cases/closing.py"
BOOKS, REPORTING = "tests/unit/stats/test_publishers.py::", "tests/integration/stats/test_report.py::"
SUMMED = "(Counter({(0, '', of): sum(n for (_, _, what), n in rows.items() if what == of) for of in ('count', 'sum')}) for rows in (store, learned))"
AGREE = f"{BOOKS}test_books_agree_only_slot_by_slot_and_day_by_day_in_number_and_identity"

MUTANTS = (
    Mutant(
        "no-wait",
        "a report is made although events of its days were never published",
        (
            Edit(
                PUBLISHERS,
                "return self.closed_through >= day and self.pending == 0",
                "return self.closed_through >= day",
            ),
        ),
        (
            f"{BOOKS}test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-05-1-False]",
            f"{REPORTING}test_a_report_is_refused_while_the_day_is_not_closed_at_every_publisher",
        ),
    ),
    Mutant(
        "no-close",
        "a report is made of a day that is not closed",
        (Edit(PUBLISHERS, "return self.closed_through >= day and self.pending == 0", "return self.pending == 0"),),
        (f"{BOOKS}test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-04-0-False]",),
    ),
    Mutant(
        "close-unfinished",
        "a day is noted as closed although events of it are on their way",
        (Edit(CLOSING, "        if final:\n", "        if closings:\n"),),
        (f"{REPORTING}test_a_day_that_is_not_final_is_not_noted_as_closed",),
    ),
    Mutant(
        "settle-unlearned",
        "a day is called settled although its events are not learned",
        (Edit(CLOSING, "if self.agrees(day):", "if day:"),),
        (f"{REPORTING}test_a_day_is_not_final_while_a_relay_does_not_send_and_not_settled_while_we_have_not_learned",),
    ),
    Mutant(
        "no-books",
        "a report is made without comparing the books",
        (
            Edit(
                PRESS, '            _refuse_differences(theirs, ours, [bytes(item["value"]) for item in parked])\n', ""
            ),
        ),
        (f"{REPORTING}test_a_report_is_refused_when_an_event_has_another_identity_than_in_the_store",),
    ),
    Mutant(
        "count-only",
        "the books are compared without the identity of the events",
        (
            Edit(
                PUBLISHERS,
                '(rows[slot, day, "count"], rows[slot, day, "sum"]) for rows',
                '(rows[slot, day, "count"], 0) for rows',
            ),
        ),
        (f"{AGREE}[another event]",),
    ),
    Mutant(
        "whole-books",
        "the books are compared as a whole, not slot by slot",
        (
            Edit(
                PUBLISHERS,
                "    found = []\n    for slot, day in",
                f"    store, learned = {SUMMED}\n    found = []\n    for slot, day in",
            ),
        ),
        (f"{AGREE}[another slot]", f"{AGREE}[another day]"),
    ),
    Mutant(
        "silent-parked",
        "a report is made although events are parked",
        (Edit(PRESS, "            _refuse_parked(parked, asked.accept)\n", ""),),
        (f"{REPORTING}test_what_is_parked_stops_a_report_until_a_named_person_accepts_it_listed",),
    ),
    Mutant(
        "accepts-more",
        "an accepted event explains any difference",
        (Edit(PRESS, "        if not explains(prints, difference)\n", "        if not parked\n"),),
        (f"{REPORTING}test_an_accepted_event_explains_its_own_difference_and_no_other",),
    ),
    Mutant(
        "future-counts",
        "what counts on a later day changes a closed one",
        (
            Edit(
                FOLD,
                "for version, known in part.items() if known.day <= day), default=0)",
                "for version in part), default=0)",
            ),
        ),
        (
            "tests/properties/test_fold.py::test_a_move_takes_the_upload_along_and_yesterday_stays_where_it_was",
            f"{REPORTING}test_later_events_never_change_a_published_report",
        ),
    ),
    Mutant(
        "any-bytes",
        "a published file is handed out as the object store gives it",
        (Edit(PRESS, 'if hashlib.sha256(content).hexdigest() != summary["files"][kind]:', "if not content:"),),
        (f"{REPORTING}test_a_file_that_was_changed_in_the_object_store_is_not_handed_out",),
    ),
    Mutant(
        "half-audit",
        "the audit looks whether documents are there, and not what they say",
        (
            Edit(
                AUDIT,
                "if numbers_in(kept.get(at, {})) != numbers_in(folded.get(at, {}))\n",
                "if (at in kept) != (at in folded)\n",
            ),
        ),
        (
            "tests/integration/stats/test_sink.py::test_flows_that_were_tampered_with_are_found_and_repaired_from_the_leaves",
        ),
    ),
    Mutant(
        "flip-unproved",
        "a rebuilt projection takes over although the audit has found something",
        (
            Edit(
                "services/stats/operator/rebuild.py",
                'flipped = not (found["books"] or found["flows"] or found["parked"])',
                "flipped = True",
            ),
        ),
        ("tests/integration/stats/test_rebuild.py::test_a_projection_that_lacks_closed_events_does_not_take_over",),
    ),
)
