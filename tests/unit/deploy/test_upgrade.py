"""An upgrade of a running copy: who is replaced when, what is refused, and what runs on without a new process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from deploy.local import procfile
from deploy.local.processes import Adopted, end
from deploy.local.settings import REPO, STAND_IN, Local, commit
from deploy.local.sockets import Sockets
from deploy.local.stack import ENGINES, FRONT, StackFailed
from deploy.upgrade import __main__ as command
from deploy.upgrade import handover, replacement
from shared.language.services import SERVICES
from tests.unit.deploy.paper import Copy, alone, replace_all


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    alone(monkeypatch)


def test_every_process_but_engines_and_proxy_is_replaced_consumers_before_who_writes_for_them():
    names = [name for names in replacement.ROLES for name in names]
    assert sorted([*names, *ENGINES, FRONT, STAND_IN]) == sorted(procfile.commands())
    assert names.index("stats-worker") < names.index("upload-worker") < names.index("roster-worker")
    workers, services = names[:4], names[4:]
    assert {*workers}.isdisjoint(SERVICES) and services[-1] == "portal"
    assert services.index("roster") < services.index("identity") < services.index("portal")


def test_who_checks_photos_goes_over_before_who_marks_one_that_is_to_be_held():
    """An intake of the release before would pass over a mark that it does not know, and the photo would count."""
    names = [name for names in replacement.ROLES for name in names]
    assert names.index("upload-worker") < names.index("upload") < names.index("identity")
    assert "intake" in procfile.commands()["upload-worker"].split()


def test_a_new_process_works_before_the_one_before_it_ends(tmp_path):
    diary = replace_all(Copy(tmp_path))
    assert diary.index("stats-worker.2 works") < diary.index("-stats-worker") < diary.index("+stats-worker")
    assert diary.index("stats-worker works") < diary.index("-stats-worker.2")
    for name in SERVICES:
        assert diary.index(f"+{name}") < diary.index(f"{name} works") < diary.index(f"-{name}")
    assert diary[0] == "topics" and diary.index("-portal") == len(diary) - 1


def test_on_the_way_back_writers_go_first_and_consumers_when_everything_is_read(tmp_path, monkeypatch):
    stack = Copy(tmp_path)
    monkeypatch.setattr(replacement, "await_all_read", lambda stack, say: stack.diary.append("all is read"))
    diary = replace_all(stack, back=True)
    of_consumers = ("all is read", "+upload-worker.2", "+stats-worker.2")
    told = [line for line in diary if line in of_consumers]
    assert told == [line for consumer in of_consumers[1:] for line in ("all is read", consumer)]
    assert diary.index("-roster-worker") < diary.index("all is read")
    assert diary.index("-portal") < diary.index("-roster") < diary.index("all is read")


@pytest.mark.parametrize("broken", ["stats-worker.2", "roster", "portal"])
def test_where_a_new_process_does_not_come_up_the_one_before_goes_on(tmp_path, broken):
    stack = Copy(tmp_path, broken)
    before = {name: (each, stack.sockets.of(name).resolve()) for name, each in stack.processes.items()}
    with pytest.raises(StackFailed):
        replace_all(stack)
    name = broken.partition(".")[0]
    assert stack.processes[name] is before[name][0] and stack.processes[name].poll() is None
    assert f"-{name}" not in stack.diary[: stack.diary.index(f"+{broken}")]
    assert broken in SERVICES or broken not in stack.processes
    if broken in SERVICES:
        assert stack.sockets.of(name).resolve() == before[name][1]
    assert stack.dead() == []


def test_what_was_connected_to_a_service_is_taken_by_it_before_it_ends(tmp_path):
    diary = replace_all(Copy(tmp_path))
    for name in SERVICES:
        assert "a moment" in diary[diary.index(f"{name} works") : diary.index(f"-{name}")]
    assert diary.count("a moment") == 3


# ---- a process that the release before did not have
def test_a_process_that_the_release_before_did_not_have_is_started_before_who_may_need_it(tmp_path):
    stack = Copy(tmp_path)
    del stack.processes[STAND_IN]
    assert replace_all(stack)[:4] == ["topics", f"+{STAND_IN}", f"{STAND_IN} works", "+stats-worker.2"]
    assert f"+{STAND_IN}" not in replace_all(Copy(tmp_path / "b"))


def test_where_a_new_process_of_that_kind_does_not_come_up_nothing_is_replaced_and_everything_goes_on(tmp_path):
    stack = Copy(tmp_path, STAND_IN)
    del stack.processes[STAND_IN]
    with pytest.raises(StackFailed):
        replace_all(stack)
    assert STAND_IN not in stack.processes and stack.dead() == []
    assert stack.diary == ["topics", f"+{STAND_IN}", f"-{STAND_IN}"]


# ---- what two releases agree on
def test_a_socket_is_bound_beside_the_one_in_use_and_the_link_is_never_away(tmp_path):
    sockets = Sockets(tmp_path / "s")
    sockets.make()
    assert sockets.next("portal") == "portal.1"
    sockets.lead("portal")
    assert sockets.next("portal") == "portal.2"
    assert (tmp_path / "s" / "portal").readlink().name == "portal.1", "requests still go to the process before"
    sockets.lead("portal")
    assert (tmp_path / "s" / "portal").readlink().name == "portal.2"
    sockets.forget(["portal"])
    assert sockets.of("portal") == tmp_path / "s" / "portal" and sockets.next("portal") == "portal.1"


def test_a_process_is_adopted_by_its_id_and_ended_by_it():
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
    (adopted,) = (Adopted(pid) for pid in handover.processes_of(f"x={child.pid}").values())
    assert adopted.poll() is None
    end([(adopted, signal.SIGTERM)], 30)
    assert adopted.returncode == -signal.SIGTERM
    child.returncode = adopted.returncode  # it was reaped here


# ---- what is refused
@pytest.fixture
def running(tmp_path):
    """A copy that runs, as its folder shows it."""
    Local(tmp_path).keys()
    (tmp_path / "run.pid").write_text(str(os.getpid()))
    handover.note(tmp_path)
    return tmp_path


def refusal(data):
    with pytest.raises(command.CannotUpgrade) as refused:
        command.require_ready(data, print, within=0)
    return str(refused.value)


def test_a_copy_that_runs_can_be_upgraded(running):
    assert command.require_ready(running, print) == {
        "FOLDER": str(REPO),
        "COMMIT": commit(),
        "BEFORE": "",
        "UNFINISHED": "",
    }


def test_what_does_not_run_or_is_changing_is_refused(running):
    (running / handover.RELEASE).unlink()
    assert "still starting" in refusal(running)
    (running / "run.pid").unlink()
    assert "No copy runs" in refusal(running)


def test_another_release_in_the_folder_that_processes_still_read_is_refused(running):
    (running / handover.RELEASE).write_text(f"FOLDER={REPO}\nCOMMIT=another\n")
    assert "a folder of its own" in refusal(running)


@pytest.mark.parametrize("name", ["keys.env", "generations.env"])
def test_keys_or_a_generation_that_half_of_the_processes_would_not_have_are_refused(running, name):
    (running / name).touch()
    Local(running, 9300).note_port()
    later = (running / handover.RELEASE).stat().st_mtime + 1
    os.utime(running / name, (later, later))
    why = refusal(running)
    assert f"{name} has changed" in why
    assert f"`make -C {REPO} stop DATA={running}`, `make -C {REPO} run DATA={running} PORT=9300`" in why


def test_the_lines_of_an_upgrade_are_shown_until_it_ends_with_its_status(running, capsys):
    lines = "  ✓ portal\nend of file\n"
    (running / handover.LOG).write_text(f"{lines}end 1\n")
    assert command.follow(running) == 1
    assert capsys.readouterr().out == lines
