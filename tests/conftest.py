"""Fixtures for all tests: real engines once per test process, a database and a bucket for every test."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pymongo import MongoClient
from pymongo.database import Database

from shared.infrastructure import security_log
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.mongo import connect
from shared.infrastructure.objects import Objects
from tests.support import compiled_rules, gathered, suites, thorough
from tests.support.servers import SHARED, DocumentStore, ObjectStore
from tests.support.stable_api import Violations, monitor

thorough.load_profile()
compiled_rules.install()
yaml.SafeLoader = yaml.CSafeLoader  # type: ignore[misc]  # of libyaml, ten times as fast: dozens of manifests are read


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    suites.arrange(items)
    items[:], of_other_days = suites.shared_out(items, os.environ)
    config.hook.pytest_deselected(items=of_other_days)
    yield  # others leave out what was not asked for
    if not config.option.collectonly:
        items[:] = gathered.gather(items, asked_for=config.args)


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave a million objects that stay out of every later look for garbage: that took a fifth of the time.

    No look at this moment either: it takes a second and finds next to nothing.
    """
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return suites.scheduler(config, log) if config.option.dist == "loadscope" else None


@pytest.fixture(scope="session", autouse=True)
def violations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Violations]:
    """Violations by all clients of this process, and of the product's processes that it starts."""
    violations = Violations(tmp_path_factory.mktemp("stable-api") / "violations")
    monitor(violations, "a test")
    os.environ |= violations.environment()
    yield violations
    assert violations.take() == []  # of copies that were stopped after the last test


@pytest.fixture(autouse=True)
def stable_api(violations: Violations) -> Iterator[Violations]:
    """Fail the test if a client sends a command outside the Stable API."""
    yield violations
    assert violations.take() == []


@pytest.fixture(autouse=True)
def security_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that a network may have in a minute are those of one test: all tests come from the same one."""
    monkeypatch.setattr(security_log, "_log", security_log.SecurityLog(SystemClock()))


@pytest.fixture(scope="session")
def document_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentStore]:
    """The document store that tests share; a test that kills one starts a `DocumentStore` of its own.

    A run that another run has started, such as the trial of a mutant, takes that one's.
    """
    server = DocumentStore(tmp_path_factory.mktemp("document-store"))
    if shared := os.environ.get(SHARED):
        server.port = int(shared)
        yield server
        return
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mongo_url(document_store: DocumentStore) -> str:
    return document_store.url


@pytest.fixture(scope="session")
def mongo_client(mongo_url: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with connect(mongo_url) as client:
        yield client


@pytest.fixture
def mongo_db(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """An empty database under a name that no other test has."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    yield mongo_client[name]
    mongo_client.drop_database(name)


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    server = ObjectStore(tmp_path_factory.mktemp("object-store"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3(object_store: ObjectStore) -> Objects:
    """An empty bucket of its own."""
    objects = Objects(
        object_store.endpoint, object_store.access_key, object_store.secret_key, f"test-{uuid.uuid4().hex[:16]}"
    )
    objects.create()
    return objects
