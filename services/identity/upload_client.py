"""Client of upload: a pupil's photos are withdrawn when the consent for them ends."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote

from shared.service.service_client import InternalClient


class Upload(Protocol):
    def withdraw(self, pupil: str, command: str, upload_code: str = "") -> int:
        """Withdraw the photos of the pupil's forms; returns how many. command: the same one withdraws once.

        upload_code: withdraw only what was sent with codes alone, from the form of this code. Raises Refused.
        """
        ...


class HttpUpload:
    """Upload over its internal API."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def withdraw(self, pupil: str, command: str, upload_code: str = "") -> int:
        asked = {"command": command, "upload_code": upload_code}
        return int(self._client.post(f"/internal/pupils/{quote(pupil, safe='')}/withdrawal", asked)["photos"])
