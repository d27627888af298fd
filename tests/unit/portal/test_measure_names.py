"""Every measure has one name: the table's, on pages, in CSV, XLSX and the letter, and in the glossary."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from html import unescape
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from services.portal import texts
from services.stats.domain.measures import NAMES
from services.stats.report import text
from services.stats.report.pdf import letter
from services.stats.report.xlsx import spreadsheet
from shared.language.measure_names import MEASURE_NAMES, zh
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor

ROOT = Path(__file__).parents[3]
IN_THE_LETTER = (
    *("expected", "uploaded", "accepted", "flagged", "returned", "paper", "late", "orphans"),
    *("by_guardian", "by_code", "by_teacher", "by_school"),
)
FORM_STATES = {"waiting": "flagged", "accepted": "accepted", "returned": "returned", "paper": "paper"}
OTHER_NAMES = (
    *("已通过", "已核对", "待处理", "待人工核对", "已退回", "需重传", "需重新上传", "逾期", "非应上传"),
    *("成批扫描", "等您看"),
)


def document() -> dict:
    """A report's document, with nothing in the fields that name no measure."""
    edition = people.edition("r-1")
    return defaultdict(
        dict,
        edition
        | {
            "compared_with": None,
            "parked": [],
            "total": edition["total"] | {"change": None},
            "versions": {"measures": "1", "tree": "", "code": ""},
        },
    )


def test_the_table_names_every_measure_once():
    assert set(MEASURE_NAMES) == set(NAMES)
    for language in range(4):
        assert len({name[language] for name in MEASURE_NAMES.values()}) == len(NAMES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_figures_uses_the_names(visitor: Visitor, lang: str):
    visitor.sign_in("ministry")
    page = unescape(visitor.get(f"/figures/000000?lang={lang}").text)
    names = [name.zh if lang == "zh" else name.en for name in MEASURE_NAMES.values()]
    assert [name for name in names if f'<th scope="row">{name}<' not in page] == []


def test_the_csv_uses_the_names(visitor: Visitor):
    visitor.sign_in("ministry")
    heading = next(csv.reader(io.StringIO(visitor.get("/figures/000000.csv").text)))
    assert set(heading[2:]) == {name.zh for name in MEASURE_NAMES.values()}


def test_the_state_of_a_form_is_called_as_its_measure():
    assert {state: texts.text("zh", f"form.{state}") for state in FORM_STATES} == {
        state: zh(measure) for state, measure in FORM_STATES.items()
    }


def test_the_workbook_uses_the_names():
    book = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet(document())))
    assert book.get_sheet_by_name("全部指标").to_python()[0][2:] == [zh(name) for name in NAMES]
    table = book.get_sheet_by_name("通报").to_python()[2]
    assert {f"{zh(name)}（人）" for name in ("expected", "uploaded", "paper", "returned")} <= set(table)


def test_the_letter_uses_the_names():
    report = document()
    report |= {"text": text.paragraphs(report), "notes": text.notes(report)}
    pages = pypdfium2.PdfDocument(letter(report))
    printed = "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    assert [name for name in IN_THE_LETTER if zh(name) not in printed] == []


def test_the_glossary_lists_the_names():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    rows = [f"| {key} | {name.zh} | {name.en} | {name.hint_en} |" for key, name in MEASURE_NAMES.items()]
    assert [row for row in rows if row not in glossary] == []


def test_no_other_name_of_a_measure_is_left():
    sources = [path for path in (ROOT / "services").rglob("*") if path.suffix in (".py", ".html", ".typ", ".js")]
    assert len(sources) > 100
    found = {(path.name, name) for path in sources for name in OTHER_NAMES if name in path.read_text()}
    assert found == set()
