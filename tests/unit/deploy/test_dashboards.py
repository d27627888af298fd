"""Dashboards: every expression is PromQL, of metrics and labels that exist; panels lie side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml

from deploy.local.status import NUMBERS
from deploy.watch.boards import BOARDS
from deploy.watch.panels import WIDTH, Dashboard, Panel, Query
from docs import alerts, metrics

TARGET = {"job", "instance", "process", "service"}  # labels that scraping adds
LABELS = {
    name: {*metric.labels, *TARGET, "le"} for metric in metrics.every() for name in metric.series
} | dict.fromkeys(("up", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"), TARGET)
LABELS["ALERTS"] = {"alertstate"}
EXPRESSIONS = {
    **{
        f"{board.id}: {panel.english} {n}": query.expression
        for board in BOARDS
        for n, (panel, query) in enumerate(board.queries())
    },
    **{alert.name: alert.expression for alert in alerts.every()},
}
PANELS = [(panel, query) for board in BOARDS for panel, query in board.queries()]


def parsed(expression: str) -> Any:
    return promql_parser.parse(expression.replace("$__rate_interval", "2m"))


def parts(node: Any) -> Iterator[Any]:
    """A node and everything below it."""
    yield node
    below = [getattr(node, name, None) for name in ("lhs", "rhs", "expr", "param", "vector_selector")]
    for each in (*below, *(getattr(node, "args", None) or ())):
        if each is not None:
            yield from parts(each)


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_an_expression_is_of_metrics_and_labels_that_exist(expression: str):
    nodes = list(parts(parsed(expression)))
    selectors = [node for node in nodes if isinstance(node, promql_parser.VectorSelector)]
    assert selectors
    allowed: set[str] = set()
    for selector in selectors:
        assert selector.name in LABELS
        assert {matcher.name for matcher in selector.matchers.matchers} <= LABELS[selector.name]
        allowed |= LABELS[selector.name]
    for node in nodes:
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            assert set(node.modifier.labels) <= allowed


def test_an_expression_of_a_metric_that_does_not_exist_is_found():
    with pytest.raises(AssertionError):
        test_an_expression_is_of_metrics_and_labels_that_exist("sum(rollcall_requests_total)")
    with pytest.raises(AssertionError):
        test_an_expression_is_of_metrics_and_labels_that_exist("sum by (school) (rollcall_lag_records)")
    with pytest.raises(ValueError):
        parsed("sum(rollcall_lag_records")


@pytest.mark.parametrize(("panel", "query"), PANELS, ids=lambda each: getattr(each, "english", None))
def test_a_line_is_named_after_a_label_of_its_expression_or_by_a_word(panel: Panel, query: Query):
    if query.legend in {label for labels in LABELS.values() for label in labels}:
        assert f"by ({query.legend})" in query.expression or f"by ({query.legend}, " in query.expression
    assert panel.chinese and panel.english


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.id)
def test_panels_lie_side_by_side_and_not_on_each_other(board: Dashboard):
    taken: set[tuple[int, int]] = set()
    for panel in board.document()["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= WIDTH
        taken |= cells


def test_the_first_row_of_the_operators_page_is_the_four_numbers_of_make_status():
    shown = " ".join(query.expression for panel in BOARDS[0].rows[0].panels for query in panel.queries)
    assert all(number.metric in shown for number in NUMBERS.values())


def test_what_scales_a_process_is_a_metric_that_exists():
    scaling = alerts.REPO / "deploy" / "k8s" / "scaling" / "workers.yaml"
    asked = [
        trigger["metadata"]["query"]
        for document in yaml.safe_load_all(scaling.read_text())
        for trigger in document["spec"]["triggers"]
    ]
    assert asked
    for expression in asked:
        test_an_expression_is_of_metrics_and_labels_that_exist(expression)
