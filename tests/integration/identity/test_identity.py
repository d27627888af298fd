"""The use cases that need transactions, on the real document store."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.ports import free_port
from services.identity.repositories.mongo import mongo_records
from shared.infrastructure.clock import FixedClock
from shared.language.consent import CONSENT_VERSION
from shared.service.entrance import DOOR, INSIDE, PEOPLE, door_header
from tests.support.servers import DocumentStore
from tests.support.stores import mongo_store
from tests.support.wait import await_until
from tests.unit.identity.world import BORN, CLASS, COUNTY, PUPIL, SCHOOL, SISTER, STEADY, World, code, problem

REPO = Path(__file__).resolve().parents[3]
FRONT_KEY = bytes(range(32))


@pytest.fixture
def world(mongo_db):
    clock = FixedClock()
    store = mongo_store(mongo_db, clock)
    store.ensure_indexes(1)
    return World(store, mongo_records(mongo_db), clock)


def at_once(*acts):
    start, results = threading.Barrier(len(acts)), {}

    def run(n, act):
        start.wait(30)
        results[n] = act()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [results[n] for n in range(len(acts))]


def test_of_two_guardians_at_the_same_moment_one_is_bound_and_one_waits(world):
    for n in range(5):
        pupil = f"3f7.{n:020x}"
        world.roster.enrol(pupil, code(200 + n), CLASS)
        responses = at_once(
            *(
                lambda who=who, n=n: world.register(f"{who}-{n}", registration_code=code(200 + n))
                for who in ("mum", "dad")
            )
        )
        assert sorted(a.json["state"] for a in responses) == ["bound", "waiting"]
        assert [event.type for event in world.store.load(f"binding-{pupil}")] == [
            "binding.consented",
            "binding.bound",
            "binding.consented",
            "binding.requested",
        ]


def test_of_two_families_that_want_the_same_login_one_gets_it_and_the_other_leaves_no_trace(world):
    responses = at_once(
        lambda: world.register("family", registration_code=code(1)),
        lambda: world.register("family", registration_code=code(2)),
    )
    assert sorted(a.status_code for a in responses) == [201, 409]
    bound = [pupil for pupil in (PUPIL, SISTER) if world.store.load(f"binding-{pupil}")]
    assert bound == [next(a.json["pupil"] for a in responses if a.status_code == 201)]


def test_the_same_registration_from_many_threads_is_one_account(world):
    responses = at_once(*[lambda: world.register(key="key-same-1")] * 4)
    assert [a.status_code for a in responses] == [201] * 4 and len({a.json["account"] for a in responses}) == 1
    assert len(world.store.load(f"binding-{PUPIL}")) == 2  # consent and binding


def test_the_same_account_issued_from_many_threads_has_one_code(world):
    by = world.token("county", COUNTY)
    responses = at_once(*[lambda: world.issue("school", SCHOOL, "school.1", by, key="key-same-1")] * 4)
    assert [a.status_code for a in responses] == [201] * 4 and len({a.json["activation_code"] for a in responses}) == 1
    assert world.activate("school.1", responses[0].json["activation_code"]).status_code == 200


def test_two_children_added_at_the_same_moment_are_both_there(world):
    token = world.register().json["access_token"]
    third = "3f7.018f2ab47c9d01e5f6a9"
    world.roster.enrol(third, code(3), CLASS)

    def add(n):
        return world.ask(
            "POST",
            "/v1/me/children",
            {"registration_code": code(n), "birth_date": BORN, "relation": "mother", "consent": CONSENT_VERSION},
            token,
            f"key-child-{n}",
        )

    assert [a.json["state"] for a in at_once(lambda: add(2), lambda: add(3))] == ["bound", "bound"]
    assert set(world.sign_in("mum-2016", STEADY).json["account"]["pupils"]) == {PUPIL, SISTER, third}


def test_a_session_lives_through_the_document_store(world):
    tokens = world.register().json
    again = world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert again.json["account"]["pupils"] == [PUPIL]
    world.clock.advance(seconds=600)
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}), 401, "session-ended"
    )


def test_nothing_personal_lies_open_in_the_database(world, mongo_db):
    world.register(display_name="王小明妈妈")
    world.staff("teacher", CLASS, "ouyang.teacher", ("school", SCHOOL))
    written = repr([document for name in mongo_db.list_collection_names() for document in mongo_db[name].find()])
    assert "argon2id" in written
    assert [
        s for s in ("王小明妈妈", "mum-2016", "ouyang.teacher", "李老师", STEADY, code(1), BORN) if s in written
    ] == []


@pytest.fixture
def processes():
    started = []
    yield started
    for process in started:
        process.terminate()
    for process in started:
        process.wait(30)


@pytest.fixture
def own_store(tmp_path):
    """A document store for this test alone: the service's processes have one fixed database name."""
    store = DocumentStore(tmp_path / "store")
    store.start()
    yield store
    store.stop()


