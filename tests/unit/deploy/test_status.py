"""`make status`: its words for the four numbers; a missing report never counts as good news."""

from __future__ import annotations

import json
import os

import httpx
import pytest
from prometheus_client import REGISTRY

from deploy.local import status
from deploy.local.running import announce
from deploy.local.settings import REPO, Local, commit
from deploy.local.status import NUMBERS, is_settled, numbers
from deploy.upgrade import handover, releases
from shared.infrastructure import metrics
from shared.language.services import BACKENDS

UNPUBLISHED, LAG, PARKED, DRIFT = (number.metric for number in NUMBERS.values())
WORKERS = tuple(f"{name}-worker" for name in BACKENDS)


class StackDouble:
    """Processes and the metrics of their workers: worker -> metric -> one value per label. At first all is well."""

    def __init__(self):
        self.names, self.ill = ["store", "stats", *WORKERS], set()
        self.reported = {worker: {UNPUBLISHED: [0]} for worker in WORKERS[:3]}
        self.reported["upload-worker"] |= {LAG: [0], PARKED: [0]}
        self.reported["stats-worker"] = {LAG: [0], PARKED: [0], DRIFT: [0, 0, 0]}

    def healthy(self, name):
        return name not in self.ill

    def metrics(self, worker):
        if worker in self.ill:
            raise httpx.ConnectError("refused")
        return "".join(
            f'{metric}{{label="{n}"}} {value}\n'
            for metric, values in self.reported[worker].items()
            for n, value in enumerate(values)
        )


@pytest.fixture
def stack():
    return StackDouble()


@pytest.fixture
def shown(stack, monkeypatch, capsys, tmp_path):
    """Run the command on a copy that runs: returns its exit status and its output."""
    (tmp_path / "keys.env").touch()
    announce(Local(tmp_path))

    def ask(data=tmp_path):
        monkeypatch.setattr(status, "Stack", lambda local: stack)
        monkeypatch.setattr("sys.argv", ["status", "--data", str(data)])
        return status.main(), capsys.readouterr().out

    return ask


def line_of(name, text):
    return next(line for line in text.splitlines() if f" {name} " in line)


NEEDED = [
    ("unpublished", UNPUBLISHED, "identity-worker"),
    ("unpublished", UNPUBLISHED, "roster-worker"),
    ("unpublished", UNPUBLISHED, "upload-worker"),
    ("lag", LAG, "upload-worker"),
    ("lag", LAG, "stats-worker"),
    ("parked", PARKED, "upload-worker"),
    ("parked", PARKED, "stats-worker"),
    ("drift", DRIFT, "stats-worker"),
]


def test_the_four_numbers_are_existing_metrics():
    assert metrics.ROLE_SILENCE._name == status.SILENCE
    assert {UNPUBLISHED, LAG, PARKED, DRIFT} == {
        gauge._name for gauge in (metrics.OLDEST_UNPUBLISHED, metrics.LAG, metrics.PARKED, metrics.DRIFT)
    }


@pytest.mark.parametrize("metric", [UNPUBLISHED, LAG, PARKED, DRIFT])
def test_a_process_does_not_report_a_number_before_measuring_it(metric):
    labels = REGISTRY._names_to_collectors[metric]._labelnames
    assert labels, "a gauge without labels says 0 from its start"


def test_all_is_well_when_all_answer_and_every_number_is_reported_and_0(shown):
    code, text = shown()
    assert code == 0
    assert "All is well: everything that was recorded is counted." in text
    assert line_of("drift", text).split()[:3] == ["✓", "drift", "0"]


def test_the_release_that_runs_its_folder_and_its_port_are_named(shown, tmp_path):
    handover.note(tmp_path)
    assert shown()[1].startswith(f"Release {commit()} in {REPO}, on port 8000:\n")


def test_a_folder_without_a_copy_is_said_and_left_as_it_is(shown, tmp_path):
    code, text = shown(tmp_path / "elsewhere")
    assert (code, "There is no copy" in text) == (status.NOTHING_RUNS, True)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(("name", "metric", "worker"), NEEDED)
def test_a_number_that_one_of_its_workers_does_not_report_is_not_known_and_all_is_not_well(
    stack, shown, name, metric, worker
):
    del stack.reported[worker][metric]
    assert [number for number, value in numbers(stack).items() if value is None] == [name]
    code, text = shown()
    assert code == 1
    assert "not known yet" in line_of(name, text)
    assert "Not known yet whether all is well." in text
    assert "All is well" not in text


@pytest.mark.parametrize(("name", "metric", "worker"), NEEDED)
def test_a_number_above_0_is_the_worst_of_all_workers_and_labels_and_the_copy_is_not_settled(
    stack, shown, name, metric, worker
):
    stack.reported[worker][metric] = [0, 7, 3]
    assert numbers(stack) == {**dict.fromkeys(NUMBERS, 0), name: 7}
    code, text = shown()
    assert code == 1
    assert line_of(name, text).split()[:3] == ["…", name, "7"]
    assert "Not settled." in text


