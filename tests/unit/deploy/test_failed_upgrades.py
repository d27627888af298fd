"""An upgrade that fails half-way: everything goes on, nothing runs that nobody will stop, and it can go on."""

from __future__ import annotations

import threading

import pytest

from deploy.local import run
from deploy.local.sockets import Sockets
from deploy.local.stack import StackFailed
from deploy.upgrade import going_over, handover
from deploy.watch.prometheus import Prometheus
from tests.unit.deploy.paper import Copy, alone, replace_all


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    alone(monkeypatch)


@pytest.mark.parametrize("back", [False, True])
def test_a_worker_that_failed_at_its_port_is_replaced_by_the_same_command_again_or_goes_back(tmp_path, back):
    stack = Copy(tmp_path, "stats-worker")
    with pytest.raises(StackFailed):
        replace_all(stack)
    assert "stats-worker.2" in stack.processes and "stats-worker" not in stack.processes
    assert stack.dead() == stack.unknown == []
    stack.broken = ()
    replace_all(stack, back=back)
    assert stack.diary.count("+stats-worker.2") == 1, "the one that works goes on until there is one at the port"
    assert stack.dead() == stack.unknown == []
    assert sorted(stack.running) == sorted(stack.names) == sorted(stack.processes)


def test_a_second_worker_that_has_ended_meanwhile_is_started_again(tmp_path):
    stack = Copy(tmp_path, "stats-worker")
    with pytest.raises(StackFailed):
        replace_all(stack)
    stack.processes["stats-worker.2"].send_signal(9)
    stack.broken = ()
    assert replace_all(stack).count("+stats-worker.2") == 2
    assert sorted(stack.running) == sorted(stack.names) == sorted(stack.processes)


@pytest.mark.parametrize(
    ("impossible", "seconds"),
    [
        ("identity-worker.2", []),
        ("identity-worker", ["roster-worker.2", "identity-worker.2"]),
        ("upload", []),
        ("stats", []),
    ],
)
def test_whatever_else_fails_no_process_runs_that_nobody_will_stop(tmp_path, impossible, seconds):
    stack = Copy(tmp_path, impossible=impossible)
    with pytest.raises(OSError, match=impossible):
        replace_all(stack)
    assert stack.dead() == stack.unknown == []
    replaced = [second.removesuffix(".2") for second in seconds]
    assert sorted(stack.running) == sorted([*(set(stack.names) - set(replaced)), *seconds])


def test_where_the_second_of_two_links_cannot_be_exchanged_each_request_goes_to_a_process_of_the_copy(
    tmp_path, monkeypatch
):
    stack, lead = Copy(tmp_path), Sockets.lead
    before = stack.processes["upload"]

    def full(sockets, service):
        if service == "upload":
            raise OSError("no space left")
        lead(sockets, service)

    monkeypatch.setattr(Sockets, "lead", full)
    with pytest.raises(OSError, match="no space"):
        replace_all(stack)
    assert stack.processes["upload"] is before and before.poll() is None
    assert stack.dead() == stack.unknown == [] and sorted(stack.running) == sorted(stack.names)
    for name in ("roster", "upload"):
        assert stack.sockets.of(name).resolve() == (stack.sockets.of(name).parent / name).resolve()


def test_a_full_disk_and_a_closed_terminal_do_not_end_the_copy(tmp_path, monkeypatch):
    stack, done = Copy(tmp_path), []
    for name in (handover.LOG, handover.RELEASE):
        (tmp_path / name).mkdir()  # so that it cannot be written
    monkeypatch.setattr(going_over, "processes_of", lambda adopted: {})
    monkeypatch.setattr(going_over, "replace_all", lambda stack, tell, stop, *, back: done.append(tell("✓")))

    def say(line):
        raise OSError("no space left")

    going_over.go_over(stack, Prometheus(stack.local), "", say, threading.Event(), handover.Direction())
    handover.note(tmp_path)
    assert done == [None] and stack.dead() == []


def test_what_a_power_cut_has_left_does_not_say_that_a_copy_is_ready_which_only_starts(tmp_path, monkeypatch):
    ready = []
    monkeypatch.setattr(run, "announce", lambda local: ready.append(handover.noted(local.data)))
    stack = Copy(tmp_path)
    handover.note(tmp_path)
    with pytest.raises(StackFailed):
        run._begin(stack)
    assert ready == [{}]
