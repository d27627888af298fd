"""Objects, on a real object store."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_port
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import PIECE, Objects, Stat
from tests.support.servers import ObjectStore

JPEG = {"Content-Type": "image/jpeg"}
NAME = "archive/form-2026a-3f7.018f2ab47c9d01e5f6a7/9f86d081.jpg"


def refusal(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_an_object_is_read_as_it_was_written(s3: Objects) -> None:
    content = bytes(range(256)) * 2000
    s3.put(NAME, content, "image/jpeg")
    assert s3.get(NAME, len(content)) == content
    assert s3.stat(NAME) == Stat(len(content), "image/jpeg")


def test_a_stream_is_written_in_pieces(s3: Objects) -> None:
    content = b"0123456789" * 300_000
    s3.put_stream(NAME, io.BytesIO(content), len(content), "image/png")
    assert s3.get(NAME, len(content)) == content


def test_a_stream_that_ends_early_leaves_no_object(s3: Objects) -> None:
    with pytest.raises(OSError, match="stream"):
        s3.put_stream(NAME, io.BytesIO(b"half"), 8, "image/png")
    assert s3.stat(NAME) is None


def test_an_empty_object_is_an_object(s3: Objects) -> None:
    s3.put(NAME, b"", "image/jpeg")
    assert s3.get(NAME, 10) == b""


def test_an_object_larger_than_asked_for_is_refused_and_not_cut(s3: Objects) -> None:
    s3.put(NAME, b"x" * (PIECE + 1), "image/jpeg")
    with pytest.raises(Refused) as refused:
        s3.get(NAME, PIECE)
    assert refusal(refused) == "too-large"


def test_a_missing_object_is_refused_before_the_first_piece(s3: Objects) -> None:
    with pytest.raises(Refused) as refused:
        s3.pieces("nowhere")
    assert refusal(refused) == "not-found"
    assert s3.stat("nowhere") is None


def test_put_once_writes_once(s3: Objects) -> None:
    assert s3.put_once(NAME, b"first", "image/jpeg")
    assert not s3.put_once(NAME, b"first", "image/jpeg")


def test_names_are_listed_in_order_in_pages(s3: Objects) -> None:
    for name in ("names/c", "names/a", "names/deeper/b", "nameless"):
        s3.put(name, b"x", "image/jpeg")
    first = s3.names("names/", "", 2)
    assert first == ["names/a", "names/c"]
    assert (s3.names("names/", first[-1], 2), s3.names("names/", "names/deeper/b", 2)) == (["names/deeper/b"], [])


def test_removing_a_missing_object_is_not_an_error(s3: Objects) -> None:
    s3.put(NAME, b"x", "image/jpeg")
    s3.remove(NAME)
    s3.remove(NAME)
    assert s3.stat(NAME) is None


def test_a_presigned_address_takes_one_object_and_no_other(s3: Objects, object_store: ObjectStore) -> None:
    address = s3.presign_put("incoming/1", 60, size=5, content_type="image/jpeg")
    assert httpx.put(address, content=b"photo", headers=JPEG).is_success
    assert s3.get("incoming/1", 100) == b"photo"
    assert s3.stat("incoming/1") == Stat(5, "image/jpeg")
    assert httpx.put(address.replace("incoming/1", "incoming/2"), content=b"other", headers=JPEG).status_code == 403
    assert httpx.get(address).status_code == 403
    assert httpx.put(f"{object_store.endpoint}/{s3.bucket}/incoming/3", content=b"unsigned").status_code in (401, 403)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"a longer photo", "image/jpeg"), (b"phot", "image/jpeg"), (b"photo", "text/html"), (b"photo", "")],
    ids=["longer", "shorter", "of another type", "without a type"],
)
def test_a_presigned_address_takes_the_announced_size_and_type_only(
    s3: Objects, content: bytes, content_type: str
) -> None:
    address = s3.presign_put("incoming/bound", 60, size=5, content_type="image/jpeg")
    headers = {"Content-Type": content_type} if content_type else {}
    assert httpx.put(address, content=content, headers=headers).status_code == 403
    assert s3.stat("incoming/bound") is None
    in_chunks = httpx.put(address, content=iter([content]), headers=headers)  # no Content-Length at all
    assert in_chunks.status_code in (400, 403, 411)
    assert s3.stat("incoming/bound") is None


def test_creating_a_bucket_twice_is_harmless(s3: Objects) -> None:
    s3.create()
    assert s3.reachable() == ""


def test_a_missing_bucket_is_reported_in_a_sentence(object_store: ObjectStore) -> None:
    assert (
        "does not exist"
        in Objects(object_store.endpoint, object_store.access_key, object_store.secret_key, "never-made").reachable()
    )


@pytest.mark.engine
def test_an_unavailable_object_store_loses_nothing(tmp_path: Path) -> None:
    server = ObjectStore(tmp_path)
    server.start()
    objects = Objects(server.endpoint, server.access_key, server.secret_key, "rollcall")
    objects.create()
    objects.put(NAME, b"safe", "image/jpeg")
    server.kill()
    for act in (
        lambda: objects.get(NAME, 10),
        lambda: objects.stat(NAME),
        lambda: objects.put("n", b"", "image/jpeg"),
        objects.create,
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refusal(refused) == "unavailable"
    assert "cannot be reached" in objects.reachable()
    server.start()
    assert objects.get(NAME, 10) == b"safe"
    server.stop()


def test_presigning_needs_no_connection() -> None:
    objects = Objects(
        f"http://127.0.0.1:{free_port()}", "key", "secret", "rollcall", public_endpoint="https://photos.example.cn"
    )
    assert objects.presign_put("incoming/1", 60, size=5, content_type="image/jpeg").startswith(
        "https://photos.example.cn/rollcall/incoming/1?"
    )
