"""The corrections of the embedded document store. Each case runs in a process of its own, as the store does."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from deploy.local.settings import REPO
from deploy.local.store import PROGRAM

HANDLES = """
import gc, runpy, sys
import wiredtiger
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[3] == "corrected":
    program["correct"]()
connection = wiredtiger.wiredtiger_open(sys.argv[2], "create,in_memory=true")
own = connection.open_session()
own.create("table:things", "key_format=S,value_format=u")
def living():
    gc.collect()
    return sum(isinstance(one, (wiredtiger.Session, wiredtiger.Cursor)) for one in gc.get_objects())
before = living()
for number in range(50):
    kept = own.open_cursor("table:things")
    kept[str(number)] = b"1"
    kept.close()
    other = connection.open_session()
    left = other.open_cursor("table:things")  # closed by the engine, with its session
    assert left[str(number)] == b"1"
    other.close()
    for closed in (kept, left, other):  # a second close is refused, and takes no reference
        try:
            closed.close()
        except Exception:
            pass
    del kept, left, other, closed
print(living() - before)
connection.close()
"""
REPLIES = """
import json, runpy, sys
from secantus import transactions
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[2] == "corrected":
    program["correct"]()
now, kept = [0.0], []
transactions._RETRYABLE_RECORD_MAX = 3
registry = transactions.TransactionRegistry(time_func=lambda: now[0])
for number, at in enumerate((1, 2, 600, 601, 602, 2401, 2402, 9000)):
    now[0] = float(at)
    registry.record_retryable(b"session", number, b"write", {"ok": 1.0, "n": number})
    kept.append([n for n in range(10) if registry.retryable_reply(b"session", n, b"write")])
print(json.dumps(kept))
"""


def test_the_corrections_are_of_the_version_that_is_locked():
    locked = re.search(r"^secantusdb==(\S+)", (REPO / "locks" / "local.lock").read_text(), re.MULTILINE)
    corrected = re.search(r'^CORRECTED = "(.+)"', PROGRAM.read_text(), re.MULTILINE)
    assert locked and corrected and locked[1] == corrected[1]


def run(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, str(PROGRAM), *map(str, arguments)], cwd=REPO, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.process
@pytest.mark.parametrize(("how", "left"), [("corrected", 0), ("as it is", 100)])
def test_a_closed_handle_stays_in_memory_unless_it_is_corrected(tmp_path, how, left):
    """When the second case fails, the binding has been fixed: delete the correction, which would release twice."""
    assert run(HANDLES, tmp_path, how) == left


@pytest.mark.process
def test_the_same_replies_are_kept_for_repeated_writes():
    assert run(REPLIES, "corrected") == run(REPLIES, "as it is") != []
