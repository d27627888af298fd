"""The port of a copy is part of the address on its paper: a copy keeps it, unless somebody moves it."""

from __future__ import annotations

import pytest

from deploy.local import demo, run
from deploy.local.running import announce, another_port, entered, port_of
from deploy.local.settings import ADDRESSES, FIRST_PORT, FORMER, PORT_NOTE, Local
from deploy.local.stack import StackFailed

PORT = 9300


@pytest.fixture
def stopped(tmp_path):
    """A copy that has run on another port than the usual one."""
    copy = Local(tmp_path, PORT)
    copy.keys()
    announce(copy)
    (tmp_path / "run.pid").unlink()
    return copy


@pytest.fixture
def started(monkeypatch, capsys, tmp_path):
    """Enter a start: its exit status, the ports of the copies that were started, and what it shows."""

    def start(*words, main=run.main, data=tmp_path):
        ports = []

        def start_all(stack):
            ports.append(stack.local.port)
            raise StackFailed("enough")

        monkeypatch.setattr(run.Stack, "start_all", start_all)
        monkeypatch.setattr(Local, "taken", lambda local: [])
        monkeypatch.setattr(run.signal, "signal", lambda *_: None)
        monkeypatch.setattr("sys.argv", ["make", "--data", str(data), *words])
        return main(), ports, capsys.readouterr().out

    return start


@pytest.mark.parametrize("main", [run.main, demo.main], ids=["run", "demo"])
def test_a_copy_starts_again_on_the_port_that_it_had_and_a_new_one_on_the_usual_one(stopped, started, tmp_path, main):
    assert started(main=main)[1] == [PORT]
    assert started(main=main, data=tmp_path / "new")[1] == [FIRST_PORT]


def test_a_copy_of_a_release_that_noted_no_port_starts_on_that_of_its_addresses(stopped, started):
    (stopped.data / PORT_NOTE).unlink()
    assert started()[1] == [PORT]


@pytest.mark.parametrize("main", [run.main, demo.main], ids=["run", "demo"])
def test_another_port_is_refused_and_the_way_to_move_is_named(stopped, started, main):
    code, ports, shown = started("--port", "9700", main=main)
    assert (code, ports) == (1, [])
    assert f"has port {PORT}" in shown and f"`make run DATA={stopped.data} PORT=9700 MOVE=1`" in shown
    assert port_of(stopped.data) == PORT


def test_a_copy_that_was_moved_stays_there_and_knows_the_paper_of_before(stopped, started):
    assert FORMER not in stopped.environment()
    assert started("--port", "9700", "--move")[1] == started()[1] == [9700]
    assert Local(stopped.data, 9700).environment()[FORMER] == f"http://127.0.0.1:{PORT}"
    assert started("--port", str(PORT), "--move")[1] == [PORT]
    assert stopped.environment()[FORMER] == "http://127.0.0.1:9700"


def test_addresses_of_before_that_the_environment_names_are_kept_too(stopped, monkeypatch):
    monkeypatch.setenv(FORMER, "https://old.example")
    Local(stopped.data, 9700).note_port(before=PORT)
    assert Local(stopped.data, 9700).environment()[FORMER] == f"http://127.0.0.1:{PORT},https://old.example"


def test_the_usual_port_is_in_no_hint_and_another_one_is(stopped, started, tmp_path):
    assert entered("run", stopped.data) == f"make run DATA={stopped.data} PORT={PORT}"
    assert entered("stop", stopped.data) == f"make stop DATA={stopped.data}"
    assert f"`make run DATA={stopped.data} PORT={PORT}` continues from here" in started()[2]
    announce(Local(tmp_path / "usual"))
    assert entered("run", tmp_path / "usual") == f"make run DATA={tmp_path / 'usual'}"


def test_only_a_new_copy_may_choose_other_ports_where_some_are_taken(stopped, monkeypatch, tmp_path):
    monkeypatch.setattr(Local, "taken", lambda local: [local.port])
    assert "choose others" not in run._refusal(stopped)
    assert f"`make run DATA={tmp_path / 'new'} PORT=9000`" in run._refusal(Local(tmp_path / "new"))


def test_addresses_are_written_where_the_port_is_noted(stopped):
    assert (stopped.data / ADDRESSES).exists() and another_port(stopped) == ""


# ---- keys that are away
def test_a_start_without_keys_on_data_that_are_there_says_so_first(stopped, started):
    (stopped.data / "store").mkdir()
    assert "New keys are made" not in started()[2]
    (stopped.data / "keys.env").unlink()
    first = started()[2].splitlines()[0]
    assert first.startswith("New keys are made") and f"`make stop DATA={stopped.data}`" in first


def test_a_first_start_says_nothing_of_keys(started, tmp_path):
    assert "New keys" not in started(data=tmp_path / "new")[2]
