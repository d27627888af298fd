"""A worker that checks and runs a file of accounts and is killed with SIGKILL, on the real document store.

Some hundred lines; 20,000 in a thorough run. As many as a file may have, with what is counted on the screen:
`ACCOUNT_LINES=200000 .venv/bin/python -m pytest -s tests/integration/identity/test_account_files.py -k killed`.
tests/unit/identity/test_account_files.py cuts a run off at every place; here a process dies.
"""

from __future__ import annotations

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from services.identity.account_table.jobs import MAX_LINES
from services.identity.account_table.reader import TableReader, file_sandbox
from services.identity.repositories.mongo import mongo_records
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from tests.support.stores import mongo_store
from tests.support.thorough import many
from tests.support.wait import await_until
from tests.unit.identity.world import COUNTY, STEADY, World

REPO = Path(__file__).resolve().parents[3]
LINES = int(os.environ.get("ACCOUNT_LINES", many(400, 20_000)))
KILLS = 1 if LINES < 1000 else 3  # while accounts are opened, and one more while a long file is checked
TOGETHER = min(200, LINES // 40)  # lines in a transaction: the worker's own number, but for small files
SECONDS = max(300, LINES // 5)
WHOLE_SECONDS = max(600, LINES // 20)  # of a machine with much other work
FIRST_SCHOOL = 2111000000
WORKER = """
import sys, threading
from services.identity.account_table.reader import TableReader, file_sandbox
from services.identity.repositories.mongo import mongo_records
from services.identity.use_cases.staff import account_file, account_file_work
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.mongo import connect
from tests.support.stores import mongo_store
from tests.unit.identity.world import World

url, name, together = sys.argv[1:]
account_file.PER_TRANSACTION = account_file_work.CHECKED_TOGETHER = int(together)
db, clock = connect(url)[name], FixedClock()
world = World(mongo_store(db, clock), mongo_records(db), clock)
account_file_work.run(world.deps, TableReader(file_sandbox()), threading.Event())
"""


def table(lines: int = LINES) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("角色", "路径", "账号名", "姓名"))
    for n in range(lines):
        rows.writerow(("school", f"{COUNTY}{FIRST_SCHOOL + n}/", f"s.{n}", f"赵{n}"))
    return out.getvalue().encode("utf-8-sig")


def test_a_file_of_as_many_lines_as_there_may_be_is_read_within_the_limits_of_the_sandbox():
    sandbox = file_sandbox()
    try:
        assert TableReader(sandbox).read(table(MAX_LINES)).lines == MAX_LINES
        with pytest.raises(Refused) as refused:
            TableReader(sandbox).read(table(MAX_LINES + 1))
        assert refused.value.code == "file-too-many-lines"
    finally:
        sandbox.close()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def streams(mongo_db, type, beginning, further=None):
    """The stream of each such event whose stream begins so: asked piece by piece, for the store reads a range whole."""
    within = {"stream": {"$gte": beginning, "$lt": f"{beginning}~"}, "type": type, **(further or {})}
    return (each["stream"] for each in mongo_db["events"].find(within, {"stream": 1}))


class Sent:
    """A file of accounts that an admin has sent, and the processes that work on it, one after another."""

    def __init__(self, mongo_db):
        clock = FixedClock()
        store = mongo_store(mongo_db, clock)
        store.ensure_indexes(1)
        self.world = World(store, mongo_records(mongo_db), clock)
        self.world.staff("county", COUNTY, "county.admin", ("province", "/000000/110000/"))
        self.token = self.world.sign_in("county.admin", STEADY).json["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": "a-file-of-accounts"}
        data = {"file": (io.BytesIO(table()), "accounts.csv")}
        sent = self.world.http.post("/v1/account-files", data=data, headers=headers)
        self.address = f"/v1/account-files/{sent.json['id']}"
        host, port = mongo_db.client.address
        url = f"mongodb://{host}:{port}/?directConnection=true"
        self._command = [sys.executable, "-c", WORKER, url, mongo_db.name, str(TOGETHER)]

    def now(self):
        return self.world.ask("GET", self.address, token=self.token).json

    def is_in(self, state: str, done: int = 0) -> bool:
        now = self.now()
        return now["state"] == state and now["done"] >= done

    def work_until(self, is_so: Callable[[], bool]) -> None:
        """A worker that is killed at this moment."""
        worker = subprocess.Popen(self._command, cwd=REPO)
        try:
            await_until(is_so, SECONDS)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()


@pytest.mark.timeout(WHOLE_SECONDS)
def test_wherever_a_worker_is_killed_the_next_one_opens_the_rest_and_nothing_twice(mongo_db):
    file, rng, began = Sent(mongo_db), random.Random(LINES), time.monotonic()
    if KILLS > 1:
        file.work_until(lambda: file.is_in("received", LINES // 3))
        assert file.now()["state"] == "received", "it was killed in the middle of the check"
    file.work_until(lambda: file.is_in("checked"))
    checked = time.monotonic()
    assert file.world.ask("POST", f"{file.address}/run", token=file.token).status_code == 200
    for moment in sorted(rng.sample(range(LINES // 10, LINES * 8 // 10), KILLS)):
        file.work_until(lambda: file.is_in("running", moment))  # noqa: B023
        killed_at = file.now()["done"]
        assert moment <= killed_at < LINES, "it was killed in the middle of the run"
        say(f"killed at line {killed_at}")
    # A file is said to have ended first and loses its content after that: killed between the two, the sweep takes it.
    file.work_until(lambda: file.is_in("finished") and not mongo_db["account_file_parts"].count_documents({}))
    ended = file.now()
    say(f"{LINES} lines: check {checked - began:.0f} s, run {time.monotonic() - checked:.0f} s, {ended}")
    assert (ended["opened"], ended["had_one"], ended["wrong"]) == (LINES, 0, 0)
    accounts, numbered, homes = Counter[str](), Counter[str](), Counter[str]()
    for n in range(256):
        accounts.update(streams(mongo_db, "account.opened", f"account-{n:02x}", {"data.role": "school"}))
    schools = [str(FIRST_SCHOOL + n)[:7] for n in range(0, LINES, 1000)]
    for start in schools:
        numbered.update(streams(mongo_db, "staff.account-added", f"staff-{start}"))
        within = {"$gte": f"{COUNTY}{start}", "$lt": f"{COUNTY}{start}~"}
        homes.update(each["home"] for each in mongo_db["people"].find({"home": within}, {"home": 1}))
    counted = {"accounts": accounts, "numbered": numbered, "people": homes}
    once = {name: (len(each), sum(each.values())) for name, each in counted.items()}
    say(f"different ones, and all: {once}")
    assert set(once.values()) == {(LINES, LINES)}, "no double, none lost"