def test_of_two_workers_the_worse_one_counts(stack):
    stack.reported["upload-worker"][LAG], stack.reported["stats-worker"][LAG] = [2], [5]
    assert numbers(stack)["lag"] == 5


def test_bad_news_of_one_worker_is_shown_while_another_one_reports_nothing(stack, shown):
    stack.reported["stats-worker"][PARKED] = [2]
    del stack.reported["upload-worker"][PARKED]
    assert numbers(stack)["parked"] == 2
    assert "Not settled." in shown()[1]


def test_a_second_worker_beside_the_first_must_report_its_numbers_too(stack):
    stack.names.append("stats-worker.2")
    stack.reported["stats-worker.2"] = {LAG: [0], PARKED: [0]}
    assert numbers(stack)["drift"] is None
    stack.reported["stats-worker.2"][DRIFT] = [0]
    assert is_settled(numbers(stack))


@pytest.mark.parametrize("value", [None, 3.0])
def test_only_numbers_that_are_reported_and_0_are_settled(value):
    assert is_settled({"lag": 0.0, "drift": 0.0})
    assert not is_settled({"lag": 0.0, "drift": value})


def test_a_process_that_does_not_answer_is_named_with_its_log_and_all_is_not_well(stack, shown, tmp_path):
    stack.ill = {"stats"}
    code, text = shown()
    assert code == 1
    assert f"does not answer; its log: {tmp_path}/logs/stats.log" in line_of("stats", text)
    assert "All is well" not in text


def test_without_a_response_of_every_worker_no_number_is_shown(stack, shown):
    stack.ill = {"roster-worker"}
    code, text = shown()
    assert code == 1
    assert "The four numbers cannot be read while a worker does not answer." in text
    assert "drift" not in text


def test_where_nothing_runs_it_explains_how_to_start(stack, shown, tmp_path):
    stack.ill = set(stack.names)
    assert shown() == (status.NOTHING_RUNS, f"Nothing runs in {tmp_path}; `make run DATA={tmp_path}` starts it.\n")


def test_a_worker_that_stands_still_is_named_with_its_role_although_its_old_numbers_are_0(stack, shown, monkeypatch):
    measured = stack.metrics

    def with_silence(worker):
        seconds = {"stats-worker": 181, "upload-worker": 180}.get(worker, 0)
        return measured(worker) + f'{status.SILENCE}{{role="projector"}} {seconds}\n'

    monkeypatch.setattr(stack, "metrics", with_silence)
    code, text = shown()
    assert code == 1 and "Stands still for more than 180 seconds: stats-worker (projector)." in text
    assert "All is well" not in text and "upload-worker (" not in text


def half_upgraded(data):
    of = {
        "stats": [os.getpid(), "a", "/a"],
        "stats-worker": [os.getpid(), "b", "/b"],
        "store": [os.getpid(), "a", "/a"],
    }
    (data / releases.FILE).write_text(json.dumps(of))


def test_a_half_upgraded_copy_is_not_well_and_each_process_is_shown_with_its_release(stack, shown, tmp_path):
    half_upgraded(tmp_path)
    handover.note(tmp_path, "/a", "Next: fix it, and `make upgrade` goes on from here.")
    code, text = shown()
    assert code == 1 and "All is well" not in text
    assert line_of("stats-worker", text).endswith(", of b in /b") and line_of("stats", text).endswith(", of a in /a")
    assert "The upgrade is not finished. Next: fix it, and `make upgrade` goes on from here." in text
    assert line_of("store", text).endswith("answers")
    stack.ill = {"stats-worker"}
    assert "The upgrade is not finished." in shown()[1]


def test_where_the_failure_was_not_noted_the_processes_tell_and_while_it_goes_on_it_is_waited_for(shown, tmp_path):
    half_upgraded(tmp_path)
    code, text = shown()
    assert code == 1 and "An upgrade is under way" in text and "All is well" not in text
    (tmp_path / handover.RELEASE).write_text("FOLDER=/b\nCOMMIT=b\nBEFORE=/a\n")
    assert f"not finished. Next: `make -C /b upgrade DATA={tmp_path}` goes on" in shown()[1]


def test_a_copy_whose_processes_are_of_one_release_is_well_whatever_a_dead_one_was_of(shown, tmp_path):
    of = {"stats": [2**22 + 1, "a", "/a"], "stats-worker": [os.getpid(), "b", "/b"], "portal": "damaged"}
    (tmp_path / releases.FILE).write_text(json.dumps(of))
    handover.note(tmp_path)
    assert shown()[0] == 0


def test_where_all_is_counted_the_last_line_names_the_process_that_does_not_answer(stack, shown):
    stack.ill.add("store")
    code, text = shown()
    assert code == 1 and "Everything that was recorded is counted, but store does not answer" in text
