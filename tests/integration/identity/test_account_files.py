"""A worker that runs a file of accounts and is killed with SIGKILL, on the real document store.

20,000 lines in a thorough run. tests/unit/identity/test_account_files.py cuts a run off at every place; here a process
dies.
"""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
from collections import Counter
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
LINES = many(400, 20_000)
SECONDS = many(300, 3000)
WORKER = """
import sys, threading
from services.identity.account_table.reader import TableReader, file_sandbox
from services.identity.repositories.mongo import mongo_records
from services.identity.use_cases.staff import account_file_work
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.mongo import connect
from tests.support.stores import mongo_store
from tests.unit.identity.world import World

url, name = sys.argv[1:]
db, clock = connect(url)[name], FixedClock()
world = World(mongo_store(db, clock), mongo_records(db), clock)
account_file_work.run(world.deps, TableReader(file_sandbox()), threading.Event())
"""


def table(lines: int = LINES) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("角色", "路径", "账号名", "姓名"))
    for n in range(lines):
        rows.writerow(("school", f"{COUNTY}{2111000000 + n}/", f"s.{n}", f"赵{n}"))
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


def test_a_worker_that_is_killed_in_the_middle_is_followed_by_one_that_opens_the_rest(mongo_db):
    clock = FixedClock()
    store = mongo_store(mongo_db, clock)
    store.ensure_indexes(1)
    world = World(store, mongo_records(mongo_db), clock)
    world.staff("county", COUNTY, "county.admin", ("province", "/000000/110000/"))
    token = world.sign_in("county.admin", STEADY).json["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "a-file-of-accounts"}
    data = {"file": (io.BytesIO(table()), "accounts.csv")}
    file = f"/v1/account-files/{world.http.post('/v1/account-files', data=data, headers=headers).json['id']}"
    host, port = mongo_db.client.address
    command = [sys.executable, "-c", WORKER, f"mongodb://{host}:{port}/?directConnection=true", mongo_db.name]

    def is_in(state: str, done: int = 0) -> bool:
        now = world.ask("GET", file, token=token).json
        return now["state"] == state and now["done"] >= done

    worker = subprocess.Popen(command, cwd=REPO)
    try:
        await_until(lambda: is_in("checked"), SECONDS)
        assert world.ask("POST", f"{file}/run", token=token).status_code == 200
        await_until(lambda: is_in("running", LINES // 4), SECONDS)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert is_in("running") and not is_in("running", LINES), "it was killed in the middle"
    worker = subprocess.Popen(command, cwd=REPO)
    try:
        await_until(lambda: is_in("finished"), SECONDS)
        # A file has ended first and loses its content after that; of one killed between the two, the sweep takes it.
        await_until(lambda: mongo_db["account_file_parts"].count_documents({}) == 0, SECONDS)
    finally:
        worker.kill()
        worker.wait()
    ended = world.ask("GET", file, token=token).json
    assert (ended["opened"], ended["had_one"], ended["wrong"]) == (LINES, 0, 0)
    homes = Counter(person["home"] for person in mongo_db["people"].find({"role": "school"}, {"home": 1}))
    assert len(homes) == LINES and set(homes.values()) == {1}
    opened = mongo_db["events"].count_documents({"type": "account.opened", "data.role": "school"})
    assert opened == LINES, "no account was opened twice"
