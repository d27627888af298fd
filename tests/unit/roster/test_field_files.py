"""Roster files as schools send them (tests/field/rosters.json): how many pupils are read, or the code they are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.roster.domain.school_class import SchoolClass
from services.roster.roster_file.own_school import SchoolNames
from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import Parsed, School
from services.roster.roster_file.spreadsheet import read_rows
from services.roster.use_cases.importing.school_context import country, region_codes
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_id, default_name

FIELD = Path(__file__).resolve().parents[2] / "field"
CASES: list[dict[str, Any]] = json.loads((FIELD / "rosters.json").read_text(encoding="utf-8"))
CODE, DAY = "2165000017", "2026-11-23"
NAMES = SchoolNames(CODE, "野外第一小学", ("全国", "新疆维吾尔自治区", "乌鲁木齐市", "天山区"), "650102", country())
CLASSES = [
    SchoolClass(class_id(CODE, "p", year, number), CODE, "p", year, number, default_name("p", year, number), True)
    for year, number in ((2024, 1), (2024, 2), (2026, 1))
]
SCHOOL = School(CODE, CLASSES, region_codes(), DAY, NAMES)


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_file_of_the_field_is_read_as_a_school_expects_or_told(case: dict[str, Any]) -> None:
    try:
        parsed = parse(read_rows((FIELD / "rosters" / case["file"]).read_bytes()), SCHOOL)
    except Refused as refused:
        told, taken = {refused.code}, None
    else:
        told, taken = {finding.code for finding in (*parsed.errors, *parsed.warnings)}, good(parsed)
    if isinstance(case["want"], int):
        assert (taken, told) == (case["want"], set(case.get("told", ())))
    else:
        assert told & set(case["want"])


def good(parsed: Parsed) -> int | None:
    """How many pupils are read, None if any row is refused."""
    return None if parsed.errors else len(parsed.good)


def test_every_field_file_has_a_row() -> None:
    assert {case["file"] for case in CASES} == {path.name for path in (FIELD / "rosters").iterdir()}
