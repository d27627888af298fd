"""Runs under harm: what is done follows from the seed, and what a run says about the copy is neither too good nor too bad."""

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
from tests.faults.hurt import MOST_GROWTH_MB, SESSION_SECONDS, growth
from tests.faults.plan import CUT, KILL, STOP, Harm, plan

ENGINES, LINES = ("store", "objects"), ("store", "objects")


def harms(seed: int, count: int = 300) -> list[Harm]:
    return list(islice(plan(seed, SERVICES, ENGINES, LINES), count))


def outcome(wrong: tuple[str, ...] = (), unfinished: str = "") -> run.Outcome:
    return run.Outcome(7, "5 harms (kill stats ×5)", 60.0, wrong, unfinished, Path("embedded-7"))


# ---- what is done
def test_the_same_seed_does_the_same_harm_and_another_seed_another():
    assert harms(1) == harms(1) != harms(2)


def test_everything_is_hurt_in_every_way_and_some_of_it_at_once():
    done = {(harm.what, whom) for harm in harms(1) for whom in harm.whom}
    assert done == {(what, whom) for what in (KILL, STOP) for whom in (*SERVICES, *ENGINES)} | {
        (CUT, line) for line in LINES
    }
    assert {len(set(harm.whom)) for harm in harms(1)} == {1, 2, 4}


def test_stops_outlast_a_session_again_and_again():
    assert sum(harm.what == STOP and harm.lasts > SESSION_SECONDS for harm in harms(1)) > len(harms(1)) / 20


# ---- what the drill says
@pytest.mark.parametrize(
    "error", [Stuck("the figures"), httpx.ConnectError("refused"), Problem("GET stats", 503, {"title": "unavailable"})]
)
def test_a_copy_that_only_kept_everybody_waiting_has_said_nothing_wrong(error):
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
def test_what_was_acknowledged_and_is_not_there_or_is_refused_is_a_fault(error):
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


# ---- what its processes say
CHAIN = """Traceback (most recent call last):
  File "connectionpool.py", line 787, in urlopen
    response = self._make_request(
urllib3.exceptions.MaxRetryError: refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "objects.py", line 50, in create
    raise _away(error) from error
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
def test_a_process_may_die_only_of_what_was_away(text, causes):
    assert unexcused(text) == causes


# ---- memory
def test_a_process_that_grows_when_it_should_be_warm_is_noticed_and_one_that_warms_up_is_not():
    assert growth([(10.0 * n, 60 + 10.0 * n) for n in range(14)]) == 70 > MOST_GROWTH_MB
    assert growth([(10.0 * n, min(60 + 40.0 * n, 250)) for n in range(14)]) == 0
    assert growth([(10.0, 60.0), (30.0, 300.0)]) == 0  # it was started again before it was warm


# ---- what the run says
@pytest.mark.parametrize(
    ("first", "runs", "well"),
    [
        (outcome(), 1, True),
        (outcome(unfinished="hangs"), 2, True),
        (outcome(("a figure",)), 1, False),
        (outcome(("a figure",), "hangs"), 1, False),
    ],
)
def test_a_run_that_came_to_no_end_is_made_once_more_and_a_wrong_one_stays_wrong(monkeypatch, first, runs, well):
    made = [outcome(), first]
    monkeypatch.setattr(run, "_in_folder_of_its_own", lambda *given: made.pop())
    last = run._at_most_twice(Path("anywhere"), False, threading.Event(), 7)
    assert (last.well, last.again, 2 - len(made)) == (well, runs == 2, runs)


def test_a_line_names_what_is_wrong_and_where_its_logs_are():
    assert outcome().line() == "seed        7    60 s  all figures right  after 5 harms (kill stats ×5)"
    assert "WRONG: a figure; NOT FINISHED: hangs (logs and data: embedded-7)" in outcome(("a figure",), "hangs").line()


@pytest.mark.parametrize("said", ["BusLostData", "TooManyParked", "event parked"])
def test_a_log_that_raises_an_alarm_is_noticed(tmp_path, said):
    log = tmp_path / "stats-worker.log"
    log.write_text(f'{{"message": "nothing learned"}}\n{{"message": "{said}: upload.events.1"}}\n')
    assert run._alarms(log) == [said]
    log.write_text('{"message": "nothing learned, trying again"}\n')
    assert run._alarms(log) == []
