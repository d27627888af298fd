"""The copy that runs in a folder is found by it: nobody reaches another one by its port."""

from __future__ import annotations

import os
import subprocess
from types import SimpleNamespace

import pytest

from deploy.local import demo, operate, run, running, status
from deploy.local.running import OtherCopy, announce, asked_for, copy_in, entered, require_running
from deploy.local.settings import Local
from deploy.local.stack import StackFailed

PORT = 9300
THREE = "127.0.0.1:8094,127.0.0.1:8096"


@pytest.fixture
def begun(tmp_path):
    """A copy that this process runs on another port than 8000."""
    copy = Local(tmp_path, PORT)
    copy.keys()
    announce(copy)
    return copy


@pytest.fixture
def entering(monkeypatch, capsys):
    """Enter a target of the Makefile: returns its exit status and what it shows."""

    def enter(main, *words):
        monkeypatch.setattr("sys.argv", ["make", *map(str, words)])
        return main(), capsys.readouterr().out

    return enter


@pytest.fixture
def asked_of(monkeypatch):
    """The settings with which the last command of an operator was started."""
    settings = {}

    def start(command, *, env, **_):
        settings.update(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(operate, "subprocess", SimpleNamespace(run=start))
    monkeypatch.setattr(operate.procfile, "environment", lambda given: given)
    return settings


def nobody():
    """An id that no process has."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


@pytest.mark.parametrize(
    "started", [{"kafka": False, "brokers": ""}, {"kafka": True, "brokers": ""}, {"kafka": True, "brokers": THREE}]
)
def test_a_running_copy_is_found_with_the_port_and_the_bus_of_its_start(tmp_path, started):
    copy = Local(tmp_path, PORT, **started)
    announce(copy)
    assert copy_in(tmp_path) == asked_for(tmp_path, None, kafka=False) == asked_for(tmp_path, PORT, kafka=False) == copy


def test_no_copy_is_found_where_none_was_started_or_its_process_has_ended(begun, tmp_path):
    assert copy_in(tmp_path / "elsewhere") is None
    (begun.data / running.RUN_PID).write_text(str(nobody()))
    assert copy_in(begun.data) is None


def test_a_port_or_a_bus_that_is_not_the_copys_is_refused(begun):
    with pytest.raises(OtherCopy, match=f"runs on {PORT}, not on 8000"):
        asked_for(begun.data, 8000, kafka=False)
    with pytest.raises(OtherCopy, match="runs on the embedded bus"):
        asked_for(begun.data, None, kafka=True)


@pytest.mark.parametrize("main", [status.main, demo.main])
def test_every_target_refuses_another_port_than_the_copys(begun, entering, main):
    code, shown = entering(main, "--data", begun.data, "--port", 8000)
    assert code == 1 and f"runs on {PORT}, not on 8000" in shown


def test_an_operators_command_is_for_the_copy_in_the_folder_without_its_port(begun, entering, asked_of, monkeypatch):
    monkeypatch.setattr(running, "listens", lambda port: True)
    assert entering(operate.main, "services.stats.operator.audit", "--data", begun.data) == (0, "")
    assert asked_of["MONGO_URL"] == f"mongodb://127.0.0.1:{PORT + 17}"


def test_an_operators_command_begins_only_where_the_copy_runs_and_its_store_answers(
    begun, entering, asked_of, monkeypatch
):
    def entered_with(*more):
        return entering(operate.main, "services.stats.operator.audit", "--data", begun.data, *more)

    monkeypatch.setattr(running, "listens", lambda port: port == 8017)  # another copy runs on 8000
    code, shown = entered_with()
    assert code == 1 and f"does not answer on {PORT + 17}" in shown
    code, shown = entered_with("--port", 8000)
    assert code == 1 and f"runs on {PORT}, not on 8000" in shown
    (begun.data / running.RUN_PID).unlink()
    code, shown = entered_with("--port", 8000)
    assert code == 1 and shown == f"No copy runs in {begun.data}: `make run DATA={begun.data} PORT={PORT}` starts it.\n"
    assert not asked_of


def test_status_asks_no_port_where_nothing_runs(begun, entering, monkeypatch):
    def never(_):
        raise AssertionError("a copy was asked")

    monkeypatch.setattr(status, "Stack", never)
    (begun.data / running.RUN_PID).unlink()
    assert entering(status.main, "--data", begun.data) == (
        status.NOTHING_RUNS,
        f"Nothing runs in {begun.data}; `make run DATA={begun.data} PORT={PORT}` starts it.\n",
    )


def test_a_second_start_in_the_same_folder_on_another_port_leaves_the_first_copy_alone(begun, entering, monkeypatch):
    def started(_):
        raise StackFailed("a second copy was started")

    monkeypatch.setattr(Local, "taken", lambda local: [PORT] if local.port == PORT else [])
    monkeypatch.setattr(run.Stack, "start_all", started)
    code, shown = entering(run.main, "--data", begun.data, "--port", PORT + 100)
    assert code == 1 and f"runs on {PORT}; `make stop DATA=" in shown
    assert copy_in(begun.data) == begun


def test_a_store_that_answers_is_all_that_a_command_needs(begun, monkeypatch):
    monkeypatch.setattr(running, "listens", lambda port: port == PORT + 17)
    assert require_running(begun.data) == begun


def test_a_target_is_named_with_its_folder_unless_it_is_the_usual_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert entered("stop", tmp_path / ".data") == "make stop"
    assert entered("stop", tmp_path / "x") == f"make stop DATA={tmp_path / 'x'}"


def test_the_folder_names_the_process_that_runs_the_copy(begun):
    assert (begun.data / running.RUN_PID).read_text() == str(os.getpid())
