"""A run over a file that is killed with SIGKILL and entered again, on the real document store."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.support.wait import await_until

REPO = Path(__file__).resolve().parents[3]
LINES = 300
RUN = """
import sys
from pathlib import Path
from services.identity.operator.open_accounts import run
from services.identity.repositories.mongo import mongo_records
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.mongo import connect
from shared.language.scope import Scope
from shared.service.auth import Caller
from tests.support.stores import mongo_store
from tests.unit.identity.world import COUNTY, World

url, name, file = sys.argv[1:]
db, clock = connect(url)[name], FixedClock()
store = mongo_store(db, clock)
store.ensure_indexes(1)
world = World(store, mongo_records(db), clock)
caller = Caller("operator", "county", Scope.of([COUNTY]))
raise SystemExit(run(world.deps, caller, Path(file), check=False, errors=None))
"""


def test_a_run_that_is_killed_and_entered_again_opens_each_account_once(mongo_db, tmp_path):
    file = tmp_path / "accounts.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("role", "path", "login", "name"))
        for n in range(LINES):
            path = f"/000000/110000/110101/{2111000000 + n}/"
            rows.writerow(("school", path, f"school.{n}", f"赵{n}"))
    host, port = mongo_db.client.address
    command = [sys.executable, "-c", RUN, f"mongodb://{host}:{port}/?directConnection=true", mongo_db.name, str(file)]
    people = mongo_db["people"]
    first = subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL)
    try:
        await_until(lambda: people.count_documents({}) >= LINES // 6, 120)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    left = people.count_documents({})
    assert 0 < left < LINES, "it was killed in the middle"
    again = subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=300, check=False)
    assert again.returncode == 0, again.stderr
    assert "every line has its account" in again.stdout
    homes = Counter(person["home"] for person in people.find({}, {"home": 1}))
    assert len(homes) == LINES and set(homes.values()) == {1}
    opened = mongo_db["events"].count_documents({"type": "account.opened"})
    assert opened == LINES, "no account was opened twice"
