"""A backup of the real engines: none while the store runs; a restored store and its objects open with their keys."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime

import pytest
from minio import Minio
from pymongo import MongoClient

from deploy.backup.make import back_up
from deploy.backup.manifest import BackupRefused
from deploy.backup.restore import restore
from deploy.local.settings import Local
from deploy.local.stack import Stack
from tests.support.ports import free_range

ENGINES = ("store", "objects")
NOW = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)


def running(local):
    stack = Stack(local)
    for engine in ENGINES:
        stack.start(engine)
    for engine in ENGINES:
        stack.await_healthy(engine)
    return stack


def documents(local):
    return MongoClient(local.store_url(), w="majority")["rollcall_upload"]["events"]


def objects(local):
    keys, port = local.keys(), local.ports()["OBJECTS_PORT"]
    return Minio(f"127.0.0.1:{port}", keys["S3_ACCESS_KEY"], keys["S3_SECRET_KEY"], secure=False, region="us-east-1")


@pytest.mark.engine
def test_a_backup_waits_for_the_stores_to_stop_and_restored_ones_hold_what_they_held(tmp_path):
    old, new = Local(tmp_path / "a", free_range()), Local(tmp_path / "b", free_range())  # sockets: short
    stack = running(old)
    try:
        documents(old).insert_one({"_id": "event", "stream": "form-1"})
        objects(old).make_bucket("rollcall")
        objects(old).put_object("rollcall", "archive/form-1/one.jpg", io.BytesIO(b"sealed"), 6)
        with pytest.raises(BackupRefused, match="document store"):
            back_up(old.data, tmp_path / "to", tmp_path / "to", NOW)
    finally:
        stack.stop_all()
    folder, keys = back_up(old.data, tmp_path / "to", tmp_path / "to", NOW)
    shutil.rmtree(old.data)
    restore(folder, new.data, keys, other_release=True)
    stack = running(new)
    try:
        assert documents(new).find_one()["stream"] == "form-1"
        assert objects(new).get_object("rollcall", "archive/form-1/one.jpg").data == b"sealed"
    finally:
        stack.stop_all()
