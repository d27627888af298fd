"""The ledger is plain bookkeeping: every figure is the size of a set of its pupils."""

import pytest

from drill.ledger import Ledger, Node

A, B = "2113010201p202401", "2113010201p202301"


@pytest.fixture
def ledger():
    made = Ledger("pjs", cutoff="2026-11-25", last_day="2026-11-27", opened=True)
    for code, level, parent in (
        ("000000", "nation", ""),
        ("130102", "county", "000000"),
        ("2113010201", "school", "130102"),
        (A, "class", "2113010201"),
        (B, "class", "2113010201"),
        ("5113010202", "school", "130102"),
        ("5113010202x202401", "class", "5113010202"),
    ):
        made.nodes[code] = Node(code, code, level, parent)
    for name in "abc":
        made.enrol(name, A)
    return made


def figures(ledger, node="000000", day="2026-11-24"):
    ledger.end_day(day)
    return {name: n for name, n in ledger.measures(day)[node].items() if n}


def test_before_the_campaign_is_open_nothing_counts(ledger):
    ledger.opened = False
    assert figures(ledger) == {}


def test_an_archived_photo_counts_in_class_school_county_and_nation(ledger):
    ledger.printed("a")
    ledger.bound("a")
    ledger.archived("a", "guardian", "2026-11-24")
    expected = {
        "expected": 3,
        "printed": 1,
        "registered": 1,
        "received": 1,
        "uploaded": 1,
        "by_guardian": 1,
        "how_single": 1,
    }
    for node in (A, "2113010201", "130102", "000000"):
        assert figures(ledger, node) == expected
    assert figures(ledger, B) == {}


def test_a_move_takes_the_upload_along_and_leaves_yesterday_alone(ledger):
    ledger.archived("a", "code", "2026-11-24")
    ledger.end_day("2026-11-24")
    ledger.moved("a", B)
    ledger.end_day("2026-11-25")
    assert ledger.measures("2026-11-24")[A]["uploaded"] == 1
    assert ledger.measures("2026-11-25")[A]["uploaded"] == 0
    assert ledger.measures("2026-11-25")[B] | {"expected": 1, "uploaded": 1} == ledger.measures("2026-11-25")[B]


def test_an_archive_of_a_suspended_pupil_is_an_orphan_and_comes_back_with_the_pupil(ledger):
    ledger.archived("a", "teacher", "2026-11-24")
    ledger.suspended("a")
    assert figures(ledger) == {"expected": 2, "orphans": 1}
    ledger.resumed("a")
    assert figures(ledger) == {"expected": 3, "received": 1, "uploaded": 1, "by_teacher": 1, "how_single": 1}


def test_an_open_business_takes_a_pupil_out_of_the_denominator(ledger):
    ledger.business("a", True)
    assert figures(ledger) == {"expected": 2}
    ledger.business("a", False)
    assert figures(ledger) == {"expected": 3}


def test_a_stage_outside_the_population_is_not_expected(ledger):
    ledger.enrol("x", "5113010202x202401")
    assert figures(ledger, "5113010202") == {}


def test_a_waiting_photo_is_flagged_until_a_review_archives_it(ledger):
    ledger.flagged("a")
    assert figures(ledger) == {"expected": 3, "received": 1, "flagged": 1}
    ledger.archived("a", "guardian", "2026-11-24")
    ledger.accepted("a")
    assert figures(ledger) == {
        "expected": 3,
        "received": 1,
        "uploaded": 1,
        "by_guardian": 1,
        "how_single": 1,
        "accepted": 1,
    }


def test_a_second_photo_that_waits_beside_an_archive_is_not_flagged_and_can_be_returned(ledger):
    ledger.archived("a", "guardian", "2026-11-24")
    before = figures(ledger)
    ledger.flagged("a")
    assert figures(ledger) == before
    ledger.waiting_returned("a")
    assert figures(ledger) == before


def test_a_returned_photo_is_asked_for_again_and_a_newer_one_settles_it(ledger):
    ledger.archived("a", "guardian", "2026-11-24")
    ledger.accepted("a")
    ledger.archive_returned("a")
    assert figures(ledger) == {"expected": 3, "received": 1, "returned": 1}
    ledger.flagged("a")
    assert figures(ledger) == {"expected": 3, "received": 1, "flagged": 1}


def test_paper_stays_in_the_denominator_and_never_in_the_numerator(ledger):
    ledger.on_paper("a")
    assert figures(ledger) == {"expected": 3, "paper": 1}
    ledger.archived("a", "school", "2026-11-24")
    assert "paper" not in figures(ledger)


def test_late_is_what_was_archived_after_the_cutoff(ledger):
    ledger.archived("a", "guardian", "2026-11-25")
    ledger.archived("b", "guardian", "2026-11-26")
    assert figures(ledger, day="2026-11-26")["late"] == 1


def test_after_the_last_day_the_figures_stay_as_they_are(ledger):
    ledger.end_day("2026-11-27")
    ledger.suspended("a")
    ledger.end_day("2026-11-28")
    assert ledger.measures("2026-11-28") == ledger.measures("2026-11-27")
