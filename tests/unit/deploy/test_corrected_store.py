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
CATALOG = """
import json, runpy, sys, threading
from secantus.storage import Storage
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[3] == "corrected":
    program["correct"]()
store, reads = Storage(sys.argv[2]), []
cursor = Storage._cursor
Storage._cursor = lambda self, table, **named: (reads.append(table), cursor(self, table, **named))[1]
def found(**filter):
    return sorted(document["_id"] for document in store.find_matching("d", "c", filter))
def insert(*numbers, **fields):
    reads.clear()
    store.insert("d", "c", [{"_id": number, **fields} for number in numbers])
    inserted.append(sum("secantus_indexes" in table for table in reads) / len(numbers))
    seen.append([found(slot=1), found(tags="x"), found(late=True)])
def update(number, **fields):
    reads.clear()
    store.update_matching("d", "c", {"_id": number}, {"$set": fields}, upsert=True)
    counted.append(sum("secantus_indexes" in table for table in reads))
    seen.append([found(slot=1), found(tags="x"), found(late=True)])
seen, counted, inserted = [], [], []
store.insert("d", "c", [{"_id": n, "slot": n % 3} for n in range(6)])
store.create_index("d", "c", "slot", {"slot": 1}, {})
store.create_index("d", "c", "tags", {"tags": 1}, {})
for fields in ({"slot": 2}, {"slot": 1}, {"tags": ["x", "y"]}, {"tags": ["x"]}):
    update(len(seen) + 1, **fields)
update(9, slot=1)  # a new one
insert(20, 21, 22, 23, 24, 25, 26, 27, slot=1)
store.create_index("d", "c", "late", {"late": 1}, {})
update(4, late=True)
update(5, late=True, slot=1)
insert(30, 31, 32, 33, 34, 35, 36, 37, late=[True], slot=[1, 2])
store.drop_index("d", "c", "slot")
update(0, slot=1)
store.update_matching("d", "c", {"slot": 1}, {"$set": {"tags": ["x"]}}, multi=True)
seen.append([found(slot=1), found(tags="x"), found(late=True)])
indexes = sorted(json.dumps(each, sort_keys=True, default=str) for each in store.list_indexes("d", "c"))
print(json.dumps({"seen": seen, "indexes": indexes, "reads": counted, "inserts": inserted}))
store.close()
"""

ROLES = """
import json, runpy, sys
from secantus.storage import Storage
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[3] == "corrected":
    program["correct"]()
store, seen = Storage(sys.argv[2]), []
opened = []
class Counting:
    def __init__(self, connection): self.connection = connection
    def __getattr__(self, name): return getattr(self.connection, name)
    def open_session(self, *options): return (opened.append(1), self.connection.open_session(*options))[1]
def look():
    for name in ("bus", "other"):
        for _ in range(3):
            role = store.get_role("admin", name)
            seen.append(json.dumps(role))
            if role:
                role["privileges"].append("of a caller")  # a copy of its own
look()
store.add_role("admin", "bus", {"privileges": ["find"]})
look()
store.add_role("admin", "bus", {"privileges": ["insert"]})  # refused: it is there
look()
store.add_role("admin", "bus", {"privileges": ["find", "insert"]}, replace=True)
look()
store._conn = Counting(store._conn)
look()
store._conn = store._conn.connection
store.drop_role("admin", "bus")
look()
print(json.dumps({"seen": seen, "sessions": len(opened)}))
store.close()
"""

