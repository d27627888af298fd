"""Mutants of closing days, of reports, and of the audit."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

PUBLISHING, RECONCILIATION, CLOSING, FOLD = (
    "services/stats/use_cases/publishing.py",
    "services/stats/domain/reconciliation.py",
    "services/stats/use_cases/closing.py",
    "services/stats/domain/fold.py",
)
CHECKS, FILES = "services/stats/use_cases/publication_checks.py", "services/stats/report/files.py"
CONSISTENCY = "services/stats/projection/consistency_mongo.py"
READING = "services/stats/use_cases/reports.py"
BELOW = "school-/000000/110000/110101/2111000001/"
RECONCILING, REPORTING = "tests/unit/stats/test_reconciliation.py::", "tests/integration/stats/test_report.py::"
SUMMED = (
    "(Counter({(0, '', field): sum(n for (_, _, each), n in totals.items() if each == field)"
    " for field in ('count', 'hash_total')}) for totals in (store, projection))"
)
AGREE = f"{RECONCILING}test_control_totals_agree_only_slot_by_slot_and_day_by_day_in_number_and_identity"

MUTANTS = (
    Mutant(
        "published-at-once",
        "one tap publishes a report, which nobody can take back",
        (Edit("services/portal/pages/offices/reports.py", 'if request.form.get("sure") != "yes":', "if False:"),),
        ("tests/unit/portal/test_figures_pages.py::test_a_report_is_a_draft_until_it_is_published",),
    ),
    Mutant(
        "no-wait",
        "a report is published although events of its days were never published",
        (
            Edit(
                RECONCILIATION,
                "return self.closed_through >= day and self.pending == 0",
                "return self.closed_through >= day",
            ),
        ),
        (
            f"{RECONCILING}test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-05-1-False]",
            f"{REPORTING}test_a_report_is_refused_while_the_day_is_not_closed_at_every_publisher",
        ),
    ),
    Mutant(
        "no-close",
        "a report is published of a day that is not closed",
        (Edit(RECONCILIATION, "return self.closed_through >= day and self.pending == 0", "return self.pending == 0"),),
        (f"{RECONCILING}test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-04-0-False]",),
    ),
    Mutant(
        "close-unfinished",
        "a day is noted as closed although events of it are on their way",
        (Edit(CLOSING, "    if final:\n", "    if closings:\n"),),
        (f"{REPORTING}test_a_day_that_is_not_final_is_not_recorded_as_closed",),
    ),
    Mutant(
        "settle-early",
        "a day is called settled although its events are not in the figures",
        (Edit(CLOSING, "if not reconcile_with_stores(deps, day):", "if day:"),),
        (f"{REPORTING}test_a_day_is_not_final_while_a_relay_does_not_send_and_not_settled_while_statistics_is_behind",),
    ),
    Mutant(
        "no-reconciliation",
        "a report is published without reconciling control totals",
        (Edit(PUBLISHING, "        require_reconciled(theirs, ours, parked)\n", ""),),
        (f"{REPORTING}test_a_report_is_refused_when_an_event_has_another_identity_than_in_the_store",),
    ),
    Mutant(
        "count-only",
        "control totals are reconciled without the identity of the events",
        (
            Edit(
                RECONCILIATION,
                'Totals(each[slot, day, "count"], each[slot, day, "hash_total"]) for each',
                'Totals(each[slot, day, "count"], 0) for each',
            ),
        ),
        (f"{AGREE}[another event]",),
    ),
    Mutant(
        "whole-totals",
        "control totals are reconciled as a whole, not slot by slot",
        (
            Edit(
                RECONCILIATION,
                "    found = []\n    for slot, day in",
                f"    store, projection = {SUMMED}\n    found = []\n    for slot, day in",
            ),
        ),
        (f"{AGREE}[another slot]", f"{AGREE}[another day]"),
    ),
    Mutant(
        "silent-parked",
        "a report is published although events are parked",
        (Edit(PUBLISHING, "        require_accepted(parked, request.accept)\n", ""),),
        (f"{REPORTING}test_a_parked_event_stops_a_report_until_a_named_person_accepts_it",),
    ),
    Mutant(
        "accepts-more",
        "an accepted event explains any difference",
        (Edit(CHECKS, "        if not explains(hashes, difference)\n", "        if not parked\n"),),
        (f"{REPORTING}test_an_accepted_event_explains_its_own_difference_and_no_other",),
    ),
    Mutant(
        "future-counts",
        "what counts on a later day changes a closed one",
        (
            Edit(
                "services/stats/domain/increment.py",
                "self.flows[cell, day, name] += change",
                "self.flows[cell, self._last_day or day, name] += change",
            ),
        ),
        (
            "tests/properties/test_fold.py::test_a_move_takes_the_upload_along_and_yesterday_stays_where_it_was",
            f"{REPORTING}test_later_events_never_change_a_published_report",
        ),
    ),
    Mutant(
        "future-counts-in-a-walk",
        "the steps of a history are walked with what counts on a later day",
        (
            Edit(
                FOLD,
                "for version, recorded in stream_history.items() if recorded.day <= day), default=0)",
                "for version in stream_history), default=0)",
            ),
        ),
        ("tests/properties/test_increment.py::test_it_is_equal_to_the_walk_and_to_the_definition_on_every_day",),
    ),
    Mutant(
        "any-bytes",
        "a published file is handed out as the object store gives it",
        (Edit(FILES, 'if _sha256(content) != summary["files"][kind]:', "if not content:"),),
        (f"{REPORTING}test_a_file_that_was_changed_in_the_object_store_is_not_handed_out",),
    ),
    Mutant(
        "half-audit",
        "the audit looks whether documents exist, and not at their numbers",
        (
            Edit(
                CONSISTENCY,
                "if numbers_in(kept.get(at, {})) != numbers_in(folded.get(at, {}))\n",
                "if (at in kept) != (at in folded)\n",
            ),
        ),
        (
            "tests/integration/stats/test_sink.py::test_flows_that_were_tampered_with_are_found_and_repaired_from_the_histories",
        ),
    ),
    Mutant(
        "draft-from-below",
        "a draft is read by everybody below its unit",
        (
            Edit(
                READING,
                'return bool(summary["published"]) and summary["unit"] in own_units_and_above(caller)',
                'return summary["unit"] in own_units_and_above(caller)',
            ),
        ),
        (f"{REPORTING}test_a_draft_is_read_neither_from_below_nor_from_beside_nor_by_who_issues_none[{BELOW}]",),
    ),
    Mutant(
        "reports-stay-above",
        "a published report is not read by those whom it is about",
        (Edit(READING, 'summary["unit"] in own_units_and_above(caller)', "False"),),
        (f"{REPORTING}test_a_published_report_is_read_by_its_unit_by_those_above_and_by_everybody_below[{BELOW}]",),
    ),
    Mutant(
        "one-number-twice",
        "two reports of a unit that are published at one moment get one number",
        (
            Edit(
                "services/stats/domain/numbering.py",
                "if command.number != number_of(days, command.day):",
                "if not command.number:",
            ),
        ),
        ("tests/unit/stats/test_numbering.py::test_a_number_that_is_taken_or_leaves_a_gap_is_refused[2026-09-30-2]",),
    ),
    Mutant(
        "report-from-beside",
        "a published report is read by everybody",
        (Edit(READING, 'summary["unit"] in own_units_and_above(caller)', "True"),),
        (
            f"{REPORTING}test_a_published_report_is_not_read_from_beside[school-/000000/110000/3111000003/]",
            f"{REPORTING}test_a_school_that_has_moved_reads_what_its_new_county_publishes",
        ),
    ),
    Mutant(
        "flip-unproved",
        "a rebuilt projection takes over although the audit has found something",
        (Edit("services/stats/operator/rebuild.py", "flipped = passes(found)", "flipped = True"),),
        ("tests/integration/stats/test_rebuild.py::test_a_projection_that_lacks_closed_events_does_not_take_over",),
    ),
    Mutant(
        "curve-a-day-late",
        "the curve of a campaign shows each day's figures on the day after",
        (
            Edit(
                "services/stats/domain/series.py",
                "        rows.append(DayFigures(day, complete(figures)))\n        day =",
                "        rows.append(DayFigures(day_after(day), complete(figures)))\n        day =",
            ),
        ),
        (
            "tests/integration/stats/test_series.py::"
            "test_each_row_is_the_figure_of_its_day_from_the_first_change_on[000000]",
        ),
    ),
)
