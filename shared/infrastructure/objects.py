"""Object store on the minio client: photos and reports, under names without personal data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from urllib.parse import urlsplit

from minio import Minio
from minio.error import MinioException, S3Error
from minio.time import utcnow
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from shared.infrastructure.errors import Refused
from shared.infrastructure.presigned import Signer

PIECE = 64 * 1024
REGION = "us-east-1"
MISSING = ("NoSuchKey", "NoSuchObject")


@dataclass(frozen=True, slots=True)
class Stat:
    size: int
    content_type: str


def _unavailable(error: Exception) -> Refused:
    return Refused("unavailable", "The object store cannot be reached at the moment; try again.")


class Objects:
    """A bucket. Every method raises Refused("unavailable") when the store cannot be reached."""

    def __init__(
        self, endpoint: str, access_key: str, secret_key: str, bucket: str, *, public_endpoint: str = ""
    ) -> None:
        self.bucket = bucket
        self._client = _client(endpoint, access_key, secret_key)
        self._signer = Signer((public_endpoint or endpoint).rstrip("/"), access_key, secret_key, REGION)

    def create(self) -> None:
        """Create the bucket if it does not exist."""
        try:
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Write an object. Under a content hash a repetition changes nothing."""
        self.put_stream(name, io.BytesIO(content), len(content), content_type)

    def put_stream(self, name: str, stream: BinaryIO, size: int, content_type: str) -> None:
        """Write `size` bytes of a stream in pieces: all of them or no object; durable on return."""
        try:
            self._client.put_object(self.bucket, name, stream, size, content_type=content_type)
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error

    def put_once(self, name: str, content: bytes, content_type: str) -> bool:
        """Write an object unless it exists already. Returns True if it was written."""
        existing = self.stat(name)
        if existing and existing.size == len(content):
            return False
        self.put(name, content, content_type)
        return True

    def get(self, name: str, limit: int) -> bytes:
        """The whole object. Raises Refused("not-found"), and Refused("too-large") above `limit` bytes."""
        content = bytearray()
        for piece in self.pieces(name):
            content += piece
            if len(content) > limit:
                raise Refused("too-large", f"The object is larger than {limit} bytes.")
        return bytes(content)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The object in pieces. A missing object is refused by this call, before the first piece."""
        try:
            response = self._client.get_object(self.bucket, name)
        except S3Error as error:
            if error.code in MISSING:
                raise Refused("not-found", "There is no such object.") from error
            raise _unavailable(error) from error
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error
        return _streamed(response)

    def stat(self, name: str) -> Stat | None:
        try:
            found = self._client.stat_object(self.bucket, name)
        except S3Error as error:
            if error.code in MISSING:
                return None
            raise _unavailable(error) from error
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error
        return Stat(found.size or 0, found.content_type or "")

    def remove(self, name: str) -> None:
        try:
            self._client.remove_object(self.bucket, name)
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error

    def names(self, prefix: str, after: str, limit: int) -> list[str]:
        """At most `limit` names with a prefix, in order. after: the last name of the previous call, "" at first."""
        try:
            found = self._client.list_objects(self.bucket, prefix=prefix, recursive=True, start_after=after or None)
            return [str(item.object_name) for item in islice(found, limit)]
        except (MinioException, HTTPError) as error:
            raise _unavailable(error) from error

    def presign_put(self, name: str, seconds: int, *, size: int, content_type: str) -> str:
        """An address to PUT one object of this size and type to, with exactly these headers.

        Valid for `seconds` of the machine's own time, as the protocol requires.
        """
        headers = {"Content-Length": str(size), "Content-Type": content_type}
        return self._signer.put(f"/{self.bucket}/{name}", headers, utcnow(), seconds)

    def reachable(self) -> str:
        """ "" when the bucket answers, else a sentence: a readiness check."""
        try:
            return "" if self._client.bucket_exists(self.bucket) else f"The bucket {self.bucket} does not exist."
        except (MinioException, HTTPError):
            return "The object store cannot be reached."


def _streamed(response: BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from response.stream(PIECE)
    except HTTPError as error:
        raise _unavailable(error) from error
    finally:
        response.close()
        response.release_conn()


def _client(endpoint: str, access_key: str, secret_key: str) -> Minio:
    address = urlsplit(endpoint)
    pool = PoolManager(
        timeout=Timeout(connect=3, read=20),
        maxsize=32,
        retries=Retry(total=2, backoff_factor=0.1, status_forcelist=[502, 503, 504]),
    )
    return Minio(
        address.netloc,
        access_key=access_key,
        secret_key=secret_key,
        secure=address.scheme == "https",
        region=REGION,
        http_client=pool,
    )
