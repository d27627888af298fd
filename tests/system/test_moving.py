"""docs/how-to/mongodb-replica-set.md: documents and objects move to other engines, and all work goes on there."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from minio import Minio
from pymongo import IndexModel, MongoClient
from pymongo.collection import Collection

from deploy.local.settings import Local
from deploy.local.stack import ENGINES, Stack
from deploy.local.status import is_settled, numbers
from shared.messaging.bus_factory import DATABASE as BUS
from tests.support.ports import free_range
from tests.support.servers import SECOND
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
NEXT_GENERATION = {"BUS_GENERATION": "2"}
STORES, MOVED = ("S3", "REPORTS"), ("store", "objects", "reports")
KEPT_FILES = ("keys.env", "clock", "first-account.txt")
SETTLED_WITHIN = 120.0  # seconds


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Stack]:
    yield from running(Stack(Local(tmp_path / "old", free_range())))


@pytest.fixture
def new(old: Stack, tmp_path: Path) -> Iterator[Stack]:
    """A copy that is not started yet: new folders, second engines where the tests run on them, the same addresses."""
    (tmp_path / "new").mkdir()
    stack = Stack(Local(tmp_path / "new", old.local.port, second=SECOND), overrides=NEXT_GENERATION)
    yield stack
    stack.stop_all()


def running(stack: Stack) -> Iterator[Stack]:
    stack.start_all()
    yield stack
    stack.stop_all()


def bring_over(old: Stack, new: Stack) -> None:
    """Copy all data; the old and the new engines share their ports, so they run one after the other."""
    old.stop([name for name in old.names if name not in ENGINES])
    documents, objects = taken_documents(old), {of: taken_objects(old, of) for of in STORES}
    old.stop_all()
    for name in KEPT_FILES:
        shutil.copy(old.local.data / name, new.local.data / name)
    for engine in MOVED:
        new.start(engine)
        new.await_healthy(engine)
    client: MongoClient[dict[str, Any]] = MongoClient(new.local.store_url())
    for (database, collection), (indexes, found) in documents.items():
        client[database][collection].create_indexes(
            indexes
        )  # an index over what is there already takes the embedded store long
        client[database][collection].insert_many(found)
    client.close()
    for of, taken in objects.items():
        bucket, store = new.local.environment()[f"{of}_BUCKET"], objects_of(new, of)
        store.make_bucket(bucket)
        for name, content in taken.items():
            store.put_object(bucket, name, *content)
    new.stop(MOVED)


def taken_documents(stack: Stack) -> dict[tuple[str, str], tuple[list[IndexModel], list[dict[str, Any]]]]:
    """Indexes and documents of every database but the bus: the relays publish everything again."""
    client: MongoClient[dict[str, Any]] = MongoClient(stack.local.store_url())
    names = [name for name in client.list_database_names() if name.startswith("rollcall_") and name != BUS]
    found = {
        (name, collection): (list(indexes_of(client[name][collection])), list(client[name][collection].find()))
        for name in names
        for collection in client[name].list_collection_names()
    }
    client.close()
    return {name: (indexes, documents) for name, (indexes, documents) in found.items() if documents}


def indexes_of(collection: Collection[dict[str, Any]]) -> Iterator[IndexModel]:
    for name, index in collection.index_information().items():
        options = {option: index[option] for option in ("unique", "partialFilterExpression") if option in index}
        yield IndexModel(index["key"], name=name, **options)


def taken_objects(stack: Stack, of: str) -> dict[str, Any]:
    store, bucket = objects_of(stack, of), stack.local.environment()[f"{of}_BUCKET"]
    taken = {}
    for listed in store.list_objects(bucket, recursive=True):
        with store.get_object(bucket, str(listed.object_name)) as answer:
            taken[str(listed.object_name)] = (io.BytesIO(answer.data), len(answer.data), answer.headers["Content-Type"])
    return taken


def objects_of(stack: Stack, of: str) -> Minio:
    keys = stack.local.keys()
    return Minio(
        stack.local.environment()[f"{of}_ENDPOINT"].removeprefix("http://"),
        keys[f"{of}_ACCESS_KEY"],
        keys[f"{of}_SECRET_KEY"],
        secure=False,
        region="us-east-1",
    )


def audit(stack: Stack) -> tuple[int, str]:
    environment = {**stack.local.environment_of("stats-worker"), **NEXT_GENERATION, "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "services.stats.operator.audit"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_after_the_move_the_audit_passes_reports_are_the_same_and_new_photos_count(old: Stack, new: Stack) -> None:
    county = SmallCounty(old).settle()
    asked = {"campaign": CAMPAIGN, "unit": COUNTY, "day": county.day}
    report = county.post("stats", "/v1/reports", "county", asked)
    bring_over(old, new)
    new.start_all()
    await_until(lambda: is_settled(numbers(new)), SETTLED_WITHIN, "everything to be published and projected again")
    assert audit(new)[0] == 0, audit(new)[1]
    assert county.post("stats", "/v1/reports", "county", asked)["sha256"] == report["sha256"]
    photo = county.send(4, "teacher", county.page_of(4))
    assert county.ask("GET", "upload", f"/v1/photos/{photo}", "teacher")["state"] == "archived"
    await_until(lambda: is_settled(numbers(new)), SETTLED_WITHIN, "the new photo to be projected")
    assert audit(new)[0] == 0, audit(new)[1]
