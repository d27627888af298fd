"""Access records, in memory and in the document store."""

from __future__ import annotations

from dataclasses import replace

from shared.service.access_records import AccessRecord

CLASS, OTHER = "/000000/110000/110101/2111000001/2111000001p202301/", "/000000/110000/110102/"
FIRST = AccessRecord("01", 1000, "a1", "teacher", "photo", ("p1",), CLASS, "203.0.113.7", alarm=True)
LIST = AccessRecord("02", 2000, "a1", "teacher", "class-list", ("p1", "p2", "p3"), CLASS, "203.0.113.7")
ELSEWHERE = AccessRecord("03", 3000, "a2", "school", "photo", ("p4",), OTHER, "unknown")
ANY_TIME = 1 << 50


def test_a_record_comes_back_as_it_was_given(records):
    records.add(FIRST)
    assert list(records.of_pupil("p1", ANY_TIME, 10)) == [FIRST]


def test_a_pupils_records_are_those_of_lists_too_newest_first(records):
    for record in (FIRST, LIST, ELSEWHERE):
        records.add(record)
    assert list(records.of_pupil("p1", ANY_TIME, 10)) == [LIST, FIRST]
    assert list(records.of_pupil("p3", ANY_TIME, 10)) == [LIST]
    assert list(records.of_pupil("p9", ANY_TIME, 10)) == []


def test_a_unit_has_the_records_below_it_and_no_others(records):
    for record in (FIRST, LIST, ELSEWHERE):
        records.add(record)
    assert list(records.under("/000000/110000/110101/", ANY_TIME, 10)) == [LIST, FIRST]
    assert list(records.under("/000000/110000/", ANY_TIME, 10)) == [ELSEWHERE, LIST, FIRST]
    assert list(records.under("/000000/12/", ANY_TIME, 10)) == []


def test_pages_go_back_in_time(records):
    for record in (FIRST, LIST):
        records.add(record)
    assert list(records.of_pupil("p1", ANY_TIME, 1)) == [LIST]
    assert list(records.of_pupil("p1", LIST.at, 1)) == [FIRST]
    assert list(records.under(CLASS, FIRST.at, 1)) == []


def test_a_record_that_is_added_again_stays_as_it_was(records):
    records.add(FIRST)
    records.add(replace(FIRST, account="somebody-else"))
    assert list(records.of_pupil("p1", ANY_TIME, 10)) == [FIRST]