PRUNES = """
import json, runpy, sys, threading
from secantus import storage
from secantus.storage import Storage
oldest, committed, failures = Storage._iter_oplog_oldest, [], []
def visible(store):
    found = []
    other = threading.Thread(target=lambda: found.extend(store.find_matching("d", "c", {})))
    other.start(), other.join()
    return len(found)
def looked(self, session):
    committed.append(visible(self))
    if failures:
        raise failures.pop()
    return oldest(self, session)
Storage._iter_oplog_oldest = looked
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[3] == "corrected":
    program["correct"]()
storage._OPLOG_PRUNE_INTERVAL = 5
store = Storage(sys.argv[2], oplog_max_entries=8)
store.insert("d", "c", [{"_id": number} for number in range(5)])
failures += [OSError("the walk fails")] if sys.argv[3] == "corrected" else []
store.insert("d", "c", [{"_id": number} for number in range(5, 10)])
handle = store.begin_user_transaction()
with store.use_user_transaction(handle):
    store.insert("d", "c", [{"_id": number} for number in range(10, 15)])
store.commit_user_transaction(handle)
print(json.dumps({"committed": committed, "left": store._count_oplog_rows(), "all": visible(store)}))
store.close()
"""

OPEN = """
import random, runpy, sys
from secantus.storage import Storage
program = runpy.run_path(sys.argv[1], run_name="corrections")
if sys.argv[3] == "corrected":
    program["correct"]()
rng, store = random.Random(7), Storage(sys.argv[2], cache_size="8M", checkpoint_seconds=0)
store.create_index("d", "c", "terms", {"terms": 1}, {})
def accounts(some):
    return [{"terms": [rng.randbytes(16).hex() for _ in range(14)]} for _ in range(some)]
for _ in range(40):
    store.insert("d", "c", accounts(50))
killed = store.begin_user_transaction()  # nobody will ever commit it
with store.use_user_transaction(killed):
    store.insert("d", "c", accounts(150))
for _ in range(20):
    assert len(store.find_matching("d", "c", {}, limit=10)) == 10
    store.insert("d", "c", accounts(1))
print(len(store.find_matching("d", "c", {})))
store.abort_user_transaction(killed)
store.close()
"""


def test_the_corrections_are_of_the_version_that_is_locked():
    locked = re.search(r"^secantusdb==(\S+)", (REPO / "locks" / "local.lock").read_text(), re.MULTILINE)
    corrected = re.search(r'^CORRECTED = "(.+)"', PROGRAM.read_text(), re.MULTILINE)
    assert locked and corrected and locked[1] == corrected[1]


def run(code, *arguments, seconds=240):
    done = subprocess.run(
        [sys.executable, "-c", code, str(PROGRAM), *map(str, arguments)],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=seconds,
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


@pytest.mark.process
def test_a_write_reads_the_indexes_once_and_finds_and_keeps_the_same(tmp_path):
    """New documents, fields that become lists, and indexes that come and go between two writes."""
    corrected, as_it_is = (run(CATALOG, tmp_path / how, how) for how in ("corrected", "as it is"))
    assert {name: corrected[name] for name in ("seen", "indexes")} == {
        name: as_it_is[name] for name in ("seen", "indexes")
    }
    assert max(corrected["reads"]) <= 4 < min(as_it_is["reads"])
    assert max(corrected["inserts"]) < 2 < min(as_it_is["inserts"]), "for each document"


@pytest.mark.process
def test_a_role_is_read_once_until_one_changes(tmp_path):
    corrected, as_it_is = (run(ROLES, tmp_path / how, how) for how in ("corrected", "as it is"))
    assert corrected["seen"] == as_it_is["seen"]
    assert (corrected["sessions"], as_it_is["sessions"]) == (0, 6)


@pytest.mark.process
def test_the_oplog_is_pruned_after_the_commit_and_not_within_it(tmp_path):
    """committed: documents that others see when a prune begins. The first of the corrected prunes fails."""
    corrected, as_it_is = (run(PRUNES, tmp_path / how, how) for how in ("corrected", "as it is"))
    assert corrected == {"committed": [5, 10, 15], "left": 8, "all": 15}
    assert as_it_is == {"committed": [0, 5, 10], "left": 8, "all": 15}


@pytest.mark.process
def test_beside_the_open_transaction_of_a_killed_process_others_read_and_write(tmp_path):
    """Its changes are more than the engine's own share of the cache, within which it lets all others wait."""
    try:
        found = run(OPEN, tmp_path, "corrected", seconds=60)
    except subprocess.TimeoutExpired:
        found = "stands still"
    assert found == 40 * 50 + 20
