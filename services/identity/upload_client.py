"""Client of upload: photos are withdrawn where the consent for them ends, and held where a code was misused."""

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

    def hold(self, pupil: str, account: str, command: str) -> int:
        """Put on hold what an account has sent for a pupil; returns how many. command: the same one holds once."""
        ...

    def held(self, pupil: str) -> int:
        """The number of photos of a pupil that are on hold at this moment."""
        ...


class HttpUpload:
    """Upload over its internal API."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def withdraw(self, pupil: str, command: str, upload_code: str = "") -> int:
        asked = {"command": command, "upload_code": upload_code}
        return int(self._client.post(f"/internal/pupils/{quote(pupil, safe='')}/withdrawal", asked)["photos"])

    def hold(self, pupil: str, account: str, command: str) -> int:
        asked = {"command": command, "account": account}
        return int(self._client.post(f"/internal/pupils/{quote(pupil, safe='')}/hold", asked)["photos"])

    def held(self, pupil: str) -> int:
        return int(self._client.get(f"/internal/pupils/{quote(pupil, safe='')}/held")["photos"])
