"""Runs under harm: harm follows from the seed, and a run is judged neither too well nor too badly."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path

import httpx
import pytest

from drill.__main__ import DIFFERS, EQUALS, WAITED, only_waited
from drill.clients import Problem
from drill.world import Stuck
from shared.language.services import SERVICES
from tests.faults import run
from tests.faults.deaths import unexcused
from tests.faults.harmed_copy import MAX_GROWTH_MB, SESSION_SECONDS, growth
from tests.faults.plan import CUT, KILL, STOP, Harm, plan

ENGINES, LINES = ("store", "objects"), ("store", "objects")


def harms(seed: int, count: int = 300) -> list[Harm]:
    return list(islice(plan(seed, SERVICES, ENGINES, LINES), count))


def result(wrong: tuple[str, ...] = (), unfinished: str = "") -> run.RunResult:
    return run.RunResult(7, "5 harms (kill stats ×5)", 60.0, wrong, unfinished, Path("embedded-7"))


# ---- the plan
def test_the_same_seed_does_the_same_harm_and_another_seed_another():
    assert harms(1) == harms(1) != harms(2)


def test_every_process_is_harmed_in_every_way_and_several_at_once():
    done = {(harm.kind, target) for harm in harms(1) for target in harm.targets}
    assert done == {(kind, target) for kind in (KILL, STOP) for target in (*SERVICES, *ENGINES)} | {
        (CUT, line) for line in LINES
    }
    assert {len(set(harm.targets)) for harm in harms(1)} == {1, 2, 4}


def test_stops_outlast_a_session_again_and_again():
    assert sum(harm.kind == STOP and harm.lasts > SESSION_SECONDS for harm in harms(1)) > len(harms(1)) / 20


# ---- the drill
@pytest.mark.parametrize(
    "error", [Stuck("the figures"), httpx.ConnectError("refused"), Problem("GET stats", 503, {"title": "unavailable"})]
)
def test_a_copy_that_only_lets_clients_wait_counts_as_unfinished(error):
    assert only_waited(error)


@pytest.mark.parametrize(
    "error",
    [
        Problem("GET upload", 404, {"title": "not-found"}),
        Problem("POST roster", 500, {"title": "internal"}),
        Problem("POST upload", 409, {"title": "key-reused"}),
        LookupError("a sheet"),
    ],
)
def test_a_loss_or_refusal_after_an_acknowledgement_is_a_fault(error):
    assert not only_waited(error)


@pytest.mark.parametrize(
    ("status", "unfinished", "wrong"),
    [
        (EQUALS, False, False),
        (DIFFERS, False, True),
        (WAITED, True, False),
        (None, True, False),
        (-9, False, True),
        (3, False, True),
    ],
)
def test_only_a_drill_that_waited_in_vain_or_hangs_counts_as_unfinished(status, unfinished, wrong):
    reason, found = run.judged(status, "the end of its log")
    assert (bool(reason), bool(found)) == (unfinished, wrong)


# ---- the processes
CHAIN = """Traceback (most recent call last):
  File "connectionpool.py", line 787, in urlopen
    response = self._make_request(
urllib3.exceptions.MaxRetryError: refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "objects.py", line 50, in create
    raise _unavailable(error) from error
{error}: unavailable
"""


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ('{"message":"role failed","role":"relay","error":"KeyError"}', ["KeyError"]),
        ('{"message":"role failed","role":"relay","error":"AutoReconnect"}', []),
        (CHAIN.format(error="shared.infrastructure.errors.Refused"), []),
        (CHAIN.format(error="KeyError"), ["KeyError"]),
        ('{"message":"roles started"}\n', []),
        (
            CHAIN.format(error="services.roster.tables.rows.NoTable") + '{"message":"role failed","error":"TypeError"}',
            ["TypeError", "NoTable"],
        ),
        ('{"message":"role failed","role":"rel', []),
    ],
)
def test_only_an_outage_excuses_the_death_of_a_process(text, causes):
    assert unexcused(text) == causes


# ---- memory
def test_a_process_that_grows_while_warm_is_noticed_and_one_that_warms_up_is_not():
    assert growth([(10.0 * n, 60 + 10.0 * n) for n in range(14)]) == 70 > MAX_GROWTH_MB
    assert growth([(10.0 * n, min(60 + 40.0 * n, 250)) for n in range(14)]) == 0
    assert growth([(10.0, 60.0), (30.0, 300.0)]) == 0  # it was started again before it was warm


# ---- the result
@pytest.mark.parametrize(
    ("first", "runs", "well"),
    [
        (result(), 1, True),
        (result(unfinished="hangs"), 2, True),
        (result(("a figure",)), 1, False),
        (result(("a figure",), "hangs"), 1, False),
    ],
)
def test_an_unfinished_run_is_repeated_once_and_a_wrong_one_stays_wrong(monkeypatch, first, runs, well):
    made = [result(), first]
    monkeypatch.setattr(run, "_run_in_folder", lambda *given: made.pop())
    last = run._at_most_twice(Path("anywhere"), False, threading.Event(), 7)
    assert (last.well, last.again, 2 - len(made)) == (well, runs == 2, runs)


def test_the_line_of_a_run_names_its_violations_and_its_folder():
    assert result().line() == "seed        7    60 s  all figures right  after 5 harms (kill stats ×5)"
    assert "WRONG: a figure; NOT FINISHED: hangs (logs and data: embedded-7)" in result(("a figure",), "hangs").line()


@pytest.mark.parametrize("said", ["BusLostData", "TooManyParked", "event parked"])
def test_a_log_that_raises_an_alarm_is_noticed(tmp_path, said):
    log = tmp_path / "stats-worker.log"
    log.write_text(f'{{"message": "nothing read"}}\n{{"message": "{said}: upload.events.1"}}\n')
    assert run._alarms(log) == [said]
    log.write_text('{"message": "nothing read, trying again"}\n')
    assert run._alarms(log) == []
