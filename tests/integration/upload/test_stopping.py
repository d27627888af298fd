"""SIGTERM, and the SIGKILL that may follow, for a real worker in the middle of a check: the photo counts once."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from deploy.local.settings import REPO
from services.upload.use_cases.intake import LEASE_MS, Intake
from shared.infrastructure.clock import FixedClock, SystemClock
from shared.infrastructure.objects import Objects
from tests.faults.altered import waiting
from tests.integration.upload.world import ANN, CODE_KEY, GUARDIAN, PHOTO_KEYS, PORTAL, World, good_photo, make_world
from tests.support.servers import DocumentStore, ObjectStore
from tests.support.wait import await_until

pytestmark = pytest.mark.thorough
COMMAND = "python -m services.upload.worker intake"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentStore]:
    """A store of its own: a real process uses its service's database."""
    server = DocumentStore(tmp_path_factory.mktemp("store"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def world(store: DocumentStore, s3: Objects) -> Iterator[World]:
    with MongoClient(store.url, directConnection=True) as client:
        client.drop_database("rollcall_upload")
        yield make_world(client["rollcall_upload"], s3)


@pytest.fixture
def worker(
    world: World, store: DocumentStore, object_store: ObjectStore, s3: Objects, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that has examined Ann's photo, and waits before it stores anything."""
    assert world.send(good_photo(), GUARDIAN, pupil=ANN).status_code == 202
    environment = {
        **os.environ,
        "MONGO_URL": store.url,
        "SERVICE_KEY": "ab" * 32,
        "SERVICE_KEYS": "upload:" + "05" * 32,
        "SENDER_KEY": "cf" * 32,
        "TICKET_KEY": "ce" * 32,
        "FRONT_KEY": "0e" * 32,
        "FORWARDING_KEY": "0f" * 32,
        "IDENTITY_URL": "http://127.0.0.1:9",
        "PORTAL_URL": PORTAL,
        "CODE_KEY": CODE_KEY.hex(),
        "PHOTO_KEYS": f"1:{PHOTO_KEYS[1].hex()}",
        "KAFKA_BOOTSTRAP_SERVERS": "",
        "S3_ENDPOINT": object_store.endpoint,
        "S3_ACCESS_KEY": object_store.access_key,
        "S3_SECRET_KEY": object_store.secret_key,
        "S3_BUCKET": s3.bucket,
        "INTAKE_THREADS": "1",
    }
    held = waiting(COMMAND, "services.upload.use_cases.intake", "Intake._store", tmp_path / "go-on")
    process = subprocess.Popen(
        [sys.executable, *shlex.split(held)[1:]], cwd=REPO, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        begun = tmp_path / "go-on.begun"
        await_until(lambda: begun.exists() or process.poll() is not None, PATIENCE, "the photo is being checked")
        assert begun.exists()
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_is_stopped_within_a_check_finishes_the_photo_and_no_other_takes_it(
    world: World, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    worker.send_signal(signal.SIGTERM)
    other = Intake(replace(world.deps, clock=SystemClock()))
    assert not other.run_once(), "it is being checked"
    assert worker.poll() is None and world.types(ANN) == []
    (tmp_path / "go-on").touch()
    assert worker.wait(PATIENCE) == 0
    assert world.types(ANN) == ["form.archived"] and not other.run_once()


def test_a_photo_whose_worker_was_killed_after_its_time_is_taken_by_another_and_counts_once(
    world: World, worker: subprocess.Popen[bytes]
) -> None:
    worker.send_signal(signal.SIGTERM)
    worker.kill()
    worker.wait()
    later = FixedClock(SystemClock().now() + LEASE_MS + 1)
    other = Intake(replace(world.deps, clock=later))
    assert other.run_once() and world.types(ANN) == ["form.archived"]
    assert not other.run_once()