@pytest.mark.engine
def test_a_fresh_start_opens_the_ministrys_account_once_and_serves_it(own_store, tmp_path, processes):
    """Real processes: two workers that start together, and the app."""
    port, file = free_port(), tmp_path / "first-account.txt"
    environment = {
        **os.environ,
        "MONGO_URL": own_store.url,
        "SERVICE_KEY": "00" * 32,
        "SERVICE_KEYS": "identity:" + "05" * 32,
        "REFRESH_KEY": "04" * 32,
        "FRONT_KEY": FRONT_KEY.hex(),
        "FORWARDING_KEY": "0f" * 32,
        "SIGNING_KEY": "01" * 32,
        "PII_KEY": "02" * 32,
        "CODE_KEY": "03" * 32,
        "IDENTITY_URL": f"http://127.0.0.1:{port}",
        "ROSTER_URL": "http://127.0.0.1:9",
        "PORTAL_URL": "http://h",
        "UPLOAD_URL": "http://127.0.0.1:9",
        "STATS_URL": "http://127.0.0.1:9",
        "FIRST_ACCOUNT_FILE": str(file),
        "KAFKA_BOOTSTRAP_SERVERS": "",
        "SECURITY_LOG": str(tmp_path / "security-log"),
    }
    for command in ([sys.executable, "-m", "services.identity.worker", "first-account"],) * 2 + (
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.py",
            "--bind",
            f"127.0.0.1:{port}",
            "services.identity.app:create_app()",
        ],
    ):
        processes.append(subprocess.Popen(command, cwd=REPO, env=environment, stdout=subprocess.DEVNULL))
    assert [worker.wait(60) for worker in processes[:2]] == [0, 0]
    login, password = file.read_text().split()[1::2]
    response = await_until(lambda: sign_in(port, login, password), 60, "identity answers")
    assert response.status_code == 201 and response.json()["account"]["role"] == "ministry"
    ready = httpx.get(f"http://127.0.0.1:{port}/_health/ready", headers={DOOR: door_header(INSIDE, FRONT_KEY)})
    assert ready.json() == {"ready": True}
    assert "identity: 1 entries in 1 chains, 1 of them compared with the security log: no gap, no change." in (
        verified(environment)
    )
    with MongoClient(own_store.url) as client:
        client["rollcall_identity"]["audit_trail"].delete_many({})
        client["rollcall_identity"]["audit_heads"].delete_many({})
    assert "identity, unit 000000: the end is missing: entries 1 to 1 were written and are gone." in (
        verified(environment)
    )


def verified(environment):
    """The words of the operator's command that verifies the audit trail."""
    command = [sys.executable, "-m", "services.identity.operator.verify_audit"]
    return subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True, check=False).stdout


def sign_in(port, login, password):
    """The response; None while nothing listens yet."""
    try:
        return httpx.post(
            f"http://127.0.0.1:{port}/v1/sessions",
            headers={DOOR: door_header(PEOPLE, FRONT_KEY)},
            json={"login": login, "password": password},
            timeout=10,
        )
    except httpx.TransportError:
        return None
