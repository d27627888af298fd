"""Roster files in the sandbox: the same rows as in place, hostile workbooks, answers that nobody trusts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.roster_file.reader import LIMITS, READ, FileReader, file_sandbox
from services.roster.roster_file.sheet import MAX_COLUMNS, Sheet
from services.roster.roster_file.spreadsheet import read_rows
from shared.infrastructure.errors import Refused
from shared.sandbox.sandbox import Answer, LimitExceeded, Sandbox, Unfinished
from tests.support import hostile
from tests.support.in_place import InPlace
from tests.support.thorough import examples
from tests.support.wait import await_until
from tests.unit.roster.files import HEADINGS, csv, repacked, xlsx
from tests.unit.roster.formats import WAYS
from tests.unit.roster.test_field_files import FIELD

REPO = Path(__file__).resolve().parents[3]
ROWS = [["G1", "张三", "1", "2017-05-01", "三年级", "1班", "1", "X"], ["", "李四"]]
SHEET = hostile.SHEET


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = file_sandbox(1)
    box.start()
    yield box
    box.close()


def children(sandbox: Sandbox) -> list[int]:
    """The child, once it is ready: an earlier test may have ended the last one."""
    return await_until(sandbox.pids, 60, "the child is ready")


ORDINARY = {
    "workbook": xlsx(ROWS),
    "utf-8": csv(ROWS),
    "gb18030": csv(ROWS, encoding="gb18030"),
    "picture and legacy drawing": repacked(
        xlsx(ROWS), {"xl/media/image1.png": b"\x89PNG\r\n", "xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>"}
    ),
    "chinese member names": repacked(xlsx(ROWS), {"xl/名册.xml": b"<a/>"}),
    **{way: WAYS[way]([HEADINGS, *ROWS]) for way in ("html", "html in gb2312", "xml 2003", "unicode text", "quoted")},
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_a_file_is_read_as_in_place_though_the_child_may_open_no_file(sandbox: Sandbox, kind: str) -> None:
    before = children(sandbox)
    rows = FileReader(sandbox).rows(ORDINARY[kind])
    assert rows == read_rows(ORDINARY[kind]) and [cells for _, cells in rows[0].rows][1:] == ROWS
    assert sandbox.pids() == before


def test_an_old_workbook_is_read_in_the_child_and_one_that_ends_it_is_refused_with_a_sentence() -> None:
    """With half of the memory: laid out, the last workbook needs about as much as there is."""
    sandbox = Sandbox((READ,), 1, replace(LIMITS, memory=LIMITS.memory // 2))
    sandbox.start()
    for name in ("xls-error-cells.xls", "xls-biff8.xls"):
        content = (FIELD / "rosters" / name).read_bytes()
        assert FileReader(sandbox).rows(content) == read_rows(content)
    at = content.rindex(b"\xfd\x00\x0a\x00") + 4  # the last cell, which now lies in the last row and column
    with pytest.raises(Refused) as refused:
        FileReader(sandbox).rows(content[:at] + b"\xff\xff\xff\x00" + content[at + 4 :])
    assert refused.value.code in ("file-damaged", "file-too-costly") and refused.value.extra["message_zh"]
    children(sandbox)
    sandbox.close()


@pytest.mark.parametrize("kind", hostile.FAR_CELLS)
def test_a_cell_far_away_is_refused_before_anything_is_laid_out(sandbox: Sandbox, kind: str) -> None:
    before = children(sandbox)
    if number := hostile.READ_ALL_THE_SAME.get(kind):
        assert FileReader(sandbox).rows(hostile.FAR_CELLS[kind]) == [Sheet("a", [(number, ["1"])])]
    else:
        with pytest.raises(Refused) as refused:
            FileReader(sandbox).rows(hostile.FAR_CELLS[kind])
        assert (refused.value.code in ("file-too-many-rows", "file-damaged"), refused.value.where) == (True, "file")
        assert refused.value.extra["message_zh"]
    assert sandbox.pids() == before  # no limit was needed


TEN = [f"&e{number};" * 10 for number in range(9)]
ENTITIES = "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "{text}">' for n, text in enumerate(TEN, 1)) + "]>"


@pytest.mark.parametrize(
    "members",
    [
        {SHEET: (ENTITIES + hostile.sheet("<row><c t='str'><v>&e9;</v></c></row>")).encode()},
        {SHEET: b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + hostile.sheet("<row/>").encode()},
        {SHEET: b"\xff\xfe<\0w\0"},
        {SHEET: hostile.sheet("<row>" + hostile.cell("A1B") + "</row>").encode()},
        {SHEET.upper(): hostile.sheet("<row>" + hostile.HIDDEN + "</row>").encode()},  # a second one
    ],
    ids=["entities of entities", "another file", "half a character", "no address", "one name twice"],
)
def test_a_workbook_that_two_readers_would_read_differently_is_damaged(members: dict[str, bytes]) -> None:
    with pytest.raises(Refused) as refused:
        read_rows(hostile.workbook(hostile.sheet(f"<row>{hostile.cell('A1')}</row>"), **members))
    assert refused.value.code == "file-damaged"


@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.sampled_from(["", "A", "KN", "KO", "XFD"])), max_size=5))
@examples(20)
def test_what_is_read_never_exceeds_the_limits_whatever_the_addresses(cells: list[tuple[int, str]]) -> None:
    rows = "".join(f"<row{addressed(row)}>{cell(row, letters)}</row>" for row, letters in cells)
    try:
        (found,) = read_rows(hostile.workbook(hostile.sheet(rows)))
    except Refused:
        return
    assert len(found.rows) <= len(cells)
    assert max(len(row) for _, row in found.rows) <= MAX_COLUMNS


def addressed(row: int) -> str:
    return f' r="{row}"' if row % 2 else ""


def cell(row: int, letters: str) -> str:
    return hostile.cell(f"{letters}{row}") if letters else "<c><v>1</v></c>"


# ---- answers
class Says:
    """A child that was taken over, or did not answer."""

    def __init__(self, facts: Any = None, error: Exception | None = None) -> None:
        self._facts, self._error, self.jobs = facts, error, 0

    def run(self, function: str, content: bytes) -> Answer:
        self.jobs += 1
        if self._error:
            raise self._error
        return Answer(self._facts, b"")


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {},
        {"sheets": "x"},
        {"sheets": []},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [1], "rows": ["b"]}]},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [1], "rows": [["b", 1]]}]},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [2, 1], "rows": [["b"], ["c"]]}]},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [0], "rows": [["b"]]}]},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [True], "rows": [["b"]]}]},
        {"sheets": [{"name": "a", "hidden": False, "is_1904": False, "numbers": [1], "rows": [["b"], ["c"]]}]},
        {"sheets": [{"name": 1, "hidden": False, "is_1904": False, "numbers": [1], "rows": [["b"]]}]},
        {"refused": {"code": 1}},
        {"refused": {"code": "x", "detail": "y", "kind": "no-such", "extra": {"message_zh": "z"}}},
        {"refused": {"code": "x", "detail": "y", "kind": [], "extra": {"message_zh": "z"}}},
        {"refused": {"code": "x", "detail": "y", "kind": "internal"}},
    ],
)
def test_an_answer_that_fits_no_file_makes_it_damaged(facts: Any) -> None:
    with pytest.raises(Refused) as refused:
        FileReader(Says(facts)).rows(b"")
    assert refused.value.code == "file-damaged"


@pytest.mark.parametrize("limit", ["time", "memory", "answer"])
def test_a_file_that_reaches_a_limit_is_refused_and_not_read_again(limit: str) -> None:
    child = Says(error=LimitExceeded(limit))
    reader = FileReader(child)
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            reader.rows(b"costly")
        assert (refused.value.code, refused.value.status) == ("file-too-costly", 422)
        assert refused.value.extra["message_zh"]
    assert child.jobs == 1
    with pytest.raises(Refused):
        reader.rows(b"another")
    assert child.jobs == 2


def test_a_file_that_crashes_its_reader_is_damaged() -> None:
    with pytest.raises(Refused) as refused:
        FileReader(Says(error=LimitExceeded("crash"))).rows(b"")
    assert refused.value.code == "file-damaged"


def test_an_unfinished_job_may_be_sent_again() -> None:
    child = Says(error=Unfinished("busy"))
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            FileReader(child).rows(b"")
        assert refused.value.status == 503
    assert child.jobs == 2


@pytest.mark.process
@pytest.mark.parametrize("module", ["services.roster.app", "services.roster.worker"])
def test_a_service_never_loads_the_reader_of_workbooks(module: str) -> None:
    program = f"import sys, {module}; print(bool({{'python_calamine', 'olefile'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), READ.partition(":")[0]) == ("False", "services.roster.roster_file.jobs")


def test_in_place_and_in_the_sandbox_are_one_protocol(sandbox: Sandbox) -> None:
    for data in (b"", b"a,b\n1,2\n", b"PK\x03\x04"):
        assert sandbox.run(READ, data) == InPlace().run(READ, data)
