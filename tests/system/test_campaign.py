"""The campaign of one county over the public interfaces: all figures right, no personal value outside its place."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from minio import Minio
from pymongo import MongoClient

from deploy.local.running import announce
from deploy.local.stack import Stack
from deploy.watch.prometheus import MISSING, Prometheus
from drill.personal_values import searchable
from shared.language.services import BACKENDS, SERVICES
from tests.support.processes import group_of, resident_mb
from tests.support.thorough import many
from tests.system.watching import Watching

pytestmark = [pytest.mark.system, pytest.mark.smoke, pytest.mark.larger, pytest.mark.timeout(900)]
PUPILS = many(60, 150)
IDLE_LIMIT_MB = 2000  # pages that processes share are counted for each; six of them are children that decode
# Values of two characters are skipped: they also occur in ordinary words.
LONG_ENOUGH = 3


@pytest.fixture(scope="module")
def watching(copy: Stack) -> Iterator[Watching | None]:
    """Prometheus, which asks the copy from before the drill; None where there is none."""
    prometheus = Prometheus(copy.local, interval="2s")
    said = prometheus.start()
    yield None if said == MISSING else Watching(prometheus)
    prometheus.stop()


@pytest.fixture(scope="module")
def secrets_file(copy: Stack, watching: Watching | None) -> Path:
    """A drill has run against the copy; its personal values."""
    announce(copy.local)  # the drill's operator finds it there
    environment = copy.local.environment()
    path = copy.local.data / "secrets.json"
    command = [
        sys.executable,
        "-m",
        "drill",
        "--seed",
        "11",
        "--pupils",
        str(PUPILS),
        "--plain",
        "--secrets",
        str(path),
        "--out",
        str(copy.local.data / "out"),
    ]
    for name in SERVICES:
        command += [f"--{name}-url", copy.local.addresses()[name]]
    command += ["--first-account", environment["FIRST_ACCOUNT_FILE"], "--clock-file", environment["CLOCK_FILE"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "all figures equal the ledger" in done.stdout
    return path


def texts_to_search(copy: Stack) -> Iterator[tuple[str, str]]:
    """(name, text): all documents of all stores, logs, metrics, names of objects."""
    environment, keys = copy.local.environment(), copy.local.keys()
    client: MongoClient = MongoClient(copy.local.store_url())
    for database in client.list_database_names():
        if database.startswith("rollcall_"):
            for collection in client[database].list_collection_names():
                yield (
                    f"{database}.{collection}",
                    "\n".join(text_of(document) for document in client[database][collection].find()),
                )
    for log in sorted((copy.local.data / "logs").iterdir()):
        yield log.name, log.read_text(errors="replace")
    for name in SERVICES:
        yield f"metrics of {name}", httpx.get(f"{copy.local.inside()[name]}/metrics").text
    for worker in BACKENDS:
        yield (
            f"metrics of {worker}-worker",
            httpx.get(f"http://127.0.0.1:{copy.local.metrics_port(worker + '-worker')}/metrics").text,
        )
    for store in ("S3", "REPORTS"):
        objects = Minio(
            environment[f"{store}_ENDPOINT"].removeprefix("http://"),
            keys[f"{store}_ACCESS_KEY"],
            keys[f"{store}_SECRET_KEY"],
            secure=False,
            region="us-east-1",
        )
        listed = objects.list_objects(environment[f"{store}_BUCKET"], recursive=True)
        yield f"names of objects ({store})", "\n".join(found.object_name or "" for found in listed)


def text_of(document: object) -> str:
    """A document as text; bytes are decoded, so that nothing hides in a sealed field."""
    if isinstance(document, dict):
        return " ".join(f"{key} {text_of(value)}" for key, value in document.items())
    if isinstance(document, list):
        return " ".join(map(text_of, document))
    return document.decode(errors="replace") if isinstance(document, bytes) else str(document)


def test_a_campaign_ends_with_every_figure_equal_to_the_ledger(secrets_file):
    assert secrets_file.exists()


def test_no_store_log_metric_or_object_name_holds_a_personal_value(copy, secrets_file):
    regions = (Path(__file__).parents[2] / "services/roster/data/regions.csv").read_text()
    secrets = {
        secret
        for secret in searchable(set(json.loads(secrets_file.read_text())), regions)
        if len(secret) >= LONG_ENOUGH
    }
    assert len(secrets) > PUPILS
    found = {(name, secret) for name, text in texts_to_search(copy) for secret in secrets if secret in text}
    assert found == set()


def test_the_search_finds_a_value_that_is_there(copy, secrets_file):
    texts = dict(texts_to_search(copy))
    assert len(texts["rollcall_roster.events"]) > 10_000
    assert texts["names of objects (S3)"].count("\n") > PUPILS // 2
    assert any("roles started" in text for name, text in texts.items() if name.endswith(".log"))
    one = json.loads(secrets_file.read_text())[0]
    assert one in text_of({"a": [{"b": f"x{one}y".encode()}]})


def test_the_control_totals_agree_and_nothing_is_parked(copy, secrets_file):
    environment = {**copy.local.environment_of("stats-worker")}
    done = subprocess.run(
        [sys.executable, "-m", "services.stats.operator.audit"],
        env={**environment, "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_panel_of_the_dashboards_has_shown_something(copy, secrets_file, watching):
    if watching is None:
        pytest.skip(MISSING)
    assert watching.empty_panels([stream.removeprefix("campaign-") for stream in campaigns(copy)]) == []
    assert watching.numbers("rollcall_nothing_of_this_name") == []
    assert watching.unhealthy_rules() == []


def test_the_copy_is_small_and_finds_its_data_again(copy, secrets_file):
    rss = sum(resident_mb(pid) for process in copy.processes.values() for pid in group_of(process.pid))
    if not copy.local.kafka:
        assert rss < IDLE_LIMIT_MB
    before = campaigns(copy)
    copy.stop_all()
    assert {
        name: process.returncode for name, process in copy.processes.items() if process.returncode not in (0, -15, 143)
    } == {}
    copy.start_all()
    assert campaigns(copy) == before != []


def campaigns(copy: Stack) -> list[str]:
    client: MongoClient = MongoClient(copy.local.store_url())
    return sorted(found["stream"] for found in client["rollcall_roster"]["events"].find({"category": "campaign"}))
