"""The comparison finds every figure that differs, and nothing else."""

import copy
import io

import pytest
import xlsxwriter

from drill.clients import Problem
from drill.compare import Comparison, percent
from drill.ledger import Ledger, Node

DAY, NEXT = "2026-11-24", "2026-11-25"
CLASS, SCHOOL, COUNTY, STRANGER = "2113010201p202401", "2113010201", "130102", "990000"


@pytest.fixture
def ledger():
    made = Ledger("p", cutoff=NEXT, last_day="2026-11-27", opened=True)
    for code, level, parent in (
        ("000000", "nation", ""),
        (COUNTY, "county", "000000"),
        (SCHOOL, "school", COUNTY),
        (CLASS, "class", SCHOOL),
    ):
        made.nodes[code] = Node(code, code, level, parent)
    for name in "abc":
        made.enrol(name, CLASS)
    made.end_day(DAY)
    made.archived("a", "guardian", NEXT)
    made.end_day(NEXT)
    return made


class Statistics:
    """Statistics that agree with the ledger; the nation also counts 40 pupils of others' drills."""

    def __init__(self, ledger):
        self.responses = {
            (code, day): self._response(ledger, code, day) for code in ledger.nodes for day in (DAY, NEXT)
        }

    def _response(self, ledger, code, day):
        own = ledger.measures(day)
        others = {name: 40 if name == "expected" else 0 for name in own[code]}
        lines = [
            {"code": child, "measures": dict(own[child])} for child, node in ledger.nodes.items() if node.parent == code
        ]
        measures = dict(own[code])
        if code == "000000":
            lines.append({"code": STRANGER, "measures": others})
            measures["expected"] += 40
        rates = {
            name: measures[name] / measures["expected"] if measures["expected"] else None
            for name in ("uploaded", "registered", "printed")
        }
        return {"measures": measures, "rates": rates, "children": lines}

    def __call__(self, unit, day):
        return copy.deepcopy(self.responses[unit, day])


def compared(ledger, statistics):
    comparison = Comparison(ledger, statistics)
    comparison.remember_others(DAY)
    for day in (DAY, NEXT):
        comparison.day(day)
    return comparison


def test_right_figures_have_no_difference_and_many_are_compared(ledger):
    comparison = compared(ledger, Statistics(ledger))
    assert comparison.differences == []
    assert comparison.compared > 2 * 4 * 17


@pytest.mark.parametrize("node", ["000000", COUNTY, SCHOOL, CLASS])
@pytest.mark.parametrize("measure", ["expected", "uploaded", "late", "orphans"])
@pytest.mark.parametrize("day", [DAY, NEXT])
def test_one_wrong_figure_of_any_node_on_any_day_is_found(ledger, node, measure, day):
    statistics = Statistics(ledger)
    comparison = Comparison(ledger, statistics)
    comparison.remember_others(DAY)
    statistics.responses[node, day]["measures"][measure] += 1
    comparison.day(day)
    assert any(node in sentence and measure in sentence and day in sentence for sentence in comparison.differences)


def test_a_series_is_compared_day_by_day(ledger):
    rows = [{"day": day, "measures": dict(ledger.measures(day)[SCHOOL])} for day in (DAY, NEXT)]
    comparison = Comparison(ledger, Statistics(ledger))
    comparison.series(SCHOOL, rows)
    assert comparison.differences == [] and comparison.compared
    comparison.series(SCHOOL, rows[:1])
    assert f"series of {SCHOOL}: {NEXT} is missing" in comparison.differences
    rows[0]["measures"]["uploaded"] += 1
    comparison.series(SCHOOL, rows)
    assert any(f"series of {SCHOOL} on {DAY}" in sentence for sentence in comparison.differences)


def test_a_wrong_line_of_a_child_is_found(ledger):
    statistics = Statistics(ledger)
    statistics.responses[COUNTY, DAY]["children"][0]["measures"]["printed"] += 1
    assert compared(ledger, statistics).differences


