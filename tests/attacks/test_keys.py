"""A thief of the disk, of another service's keys or of a copy of the bucket sees no photo."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from minio import Minio
from minio.error import S3Error
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local.settings import REPO
from shared.infrastructure.clock import ShiftedClock
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
JPEG = b"\xff\xd8\xff"
DOORS = ("S3", "REPORTS")


def store_of(county: SmallCounty, at: str, keys_of: str) -> Minio:
    """The object store at one address, opened with the keys of another. at, keys_of: S3 or REPORTS."""
    environment, keys = county.copy.local.environment(), county.copy.local.keys()
    access, secret = keys[f"{keys_of}_ACCESS_KEY"], keys[f"{keys_of}_SECRET_KEY"]
    address = environment[f"{at}_ENDPOINT"].removeprefix("http://")
    return Minio(address, access, secret, secure=False, region="us-east-1")


def photos_in(store: Minio, bucket: str) -> dict[str, bytes]:
    names = [str(listed.object_name) for listed in store.list_objects(bucket, recursive=True)]
    return {name: store.get_object(bucket, name).data for name in names if not name.startswith("incoming/")}


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def test_no_file_of_the_object_store_is_a_photo(attacked: SmallCounty) -> None:
    files = [path for path in files_of(attacked.copy.local.data / "objects") if "incoming" not in path.parts]
    assert [path for path in files if path.suffix == ".jpg"], "there are photos to look at"
    assert [path for path in files if JPEG in path.read_bytes()[:4096]] == []


def test_no_original_is_left_when_its_photo_was_checked(attacked: SmallCounty) -> None:
    sent = attacked.send(5, "teacher", attacked.page_of(5))
    folder = attacked.copy.local.data / "objects"
    await_until(
        lambda: not [path for path in files_of(folder) if "incoming" in path.parts and sent in str(path)],
        30,
        "the original is deleted",
    )


def test_the_keys_of_one_object_store_do_not_open_the_other(attacked: SmallCounty) -> None:
    environment = attacked.copy.local.environment()
    for at, keys_of in (DOORS, DOORS[::-1]):
        with pytest.raises(S3Error) as refused:
            list(store_of(attacked, at, keys_of).list_objects(environment[f"{at}_BUCKET"], recursive=True))
        assert refused.value.code in ("InvalidAccessKeyId", "AccessDenied", "SignatureDoesNotMatch")


def test_statistics_cannot_read_the_stores_of_the_others(attacked: SmallCounty) -> None:
    given = attacked.copy.local.environment_of("stats-worker")
    assert not [name for name in given if name.startswith(("S3_ACCESS", "S3_SECRET", "PHOTO_KEYS", "KEY_STORE"))]
    if "MONGO_USER" not in given:
        pytest.skip("the second document store is tried without users")
    client: MongoClient[dict[str, Any]] = MongoClient(
        given["MONGO_URL"], username=given["MONGO_USER"], password=given["MONGO_PASSWORD"]
    )
    for database in ("rollcall_keys", "rollcall_upload", "rollcall_roster", "rollcall_identity"):
        with pytest.raises(OperationFailure, match="not authorized"):
            client[database]["photos"].find_one()


def test_after_a_withdrawal_no_copy_of_the_bucket_shows_the_photo(attacked: SmallCounty) -> None:
    number, bucket = 6, attacked.copy.local.environment()["S3_BUCKET"]
    sent, pupil = attacked.send(number, "teacher", attacked.page_of(number)), attacked.pupils[number]
    store = store_of(attacked, "S3", "S3")
    taken = {name: content for name, content in photos_in(store, bucket).items() if pupil in name}
    assert taken and attacked.fetch("upload", f"/v1/photos/{sent}/image", "teacher").startswith(JPEG)
    attacked.post("upload", f"/v1/forms/{CAMPAIGN}/{pupil}/withdrawal", "teacher")
    assert not [name for name in photos_in(store, bucket) if pupil in name]
    keys = MongoClient[dict[str, Any]](attacked.copy.local.store_url())["rollcall_keys"]["data_keys"]
    assert [bytes(key["wrapped"]) for key in keys.find({"pupil": pupil})] == [b""]
    for name, content in taken.items():
        put(store, bucket, name, content)
    address = f"{attacked.addresses['upload']}/v1/photos/{sent}"
    for kind in ("image", "thumbnail"):
        assert httpx.get(f"{address}/{kind}", headers=attacked.headers("upload", "teacher")).status_code == 410


def put(store: Minio, bucket: str, name: str, content: bytes) -> None:
    store.put_object(bucket, name, io.BytesIO(content), len(content))


def test_an_erased_pupils_photos_are_gone_and_a_rotation_leaves_the_others_readable(attacked: SmallCounty) -> None:
    erased, kept = (attacked.send(number, "teacher", attacked.page_of(number)) for number in (7, 8))
    said = operate(attacked, "destroy_photos", "--pupil", attacked.pupils[7], "--by", "staff-7")
    assert said == "1 forms destroyed; each has a certificate.\n"
    assert "Nothing was destroyed" in operate(attacked, "destroy_photos", "--due")
    assert operate(attacked, "rotate_keys").endswith("all are under version 1 now.\n")
    images = [f"{attacked.addresses['upload']}/v1/photos/{sent}/image" for sent in (erased, kept)]
    who = attacked.headers("upload", "teacher")
    assert [httpx.get(address, headers=who).status_code for address in images] == [410, 200]


def operate(attacked: SmallCounty, command: str, *arguments: str) -> str:
    """What a command of upload's runbook prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.upload.operator.{command}", *arguments],
        cwd=REPO,
        env=attacked.copy.environment_of("upload-worker"),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_service_cannot_speak_for_another(attacked: SmallCounty) -> None:
    local = attacked.copy.local
    keys, environment = local.keys(), local.environment()
    now = ShiftedClock(Path(environment["CLOCK_FILE"])).now() // 1000
    claims = {"aud": "upload", "iat": now, "exp": now + 60}
    stats = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["STATS_SERVICE_KEY"]))
    address = f"{environment['UPLOAD_URL']}/internal/control-totals?through={attacked.day}&categories=form"

    def asked(subject: str, issuer: str) -> int:
        token = jwt.encode({**claims, "sub": subject}, stats, algorithm="EdDSA", headers={"kid": issuer})
        return httpx.get(address, headers={"Authorization": f"Bearer {token}"}).status_code

    assert asked("stats", "stats") == 200
    assert {asked("identity", "identity"), asked("identity", "stats"), asked("stats", "identity")} == {401}


def test_the_folder_of_a_copy_is_closed_to_every_other_user(attacked: SmallCounty) -> None:
    data = attacked.copy.local.data
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    seen = [path for path in data.rglob("*") if not path.is_symlink() and not path.is_socket()]
    assert len(seen) > 20
    assert [path for path in seen if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077] == []
