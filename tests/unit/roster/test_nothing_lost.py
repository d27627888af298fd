"""No pupil is lost in silence: every row of a file is a pupil or is told, or the file is refused."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.parse import parse
from services.roster.roster_file.pupil_line import Parsed
from services.roster.roster_file.spreadsheet import read_rows
from shared.infrastructure.errors import Refused
from tests.support.thorough import examples
from tests.unit.roster.files import HEADINGS
from tests.unit.roster.formats import WAYS, book, html, text
from tests.unit.roster.numbers import id_number, pupil_number
from tests.unit.roster.test_field_files import SCHOOL

BORN = "2017-05-01"


@functools.cache
def pupil(number: int, class_: str = "1班") -> tuple[str, ...]:
    name = "张小" + chr(ord("一") + number)
    return (pupil_number(BORN, number), name, "男", BORN, "三年级", class_, "1", id_number(BORN, number))


def roster(count: int) -> list[list[str]]:
    return [list(HEADINGS), *(list(pupil(number)) for number in range(1, count + 1))]


def read(data: bytes) -> Parsed:
    return parse(read_rows(data), SCHOOL)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_roster_in_every_format_is_the_same_pupils(way: str) -> None:
    try:
        parsed = read(WAYS[way](roster(7)))
    except Refused as refused:
        raise AssertionError(f"a good file is refused: {refused.code}") from refused
    assert (parsed.errors, parsed.warnings, parsed.rows) == ([], [], 7)
    assert [line.number for line in parsed.good] == [pupil(number)[0] for number in range(1, 8)]


@given(
    st.integers(1, 6), st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from('"",\n\r;')), max_size=3), st.data()
)
@examples(120, trial=400)
def test_whatever_is_typed_into_a_file_of_text_every_row_is_a_pupil_or_is_told(
    count: int, typed: list[tuple[int, str]], data: st.DataObject
) -> None:
    written = text(roster(count), data.draw(st.sampled_from(",;\t")), "utf-8").decode()
    quotes = [(at, sign) for at, sign in typed if sign == '"']  # other signs may make rows, and all rows are told
    for at, sign in typed:
        place = at % (len(written) + 1)
        written = written[:place] + sign + written[place:]
    try:
        parsed = read(written.encode())
    except Refused as refused:
        assert refused.extra["message_zh"]
        return
    told = {finding.row for finding in (*parsed.errors, *parsed.warnings)}
    assert len(parsed.good) + len(told - {line.row for line in parsed.good}) >= count
    if len(quotes) == len(typed):
        assert parsed.rows == count


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.booleans())
@examples(30)
def test_a_sheet_for_every_class_is_read_whole(counts: list[int], with_column: bool) -> None:
    names, number, sheets = ["三年级1班", "三年级2班", "一年级1班"], 0, []
    for at, count in enumerate(counts[:3]):
        rows = [list(HEADINGS)]
        for _ in range(count):
            number += 1
            rows.append(list(pupil(number)))
        grade, class_ = names[at][:3], names[at][3:]
        for row in rows[1:]:
            row[4:6] = [grade, class_]
        if not with_column:
            rows = [[*row[:4], *row[6:]] for row in rows]
        sheets.append((names[at], rows))
    parsed = read(book(*sheets))
    assert ([finding.code for finding in parsed.errors], parsed.rows, len(parsed.good)) == ([], number, number)
    assert len({line.row for line in parsed.good}) == number
    assert len({line.class_ for line in parsed.good}) == len(sheets)


@given(st.integers(1, 6), st.lists(st.integers(0, 10_000), max_size=4))
@examples(40)
def test_a_page_that_lacks_some_of_its_tags_loses_no_pupil_in_silence(count: int, missing: list[int]) -> None:
    parts = html(roster(count)).decode().split("</td>")
    for at in missing:
        place = at % (len(parts) - 1)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
        if len(parts) < 2:
            break
    try:
        parsed = read("</td>".join(parts).encode())
    except Refused:
        return
    assert parsed.rows == count
