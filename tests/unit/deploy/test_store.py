"""The embedded document store with a user for each process."""

from __future__ import annotations

import stat

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local import procfile
from deploy.local.settings import Local
from deploy.local.stack import Stack
from deploy.local.store import CACHE, KEY_STORE, OPERATOR, TOPICS, USERS, USUAL_CACHE, password_key, program
from shared.language.services import BACKENDS
from tests.support.ports import free_range

FORBIDDEN = (13, 18)  # Unauthorized, AuthenticationFailed


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    stack = Stack(Local(tmp_path_factory.mktemp("store"), free_range()))
    stack.start("store")
    stack.await_healthy("store")
    yield stack.local
    stack.stop_all()


def client(local, user="", password=""):
    known = {"username": user, "password": password or local.keys()[password_key(user)]} if user else {}
    return MongoClient(f"mongodb://127.0.0.1:{local.ports()['STORE_PORT']}", **known, w="majority")


def is_refused(act):
    try:
        act()
    except OperationFailure as error:
        return error.code in FORBIDDEN
    return False


@pytest.mark.engine
def test_nobody_reads_or_writes_without_a_password(local):
    for stranger in (client(local), client(local, "identity", "guessed"), client(local, OPERATOR, "operator")):
        assert is_refused(lambda one=stranger: one["rollcall_identity"]["people"].find_one())
        assert is_refused(lambda one=stranger: one["rollcall_identity"]["people"].insert_one({}))


@pytest.mark.engine
@pytest.mark.parametrize("user", [*BACKENDS, KEY_STORE])
def test_each_user_reads_and_writes_its_own_database_and_no_other(local, user):
    own = "rollcall_keys" if user == KEY_STORE else f"rollcall_{user}"
    one = client(local, user)
    one[own]["things"].insert_one({})
    assert one[own]["things"].find_one()
    for other in {*(f"rollcall_{name}" for name in BACKENDS), "rollcall_keys"} - {own}:
        assert is_refused(lambda other=other: one[other]["things"].find_one()), other
        assert is_refused(lambda other=other: one[other]["things"].insert_one({})), other


@pytest.mark.engine
def test_publishers_append_to_the_bus_and_statistics_only_reads_it(local):
    client(local, TOPICS)["rollcall_bus"]["upload.events"].insert_one({})
    upload, stats = (client(local, name)["rollcall_bus"]["upload.events"] for name in ("upload", "stats"))
    upload.insert_one({})
    assert stats.count_documents({}) == 2
    assert is_refused(lambda: stats.insert_one({}))
    assert is_refused(lambda: upload.delete_many({})) and is_refused(lambda: upload.update_many({}, {"$set": {"a": 1}}))


@pytest.mark.engine
def test_what_a_process_writes_is_its_users_alone(local):
    files = [path for path in (local.data, *local.data.rglob("*")) if path.exists()]
    assert len(files) > 10
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_every_process_is_a_user_of_its_own_and_knows_no_other_password(tmp_path):
    local = Local(tmp_path)
    keys = local.keys()
    for name in procfile.commands():
        given = set(local.keys_for(name).values())
        user = name.removesuffix("-worker")
        own = {user, KEY_STORE} if user == "upload" else {user}
        if name != "store":
            assert not [other for other in USERS if other not in own and keys[password_key(other)] in given], name


def test_the_second_store_is_tried_without_users(tmp_path):
    local = Local(tmp_path, second=("store",))
    assert "MONGO_USER" not in local.keys_for("upload") and "@" not in local.store_url()


@pytest.mark.parametrize(("given", "size"), [({}, USUAL_CACHE), ({CACHE: "64M"}, "64M")])
def test_its_cache_has_the_usual_size_or_the_one_that_was_asked_for(tmp_path, monkeypatch, given, size):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    words = program(tmp_path, 8017)
    assert words[words.index("--cache-size") + 1] == size
