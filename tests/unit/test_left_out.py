"""Reports of tests left out on this machine: each by the condition that leaves it out, and no others."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest
from _pytest.mark.expression import Expression

from deploy.k8s import build, go
from deploy.kafka import fetch
from tests import run
from tests.faults import disk
from tests.support.suites import DAY, NO_CLUSTER, REST_OF_PROVE, REST_OF_TEST, SHARE, UNIT, scope, shared_out

BUSES = ("embedded bus", "kafka")
MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"


@pytest.mark.parametrize("can", [False, True])
def test_the_full_disk_is_said_to_be_left_out_where_its_file_system_cannot_be_mounted(monkeypatch, tmp_path, can):
    monkeypatch.setattr(disk, "_mount", lambda folder: can)
    monkeypatch.setattr(disk, "_unmount", lambda folder: None)
    assert disk.SmallDisk(tmp_path / "store").mounted is can
    assert any("a full disk" in sentence for sentence in run.left_out()) is not can


@pytest.fixture
def fetched(monkeypatch, tmp_path):
    """Ask for Kafka on a machine without its tools: the exit status."""
    monkeypatch.setattr(fetch, "CACHE", tmp_path)
    monkeypatch.setattr(fetch.shutil, "which", lambda tool: None)

    def ask(*options):
        monkeypatch.setattr("sys.argv", ["fetch", *options])
        return fetch.main()

    return ask


def test_without_its_tools_kafka_is_not_fetched_and_the_reason_is_said(fetched, capsys):
    assert fetched() == 1
    assert "Kafka needs java and mvn" in capsys.readouterr().err


def test_who_wants_kafka_only_where_possible_goes_on_without_it(fetched):
    assert fetched("--where-possible") == 0


@pytest.mark.parametrize(("part", "last"), [("manifests", "go"), ("cluster", "mvn"), ("scaling", "prometheus")])
def test_without_its_tools_nothing_of_kubernetes_is_built_and_the_sentence_names_them(monkeypatch, capsys, part, last):
    monkeypatch.setattr(go.shutil, "which", lambda tool: None)
    monkeypatch.setattr("sys.argv", ["build", part])
    assert build.main() == 1
    assert f"{last} " in capsys.readouterr().err.partition("missing here")[0]


# ---- what the targets hold
MARKS = ("engine", "kafka", "browser", "paper", "system", "smoke", "thorough", "larger", "mutant")


def selected(expression: str, marks: frozenset[str]) -> bool:
    return Expression.compile(expression).evaluate(lambda name, **_: name in marks)


@pytest.mark.parametrize("count", range(len(MARKS) + 1))
def test_whatever_marks_a_test_has_one_of_the_targets_runs_it_and_none_twice_but_rules(count):
    for marks in map(frozenset, combinations(MARKS, count)):
        unit, test, more = (selected(each, marks) for each in (UNIT, REST_OF_TEST, REST_OF_PROVE))
        assert unit or test or more, marks
        assert not (unit and test), marks
        assert not (test and more) or marks & {"mutant", "larger"}, marks  # with other mutants, and on more data


@pytest.mark.parametrize("more", [(), ("k8s_build",), ("k8s_scale",)])
def test_a_test_of_kubernetes_has_one_target_and_is_no_part_of_the_three(more):
    marks = frozenset(("k8s", *more))
    clusters = re.findall(r'-m "?([^"\n]+?)"? tests/k8s', MAKEFILE.read_text())
    assert [selected(each, marks) for each in (UNIT, REST_OF_TEST, REST_OF_PROVE, NO_CLUSTER)] == [False] * 4
    assert sum(selected(each, marks) for each in clusters if "k8s_build" not in each) == 1


# ---- a share each day
ITEMS = [
    SimpleNamespace(nodeid=id)
    for id in (
        *(f"tests/unit/test_{file}.py::test_{name}" for file in "abc" for name in range(40)),
        *(f"tests/system/test_{file}.py::test_{name}[{bus}]" for file in "abc" for name in "de" for bus in BUSES),
    )
]


def run_on(day, share):
    return shared_out(ITEMS, {SHARE: str(share), DAY: str(day)})[0]


def test_without_a_share_every_test_is_run():
    assert shared_out(ITEMS, {}) == (ITEMS, [])
    assert run_on(739_583, share=1) == ITEMS


@pytest.mark.parametrize("share", [2, 3, 5])
def test_within_as_many_days_as_the_share_says_every_test_has_its_turn_once(share):
    days = [run_on(739_583 + day, share) for day in range(share)]
    assert sorted(item.nodeid for day in days for item in day) == sorted(item.nodeid for item in ITEMS)
    assert all(days)


def test_the_tests_of_one_copy_have_their_turn_on_the_same_day():
    for day in range(3):
        done = {item.nodeid for item in run_on(day, share=3) if "system" in item.nodeid}
        assert {id.replace("test_d", "test_e") for id in done if "test_d" in id} == {
            id for id in done if "test_e" in id
        }


def test_a_share_says_what_it_leaves_to_other_days_and_where_all_of_it_runs():
    assert run.left_to_other_days(1) == []
    assert "one in 3. `make prove` runs all" in run.left_to_other_days(3)[0]


def test_the_tests_of_one_copy_share_a_worker_and_those_on_another_bus_do_not():
    first, other, kafka = (
        f"tests/system/test_campaign.py::test_{name}" for name in ("a[embedded bus]", "b[embedded bus]", "a[kafka]")
    )
    assert scope(first) == scope(other) != scope(kafka)
    assert scope("tests/unit/test_a.py::test_b") != scope("tests/unit/test_a.py::test_c")
