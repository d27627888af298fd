"""Addresses for one PUT, signed with its size and media type (AWS Signature Version 4, query string).

The minio client signs the host alone: such an address takes any bytes. Here the object store refuses a PUT of another
length or type, before it reads the body. Browsers send both headers by themselves.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

ALGORITHM, SERVICE = "AWS4-HMAC-SHA256", "s3"


@dataclass(frozen=True, slots=True)
class Signer:
    """endpoint: of the object store as the sender reaches it; its host is signed, so a proxy must pass it on."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str

    def put(self, path: str, headers: Mapping[str, str], at: datetime, seconds: int) -> str:
        """An address for one PUT to a path with these headers. at: in UTC."""
        moment, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
        scope = f"{day}/{self.region}/{SERVICE}/aws4_request"
        signed = {name.lower(): value for name, value in headers.items()} | {"host": urlsplit(self.endpoint).netloc}
        names = ";".join(sorted(signed))
        query = "&".join(
            f"{name}={quote(value, safe='')}"
            for name, value in (
                ("X-Amz-Algorithm", ALGORITHM),
                ("X-Amz-Credential", f"{self.access_key}/{scope}"),
                ("X-Amz-Date", moment),
                ("X-Amz-Expires", str(seconds)),
                ("X-Amz-SignedHeaders", names),
            )
        )
        lines = [f"{name}:{signed[name]}" for name in sorted(signed)]
        canonical = "\n".join(("PUT", quote(path), query, *lines, "", names, "UNSIGNED-PAYLOAD"))
        text = "\n".join((ALGORITHM, moment, scope, sha256(canonical.encode()).hexdigest()))
        signature = hmac.new(self._key(day), text.encode(), sha256).hexdigest()
        return f"{self.endpoint}{quote(path)}?{query}&X-Amz-Signature={signature}"

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in (day, self.region, SERVICE, "aws4_request"):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key
