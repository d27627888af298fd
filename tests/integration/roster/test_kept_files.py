"""Kept roster files, in memory and on a real document store."""

from __future__ import annotations

import os

import pytest

from services.roster.kept_files.memory import MemoryKeptFiles
from services.roster.kept_files.mongo import MongoKeptFiles
from services.roster.kept_files.protocol import OF_A_SCHOOL, KeptFile, KeptFiles
from services.roster.roster_file.reader import MAX_BYTES
from tests.unit.roster.county import OTHER, SCHOOL


@pytest.fixture(params=["memory", "mongo"])
def files(request: pytest.FixtureRequest) -> KeptFiles:
    if request.param == "memory":
        return MemoryKeptFiles()
    kept = MongoKeptFiles(request.getfixturevalue("mongo_db"))
    kept.ensure_indexes()
    return kept


def file(id: str, until: int = 1000, school: str = SCHOOL, sealed: bytes = b"sealed") -> KeptFile:
    return KeptFile(id, school, until, sealed, b"changes")


def test_a_file_is_read_as_it_was_kept_and_may_be_kept_again(files: KeptFiles):
    largest = file("a", sealed=os.urandom(MAX_BYTES + 100))
    for kept in (file("a"), largest):
        files.keep(kept)
        assert (files.get("a"), files.until("a")) == (kept, 1000)
    assert (files.get("b"), files.until("b")) == (None, 0)


def test_the_newest_files_of_a_school_stay_and_those_of_another_are_not_touched(files: KeptFiles):
    files.keep(file("other", until=1, school=OTHER))
    for number in range(OF_A_SCHOOL + 2):
        files.keep(file(f"f{number}", until=100 + number))
    assert [files.until(f"f{number}") > 0 for number in range(OF_A_SCHOOL + 2)] == [False] * 2 + [True] * OF_A_SCHOOL
    assert files.until("other") == 1


def test_files_that_are_due_are_removed_and_one_can_be_removed_before(files: KeptFiles):
    for id, until in (("a", 10), ("b", 20), ("c", 21), ("d", 30)):
        files.keep(file(id, until))
    files.remove("d")
    files.remove("d")
    assert files.remove_due(20) == 2
    assert [id for id in "abcd" if files.until(id)] == ["c"]
    assert files.remove_due(20) == 0
