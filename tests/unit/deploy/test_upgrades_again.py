"""An upgrade that meets what passes, or is entered again: it goes on where it was, and says what is next."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from functools import partial
from pathlib import Path

import pytest

from deploy.local.settings import REPO
from deploy.local.stack import FRONT, FailedForNow, Stack, StackFailed
from deploy.upgrade import __main__ as command
from deploy.upgrade import behind, going_over, patience, releases, replacement
from deploy.upgrade.handover import LOG, Direction, noted
from deploy.upgrade.patience import PAUSES, patiently, signs_of_life
from deploy.watch.prometheus import Prometheus
from shared.infrastructure.config import BAD_SETTING
from shared.language.services import SERVICES
from tests.support.wait import await_until
from tests.unit.deploy.paper import Copy, alone, replace_all, told


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    alone(monkeypatch)


# ---- what passes
@pytest.mark.parametrize("name", ["topics", "stats-worker.2", "upload-worker", "roster", "portal"])
def test_what_fails_for_now_is_tried_again_and_said(tmp_path, name):
    stack = Copy(tmp_path)
    stack.for_now[name] = 2
    lines = told(stack)
    assert [line for line in lines if "again in" in line] == [f"  … {name}: no store; again in {n} s" for n in (2, 5)]
    assert lines[-1] == f"  ✓ {FRONT}" and [each for each in stack.diary if each.endswith(" s")] == ["2 s", "5 s"]
    assert stack.dead() == stack.unknown == [] and sorted(stack.running) == sorted(stack.names)


@pytest.mark.parametrize("name", ["topics", "stats-worker.2", "roster"])
def test_what_does_not_pass_ends_it_and_everything_goes_on(tmp_path, name):
    stack = Copy(tmp_path)
    stack.for_now[name] = 1 + len(PAUSES)
    with pytest.raises(FailedForNow):
        replace_all(stack)
    assert not stack.for_now[name] and stack.dead() == stack.unknown == []
    assert sorted(stack.running) == sorted(stack.names)


@pytest.mark.parametrize(("status", "kind"), [(1, FailedForNow), (BAD_SETTING, StackFailed)])
def test_a_bus_that_cannot_be_asked_for_now_is_told_from_a_setting_that_is_wrong(tmp_path, monkeypatch, status, kind):
    copy, done = Copy(tmp_path), subprocess.CompletedProcess([], status, "", "a line of a log\nNo bus.\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(StackFailed) as failed:
        Stack.create_topics(copy)
    assert type(failed.value) is kind and failed.value.log == "a line of a log"
    assert failed.value.sentence == "the topics of the bus could not be created: No bus."


def test_who_stops_the_copy_meanwhile_waits_for_no_further_try():
    stop = threading.Event()

    def act():
        stop.set()
        raise FailedForNow("no store")

    with pytest.raises(FailedForNow):
        patiently(act, print, stop, lambda seconds: pytest.fail("it waits"))


def test_who_waits_long_is_told_for_what():
    lines = []
    with signs_of_life(lines.append, lambda: "roster: an import is finished", every=0.01):
        await_until(lambda: len(lines) > 1, 30, "signs of life")
    said = len(lines)
    assert lines[0] == "  … roster: an import is finished (0 s)" and len(lines) == said


# ---- entered again
def test_entered_again_it_goes_on_where_it_was(tmp_path):
    stack = Copy(tmp_path, "roster")
    with pytest.raises(StackFailed):
        replace_all(stack)
    stack.broken, workers = (), [each for each in stack.names if each.endswith("-worker")]
    stack.diary.clear()
    lines = told(stack)
    assert [line for line in lines if line.endswith("(already)")] == [
        f"  ✓ {name} (already)" for names in replacement.ROLES for name in names if name in workers
    ]
    assert {line[1:] for line in stack.diary if line.startswith("-")} == set(SERVICES), "nobody is replaced twice"
    stack.diary.clear()
    assert {line for line in told(stack) if "already" not in line} == {f"  ✓ {FRONT}"} and stack.diary == ["topics"]


def test_from_half_way_only_those_go_back_who_have_gone_over(tmp_path, monkeypatch):
    stack = Copy(tmp_path, "roster")
    monkeypatch.setattr(releases, "REPO", "/before")
    releases.Releases(tmp_path).note(stack.processes)
    monkeypatch.setattr(releases, "REPO", "/new")
    with pytest.raises(StackFailed):
        replace_all(stack)
    monkeypatch.setattr(releases, "REPO", "/before")
    stack.broken = ()
    lines = told(stack, back=True)
    assert [name for name in SERVICES if f"  ✓ {name} (already)" in lines] == list(SERVICES)
    assert "  ✓ stats-worker" in lines and lines.index("  ✓ upload-worker") < lines.index("  ✓ stats-worker")


@pytest.mark.parametrize("written", ["", "[]", '{"portal": [1', '{"portal": 1}'])
def test_where_it_is_not_known_who_is_of_this_release_everybody_is_replaced(tmp_path, written):
    stack = Copy(tmp_path)
    replace_all(stack)
    (tmp_path / releases.FILE).write_text(written)
    assert "  ✓ portal" in told(stack)


# ---- what is said at the end
def go_over(tmp_path, *broken, back=False):
    stack = Copy(tmp_path, *broken)
    stack.for_now["topics"] = 0
    adopted = ",".join(f"{name}={each.pid}" for name, each in stack.processes.items())
    going_over.go_over(
        stack, Prometheus(stack.local), adopted, print, threading.Event(), Direction("/before", back=back)
    )
    return (tmp_path / LOG).read_text().splitlines()


@pytest.fixture
def _as_they_are(monkeypatch):
    """The processes of the paper are taken over as they are."""
    monkeypatch.setattr(going_over, "processes_of", lambda adopted: {})
    monkeypatch.setattr(replacement, "TAKEN_WITHIN", 0)


@pytest.mark.usefixtures("_as_they_are")
@pytest.mark.parametrize(("back", "again", "other"), [(False, "", " BACK=1"), (True, " BACK=1", "")])
def test_a_failure_says_why_before_the_log_and_what_can_be_entered_after_it(tmp_path, back, again, other):
    *_, why, log, following, end = go_over(tmp_path, "roster", back=back)
    assert why.startswith("Not done: roster is not healthy. Everything goes on") and log == "  | a line of a log"
    assert f"`make -C {REPO} upgrade{again} DATA={tmp_path}` goes on from here" in following
    assert following.endswith(f"`make -C /before upgrade{other} DATA={tmp_path}`.") and end == "end 1"
    assert noted(tmp_path)["BEFORE"] == "/before" and noted(tmp_path)["UNFINISHED"] == following


@pytest.mark.usefixtures("_as_they_are")
def test_what_has_gone_well_says_what_is_next_and_the_way_back(tmp_path):
    *_, done, following, end = go_over(tmp_path)
    assert done.startswith("Release ") and end == "end 0"
    assert following.startswith(f"Next: `make -C {REPO} status DATA={tmp_path}`.")
    assert following.endswith(f"Back: `make -C /before upgrade BACK=1 DATA={tmp_path}`.")
    assert noted(tmp_path)["UNFINISHED"] == ""


RUNS = {"FOLDER": "/b", "COMMIT": "b", "BEFORE": "/a"}
BROKEN = {**RUNS, "UNFINISHED": "Next: fix it"}


@pytest.mark.parametrize(
    ("running", "here", "back", "named"),
    [
        (RUNS, "/c", False, "/b"),
        (BROKEN, "/c", False, "/a"),
        (BROKEN, "/b", False, "/a"),
        (BROKEN, "/a", True, "/b"),
        (BROKEN, "/a", False, ""),
        (RUNS, "/a", True, "/b"),
        ({**BROKEN, "BEFORE": ""}, "/c", False, ""),
    ],
)
def test_the_way_back_leads_to_the_release_that_last_ran_whole(tmp_path, monkeypatch, running, here, back, named):
    monkeypatch.setattr(command, "REPO", Path(here))
    assert command._before(running, tmp_path, back=back) == named


def test_a_failure_of_a_release_that_did_not_note_it_is_seen_by_the_processes(tmp_path, monkeypatch):
    (tmp_path / releases.FILE).write_text(json.dumps({"stats-worker": [os.getpid(), "b", "/b"]}))
    assert command._before(RUNS, tmp_path, back=False) == "/b"
    written = {"stats-worker": [os.getpid(), "b", "/b"], "portal": [os.getpid(), "a", "/a"]}
    (tmp_path / releases.FILE).write_text(json.dumps(written))
    assert command._before(RUNS, tmp_path, back=False) == "/a"


# ---- a copy that is behind
def metrics(monkeypatch, stack, unpublished, age):
    """What every worker reports; None: nothing."""
    told = {behind.MEASURES["unpublished"].metric: unpublished, behind.MEASURES["age"].metric: age}
    text = "".join(f"{name} {value}\n" for name, value in told.items() if value is not None)
    monkeypatch.setattr(stack, "metrics", lambda worker: text)


@pytest.mark.parametrize(
    ("unpublished", "age", "why"),
    [(61, 0, "61 seconds that the oldest event"), (0, 61, "61 seconds by which"), (0, None, "not known seconds by")],
)
def test_a_copy_that_does_not_keep_up_is_not_begun_with(tmp_path, monkeypatch, unpublished, age, why):
    stack = Copy(tmp_path)
    metrics(monkeypatch, stack, unpublished, age)
    monkeypatch.setattr(command, "copy_in", lambda data: stack.local)
    monkeypatch.setattr(command, "Stack", lambda local: stack)
    monkeypatch.setattr(stack, "healthy", lambda name: True)
    monkeypatch.setattr(command, "await_not_far_behind", partial(behind.await_not_far_behind, within=0))
    with pytest.raises(command.CannotUpgrade, match=f"Not begun: {why}.*`make -C {REPO} run DATA={tmp_path}`"):
        command.require_not_far_behind(tmp_path, print)
    metrics(monkeypatch, stack, 59, 59)
    command.require_not_far_behind(tmp_path, print)


def test_a_worker_that_a_failed_try_has_left_is_not_asked(tmp_path, monkeypatch):
    stack, asked = Copy(tmp_path), []
    monkeypatch.setattr(command, "copy_in", lambda data: stack.local)
    monkeypatch.setattr(command, "Stack", lambda local: stack)
    monkeypatch.setattr(stack, "healthy", lambda name: name != "stats-worker")
    monkeypatch.setattr(command, "await_not_far_behind", lambda stack, say, workers: asked.extend(workers))
    command.require_not_far_behind(tmp_path, print)
    assert sorted(asked) == ["identity-worker", "roster-worker", "upload-worker"]


@pytest.mark.parametrize(("unpublished", "age", "seconds"), [(0, 0, 8), (0, 3, 11), (5, 0, 13)])
def test_all_is_read_when_what_is_published_and_read_is_younger_than_the_moment_although_people_work_on(
    tmp_path, monkeypatch, unpublished, age, seconds
):
    """The clock goes on while it waits; each is measured some seconds late."""
    stack, clock = Copy(tmp_path), Clock()
    monkeypatch.setattr(behind, "time", clock)
    monkeypatch.setattr(behind, "MEASURED_EVERY", {"unpublished": 2.0, "age": 6.0})
    metrics(monkeypatch, stack, unpublished, age)
    behind.await_all_read(stack, print)
    assert clock.now == pytest.approx(seconds, abs=0.5)
    metrics(monkeypatch, stack, 0, 1000)
    with pytest.raises(StackFailed, match=r"1000 seconds by which .*, after 120 seconds"):
        behind.await_all_read(stack, print)


class Clock:
    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_the_pauses_are_bounded():
    assert sum(patience.PAUSES) < 60