def test_a_missing_line_of_a_child_is_found(ledger):
    statistics = Statistics(ledger)
    statistics.responses[SCHOOL, NEXT]["children"] = []
    assert any("missing" in sentence for sentence in compared(ledger, statistics).differences)


def test_a_wrong_rate_is_found(ledger):
    statistics = Statistics(ledger)
    statistics.responses[CLASS, NEXT]["rates"]["uploaded"] = 0.34
    assert any("rate uploaded" in sentence for sentence in compared(ledger, statistics).differences)


def test_changed_figures_of_others_are_found(ledger):
    statistics = Statistics(ledger)
    statistics.responses["000000", NEXT]["measures"]["uploaded"] += 1
    statistics.responses["000000", NEXT]["children"][-1]["measures"]["uploaded"] += 1
    assert compared(ledger, statistics).differences


def test_a_measure_that_is_missing_or_unknown_is_found(ledger):
    statistics = Statistics(ledger)
    del statistics.responses[CLASS, DAY]["measures"]["late"]
    assert any("other measures ['late']" in sentence for sentence in compared(ledger, statistics).differences)


def report_of(ledger, day):
    figures = ledger.measures(day)
    row = {
        "code": SCHOOL,
        "name": "实验小学",
        "measures": dict(figures[SCHOOL]),
        "rate": percent(figures[SCHOOL]["uploaded"], figures[SCHOOL]["expected"]),
        "rank": 1,
    }
    return {
        "measures": dict(figures[COUNTY]),
        "total": {"rate": row["rate"]},
        "children": [row],
        "nobody_expected": [],
        "ranked": True,
    }


def spreadsheet(expected, uploaded):
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["排名", "地区（单位）", "应上传（人）", "已上传（人）"])
    sheet.write_row(1, 0, [1, "实验小学", expected, uploaded])
    workbook.close()
    return out.getvalue()


def reported(ledger, document, sheet, monkeypatch):
    monkeypatch.setattr("drill.compare.words_of", lambda pdf: "应上传3人，已上传1人")
    comparison = Comparison(ledger, Statistics(ledger))
    comparison.report(COUNTY, NEXT, document, sheet, b"")
    return comparison.differences


def test_a_right_report_has_no_difference(ledger, monkeypatch):
    assert reported(ledger, report_of(ledger, NEXT), spreadsheet(3, 1), monkeypatch) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["measures"].update(uploaded=2),
        lambda d: d["total"].update(rate="33.34"),
        lambda d: d["children"][0]["measures"].update(expected=4),
        lambda d: d["children"][0].update(rate="99.00"),
        lambda d: d["children"][0].update(rank=2),
        lambda d: d["children"].clear(),
    ],
)
def test_a_wrong_number_of_a_report_is_found(ledger, monkeypatch, spoil):
    document = report_of(ledger, NEXT)
    spoil(document)
    assert reported(ledger, document, spreadsheet(3, 1), monkeypatch)


def test_a_spreadsheet_that_differs_from_the_document_is_found(ledger, monkeypatch):
    assert reported(ledger, report_of(ledger, NEXT), spreadsheet(3, 2), monkeypatch)


def test_percentages_are_rounded_half_up():
    assert [percent(1, 3), percent(2, 3), percent(1, 800), percent(0, 5), percent(0, 0)] == [
        "33.33",
        "66.67",
        "0.13",
        "0.00",
        None,
    ]


def test_a_school_that_statistics_does_not_know_yet_does_not_look_right(ledger):
    def late(unit, day):
        raise Problem("GET stats /v1/figures", 404, {"title": "not-found"})

    def broken(unit, day):
        raise Problem("GET stats /v1/figures", 500, {"title": "internal"})

    assert Comparison(ledger, Statistics(ledger)).looks_right(NEXT)
    assert not Comparison(ledger, late).looks_right(NEXT)
    with pytest.raises(Problem):
        Comparison(ledger, broken).looks_right(NEXT)
