"""Rows of one parametrised unit test as one test, which runs all of them and names every row that fails.

What pytest does around a test (fixtures, reports, a message to another process) takes longer than most rows. Files keep
pytest's own `parametrize`, and a row that is asked for alone, by its id, is a test of its own as ever.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

# Fixtures that every test has, none of which a row can tell from that of the row before.
OF_EVERY_TEST = {"violations", "stable_api", "security_allowance", "monkeypatch", "tmp_path_factory", "request"}
# A row with such a mark stays apart, and so does one that takes seconds: other workers take their share of those.
APART = {"skip", "skipif", "xfail", "timeout", "engine", "process", "paper", "browser", "system", "mutant", "k8s"}
SHOWN = 5  # failures in full; of more rows the last line


def gather(items: Iterable[pytest.Item], asked_for: Sequence[str] = ()) -> list[pytest.Item]:
    """All tests in their sequence; rows that need no fixture of their own are one test, in the place of the first.

    asked_for: the arguments of the command. A row that one of them names by its id stays a test.
    """
    rows: dict[tuple[Any, str], list[pytest.Function]] = {}
    for item in items:
        key = (item.parent, item.originalname) if is_row(item) and item.nodeid not in asked_for else (item, "")
        rows.setdefault(key, []).append(item)
    return [together(same) if len(same) > 1 else same[0] for same in rows.values()]


def is_row(item: Any) -> bool:
    """Whether this test is a function of its parameters alone."""
    if not hasattr(item, "callspec") or item.cls or hasattr(item.obj, "hypothesis"):
        return False
    marks = list(item.iter_markers())
    named = set(item.callspec.params)
    given = {name for mark in marks if mark.name == "parametrize" and _is_direct(mark) for name in _names(mark)}
    return (
        not APART & {mark.name for mark in marks}
        and named == given == set(inspect.signature(item.obj).parameters)
        and set(item.fixturenames) <= named | OF_EVERY_TEST
    )


def together(rows: Sequence[pytest.Function]) -> pytest.Function:
    """One test in place of these rows, which have one function."""
    first = rows[0]

    def all_rows() -> None:
        failures, skipped = [], []
        for row in rows:
            try:
                row.obj(**row.callspec.params)
            except pytest.skip.Exception as skip:
                skipped.append(f"{row.nodeid}: {skip}")
            except (Exception, pytest.fail.Exception) as error:
                failures.append((row, pytest.ExceptionInfo.from_exception(error)))
        if failures:
            pytest.fail(report(failures, len(rows)), pytrace=False)
        if skipped:
            pytest.skip("; ".join(skipped))

    all_rows.pytestmark = [mark for mark in first.own_markers if mark.name != "parametrize"]  # type: ignore[attr-defined]
    return pytest.Function.from_parent(first.parent, name=first.originalname, callobj=all_rows)


def report(failures: Sequence[tuple[pytest.Function, pytest.ExceptionInfo[BaseException]]], rows: int) -> str:
    """Every row that failed, by its id. The first line begins with a failed assertion only if all of them are some."""
    of_code = [error for _, error in failures if not isinstance(error.value, AssertionError | pytest.fail.Exception)]
    kind = of_code[0].typename if of_code else "AssertionError"
    lines = [f"{kind}: {len(failures)} of {rows} rows failed"]
    lines += [f"FAILED ROW {row.nodeid} - {error.exconly().splitlines()[0]}" for row, error in failures]
    for row, error in failures[:SHOWN]:
        lines += ["", f"____ {row.name} ____", str(row.repr_failure(error))]
    return "\n".join(lines)


def _names(mark: pytest.Mark) -> list[str]:
    names = mark.args[0] if mark.args else mark.kwargs["argnames"]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _is_direct(mark: pytest.Mark) -> bool:
    return not mark.kwargs.get("indirect") and len(mark.args) < 3
