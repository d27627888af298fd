"""The sandbox against functions that never end, take all memory, crash, or answer too much."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from shared.sandbox.child_process import ENVIRONMENT
from shared.sandbox.sandbox import Answer, JobFailed, LimitExceeded, Limits, Sandbox, Stalled, Unfinished
from tests.support import bad_functions
from tests.support.processes import decodes
from tests.support.together import run_together
from tests.support.wait import await_until

pytestmark = pytest.mark.process

REPO = Path(__file__).resolve().parents[3]
MB = 1 << 20
LIMITS = Limits(memory=256 * MB, cpu_seconds=1, wall_seconds=60, wait_seconds=60, answer=4 * MB)


def name(function: Callable[[bytes], object]) -> str:
    return f"{function.__module__}:{function.__name__}"


ALL = [
    name(function)
    for function in vars(bad_functions).values()
    if callable(function) and getattr(function, "__module__", "") == bad_functions.__name__
]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """One child, so that each job meets what the last one has left."""
    with opened(LIMITS) as sandbox:
        yield sandbox


@contextmanager
def opened(limits: Limits, processes: int = 1) -> Iterator[Sandbox]:
    """A sandbox with all its children ready."""
    sandbox = Sandbox(ALL, processes, limits)
    sandbox.start()
    await_until(lambda: sandbox._idle.qsize() == processes, 60, "all children are ready")
    try:
        yield sandbox
    finally:
        sandbox.close()


def child_of(box: Sandbox) -> int:
    return int(box.run(name(bad_functions.reverse), b"").facts["pid"])


def outcome(box: Sandbox, function: Callable[[bytes], object], content: bytes = b"") -> object:
    """The answer to a job or the error that it ended with."""
    try:
        return box.run(name(function), content)
    except (LimitExceeded, Unfinished) as error:
        return error


def endings(function: str, ending: str) -> float:
    labels = {"function": function, "ending": ending}
    return REGISTRY.get_sample_value("rollcall_sandbox_endings_total", labels) or 0.0


def test_an_answer_is_facts_and_bytes_and_the_child_is_reused(box: Sandbox) -> None:
    answer = box.run(name(bad_functions.reverse), b"abc")
    assert (answer.facts["size"], answer.content) == (3, b"cba")
    assert child_of(box) == answer.facts["pid"] != os.getpid()


@given(st.binary(max_size=1 * MB))
@settings(deadline=None, max_examples=40)
def test_any_bytes_cross_unchanged(content: bytes) -> None:
    assert shared_box().run(name(bad_functions.reverse), content).content == content[::-1]


def test_content_larger_than_a_pipe_crosses_in_both_directions(box: Sandbox) -> None:
    content = os.urandom(3 * MB)
    assert box.run(name(bad_functions.reverse), content).content == content[::-1]


@pytest.mark.parametrize(
    ("function", "content", "limit"),
    [
        (bad_functions.loop, b"", "time"),
        (bad_functions.hog, b"", "memory"),
        (bad_functions.crash, b"", "crash"),
        (bad_functions.leave, b"", "crash"),
        (bad_functions.too_much, b"%d" % (5 * MB), "answer"),
    ],
)
def test_a_job_ends_at_its_limit_is_counted_and_the_next_one_finds_a_new_child(
    box: Sandbox, function: Callable[[bytes], object], content: bytes, limit: str
) -> None:
    before, counted = child_of(box), endings(function.__name__, limit)
    with pytest.raises(LimitExceeded) as exceeded:
        box.run(name(function), content)
    assert exceeded.value.limit == limit
    assert endings(function.__name__, limit) == counted + 1
    assert child_of(box) != before
    assert len(box.pids()) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_what_a_job_has_left_behind_is_not_held_against_the_next_one(box: Sandbox) -> None:
    first, second = (outcome(box, bad_functions.crash_if_used) for _ in range(2))
    assert (type(first), type(second)) == (Answer, Answer) and first != second
    outcome(box, bad_functions.keep, b"%d" % (200 * MB))
    assert isinstance(outcome(box, bad_functions.take, b"%d" % (200 * MB)), Answer)
    assert len(box.pids()) == 1


def test_a_child_that_is_killed_from_outside_is_nobodys_fault(box: Sandbox) -> None:
    child = child_of(box)
    causes: list[str] = []

    def sleep() -> None:
        try:
            box.run(name(bad_functions.sleep), b"")
        except Unfinished as unfinished:
            causes.append(unfinished.cause)

    sleeping = threading.Thread(target=sleep)
    sleeping.start()
    await_until(lambda: not box._idle.qsize(), 30, "the job runs")
    os.kill(child, signal.SIGKILL)
    sleeping.join(30)
    assert causes == ["killed"]
    assert child_of(box) != child


def test_a_service_that_stops_blames_no_job(box: Sandbox) -> None:
    child_of(box)
    jobs = [lambda: box.run(name(bad_functions.sleep), b"")] * 2  # one runs, one waits for the child

    def stop() -> None:
        await_until(lambda: not box._idle.qsize(), 30, "a job runs")
        box.close()

    *endings, _ = run_together(*jobs, stop)
    assert [(type(ending), ending.cause) for ending in endings] == [(Unfinished, "closed")] * 2  # type: ignore[union-attr]
    assert box.pids() == []


def test_a_child_that_gets_no_processor_time_has_stalled_and_exceeded_nothing() -> None:
    with opened(Limits(cpu_seconds=100, wall_seconds=0.5, wait_seconds=60)) as box:
        child_of(box)
        assert isinstance(outcome(box, bad_functions.sleep), Stalled)
        child_of(box)


def test_when_all_children_are_busy_a_job_waits_for_a_while_and_is_not_blamed() -> None:
    with opened(Limits(wait_seconds=0.2, wall_seconds=60)) as box:
        sleeping = threading.Thread(target=run_together, args=(lambda: box.run(name(bad_functions.sleep), b""),))
        sleeping.start()
        await_until(lambda: not box._idle.qsize(), 30, "the job runs")
        with pytest.raises(Unfinished) as unfinished:
            box.run(name(bad_functions.reverse), b"")
        assert unfinished.value.cause == "busy"
        box.close()
        sleeping.join(30)


def test_a_bug_is_told_by_type_and_place_and_never_by_its_text(box: Sandbox) -> None:
    before = child_of(box)
    with pytest.raises(JobFailed) as failed:
        box.run(name(bad_functions.bug), b"")
    assert "ZeroDivisionError" in str(failed.value) and "bad_functions.py" in str(failed.value)
    assert "张三" not in str(failed.value)
    assert child_of(box) == before


def test_what_libraries_print_does_not_reach_the_answer(box: Sandbox) -> None:
    assert box.run(name(bad_functions.babble), b"").content == b"fine"


def test_a_child_has_no_setting_no_network_no_file_and_no_other_process(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    assert box.run(name(bad_functions.environment), b"").facts == {"names": sorted(ENVIRONMENT), "umask": 63}
    forbidden = box.run(name(bad_functions.forbidden), b"").facts
    assert forbidden["refused"] == forbidden["all"]
    assert box.run(name(bad_functions.threads), b"").facts == {"threads": 4}
    limits = Path(f"/proc/{child_of(box)}/limits").read_text()
    wanted = {"Max core file size": "0", "Max file size": "0", "Max open files": "32"}
    hard = {line[:26].strip(): line[26:].split()[1] for line in limits.splitlines()}
    assert {name: hard[name] for name in wanted} == wanted
    assert "Max cpu time              unlimited" not in limits  # the kernel ends a job that uses all of it


def test_jobs_at_the_same_time_run_in_children_of_their_own() -> None:
    with opened(LIMITS, processes=3) as box:
        contents = [bytes([number]) * 1000 for number in range(24)]
        answers = run_together(
            *[lambda content=content: box.run(name(bad_functions.reverse), content) for content in contents]
        )
        assert [answer.content for answer in answers] == contents  # type: ignore[union-attr]
        assert {answer.facts["pid"] for answer in answers} <= set(box.pids())  # type: ignore[union-attr]


@pytest.mark.parametrize("function", ["", "loop", "sleep"])
def test_children_end_with_their_parent_even_within_a_job(function: str) -> None:
    program = (
        "import sys, threading, time\n"
        "from shared.sandbox.sandbox import Limits, Sandbox\n"
        "bad = 'tests.support.bad_functions:'\n"
        "box = Sandbox([bad + 'reverse', bad + 'loop', bad + 'sleep'], 1, Limits(cpu_seconds=600, wall_seconds=600))\n"
        "print(box.run(bad + 'reverse', b'').facts['pid'], flush=True)\n"
        "sys.argv[1] and box.run(bad + sys.argv[1], b'')\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, function], cwd=REPO, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    comm = Path(f"/proc/{child}/comm")
    await_until(lambda: (comm.read_text().strip() == bad_functions.SHOWN) == bool(function), 30, "the job runs")
    assert _runs(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await_until(lambda: not _runs(child), 30, "the child has ended")


def _runs(pid: int) -> bool:
    """A zombie has ended, too: its new parent may be slow to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_function_that_was_not_named_at_the_start_is_not_run(box: Sandbox) -> None:
    with pytest.raises(ValueError):
        box.run("os:system", b"true")


def test_children_that_cannot_start_are_a_fault_and_a_job_is_not_blamed() -> None:
    box = Sandbox(["no.such.module:function"], 1, Limits(wait_seconds=0.1))
    with pytest.raises(Unfinished):
        box.run("no.such.module:function", b"")
    await_until(lambda: bool(box.fault()), 60, "the fault is known")
    box.close()


def test_facts_that_are_no_json_count_as_a_crash(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was taken over may answer anything."""
    child_of(box)

    def broken(_: bytes) -> None:
        raise orjson.JSONDecodeError("", "", 0)

    monkeypatch.setattr("shared.sandbox.child_process.orjson.loads", broken)
    with pytest.raises(LimitExceeded) as exceeded:
        box.run(name(bad_functions.reverse), b"")
    assert exceeded.value.limit == "crash"


_shared: list[Sandbox] = []


def shared_box() -> Sandbox:
    """One for all examples of a property; it ends with the process of the tests."""
    if not _shared:
        _shared.append(Sandbox(ALL, 1, LIMITS))
    return _shared[0]


def test_a_weighing_of_processes_knows_the_children_by_their_command(box: Sandbox) -> None:
    assert [decodes(pid) for pid in (*box.pids(), os.getpid())] == [True, False]
