"""The roster service reads the drill's files as expected: every good pupil, every row that is wrong on purpose."""

from random import Random

import pytest

from drill.rosters import SPOILERS, identity, roster_file
from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import School
from services.roster.roster_file.spreadsheet import read_rows
from services.roster.use_cases.importing.school_context import region_codes
from tests.unit.drill.test_people import region

DAY = "2026-11-23"


def parsed(school, file):
    classes = [
        SchoolClass(k.id, school.code, k.stage, k.entry_year, k.number, f"{k.entry_year}级{k.number}班", True)
        for k in school.classes
    ]
    return parse(read_rows(file.content), School(school.code, classes, region_codes(), DAY))


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("seed", [7, 8])
def test_a_clean_roster_brings_every_pupil_into_the_right_class_under_the_right_name(number, seed):
    school = region(seed).schools[number]
    file = roster_file(school, Random(seed))
    found = parsed(school, file)
    assert found.errors == []
    assert found.rows == file.rows == len(school.pupils)
    assert sorted(
        (line.class_, line.fields["name"], line.fields["birth_date"], line.number) for line in found.good
    ) == sorted((k.id, p.name, p.born, p.number) for k in school.classes for p in k.pupils)


@pytest.mark.parametrize("number", [0, 2, 3, 5])
def test_wrong_rows_come_back_with_the_code_that_the_drill_expects(number):
    school = region().schools[number]
    file = roster_file(school, Random(3), wrong=len(SPOILERS))
    found = parsed(school, file)
    assert sorted((finding.row, finding.code) for finding in found.errors) == sorted(file.errors)
    assert {code for _, code in file.errors} == {*SPOILERS, "double-in-file"}
    assert len(found.good) == len(school.pupils) - len(file.missing)
    assert {identity(p) for p in school.pupils} - file.missing == {
        identity(p) for p in school.pupils if identity(p) not in file.missing
    }


def test_the_same_randomness_writes_the_same_errors():
    school = region().schools[0]
    assert roster_file(school, Random(5), wrong=4).errors == roster_file(school, Random(5), wrong=4).errors
