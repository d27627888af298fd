"""Cells of tables that people download."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.infrastructure.sheets import RISKY, cell, csv_table


def test_a_text_that_begins_like_a_formula_is_a_text():
    risky = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "\n=1"]
    assert [cell(text) for text in risky] == [f"'{text}" for text in risky]


@pytest.mark.parametrize("value", [-3, -2.5, 0, "-2.50", "+3", "-1%", "98.12", "三年级2班", "", "a=b", None])
def test_numbers_and_other_texts_stay_as_they_are(value):
    assert cell(value) == value


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")) | st.integers(), min_size=1), min_size=1))
def test_no_cell_of_a_file_begins_like_a_formula_unless_it_is_a_number(rows):
    table = csv_table(rows).removeprefix("\ufeff")
    for read in csv.reader(io.StringIO(table, newline="")):
        assert not [text for text in read if RISKY.match(text) and not text.lstrip("+-").replace(".", "").isdecimal()]
