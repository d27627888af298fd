"""Object store on the minio client: photos and reports, under names that tell nothing about a person."""
from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from shared.errors import Refused

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stat:
    size: int
    content_type: str


def _away(error: Exception) -> Refused:
    return Refused("unavailable", "The photo store cannot be reached at this moment; try again.")


class Objects:
    """A bucket. Every method raises Refused("unavailable") when the store is away."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, bucket: str, *, public_endpoint: str = "") -> None:
        self.bucket = bucket
        self._client = _client(endpoint, access_key, secret_key)
        self._public = _client(public_endpoint, access_key, secret_key) if public_endpoint else self._client

    def create(self) -> None:
        """Make the bucket if there is none."""
        try:
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
        except (MinioException, HTTPError) as error:
            raise _away(error) from error

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Write an object; under a content hash the same again changes nothing."""
        try:
            self._client.put_object(self.bucket, name, io.BytesIO(content), len(content), content_type=content_type)
        except (MinioException, HTTPError) as error:
            raise _away(error) from error

    def put_once(self, name: str, content: bytes, content_type: str) -> bool:
        """Write an object unless it is there already: whether it was written."""
        known = self.stat(name)
        if known and known.size == len(content):
            return False
        self.put(name, content, content_type)
        return True

    def get(self, name: str, limit: int) -> bytes:
        """At most `limit` bytes of it. Raises Refused("not-found"), Refused("too-large")."""
        content = b"".join(self.pieces(name, limit + 1))
        if len(content) > limit:
            raise Refused("too-large", f"The object is larger than {limit} bytes.")
        return content

    def pieces(self, name: str, limit: int = 0) -> Iterator[bytes]:
        """Its bytes piece by piece, at most `limit` of them (0: all). No range request: some stores refuse one beyond the end."""
        try:
            answer = self._client.get_object(self.bucket, name)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject"):
                raise Refused("not-found", "There is no such object.") from error
            raise _away(error) from error
        except (MinioException, HTTPError) as error:
            raise _away(error) from error
        try:
            left = limit
            for piece in answer.stream(PIECE):
                yield piece[:left] if limit else piece
                left -= len(piece)
                if limit and left <= 0:
                    return
        except HTTPError as error:
            raise _away(error) from error
        finally:
            answer.close()
            answer.release_conn()

    def stat(self, name: str) -> Stat | None:
        try:
            found = self._client.stat_object(self.bucket, name)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject"):
                return None
            raise _away(error) from error
        except (MinioException, HTTPError) as error:
            raise _away(error) from error
        return Stat(found.size or 0, found.content_type or "")

    def remove(self, name: str) -> None:
        try:
            self._client.remove_object(self.bucket, name)
        except (MinioException, HTTPError) as error:
            raise _away(error) from error

    def presign_put(self, name: str, seconds: int) -> str:
        """An address to which one object may be PUT, for a while. Signed by the machine's own time, as the protocol wants."""
        return self._public.presigned_put_object(self.bucket, name, expires=timedelta(seconds=seconds))

    def reachable(self) -> str:
        """"" when the bucket answers, else a sentence: a readiness check."""
        try:
            return "" if self._client.bucket_exists(self.bucket) else f"The bucket {self.bucket} does not exist."
        except (MinioException, HTTPError):
            return "The object store cannot be reached."


def _client(endpoint: str, access_key: str, secret_key: str) -> Minio:
    parts = urlsplit(endpoint)
    pool = PoolManager(timeout=Timeout(connect=3, read=20), maxsize=32, retries=Retry(total=2, backoff_factor=0.1, status_forcelist=[502, 503, 504]))
    return Minio(parts.netloc, access_key=access_key, secret_key=secret_key, secure=parts.scheme == "https", region="us-east-1", http_client=pool)
