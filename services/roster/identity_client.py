"""Client of identity: the download code of a person is used up for a print run.

Where an installation asks for none, `NotAsked` stands in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.infrastructure.errors import Refused
from shared.service.service_client import InternalClient

FIELD = "download_code"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """by: the account that made the code. origin: as the leader, or fresh from the registry; "" without a code."""

    by: str = ""
    origin: str = ""


class DownloadCodes(Protocol):
    def use(self, account: str, path: str, run: str, code: str, command: str) -> Unlocked:
        """Use up the person's code for a run at the school at `path`; the same run again changes nothing.

        command: the same one is answered as the first time. Raises Refused: no code, a wrong one, one that is used,
        over or void, or of another school; all at FIELD.
        """
        ...


class HttpDownloadCodes:
    """Identity over its internal API."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def use(self, account: str, path: str, run: str, code: str, command: str) -> Unlocked:
        if not code:
            raise Refused("download-code-needed", "Enter your download code: printing asks for one.", where=FIELD)
        asked = {"account": account, "path": path, "run": run, "code": code, "command": command}
        try:
            used = self._client.post("/internal/download-codes/use", asked)
        except Refused as refused:
            raise Refused(
                refused.code, refused.detail, kind=refused.kind, where=FIELD, extra=dict(refused.extra)
            ) from refused
        return Unlocked(used["by"], used["origin"])


class NotAsked:
    """Printing without a download code, as the settings of this installation say."""

    def use(self, account: str, path: str, run: str, code: str, command: str) -> Unlocked:
        return Unlocked()
