"""Download codes: derived from the request that makes one and a key of identity alone, compared by their keyed hash."""

from __future__ import annotations

from shared.infrastructure.pii import keyed_hash
from shared.language import codes


class DownloadCodeMaker:
    """key: of identity alone; nobody else can make or test a code."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, account: str, command: str) -> str:
        """The code of a person and the command with this id: the same for a repetition, as good as random without the
        key.
        """
        number = int(keyed_hash(self._key, "download code of", f"{account} {command}"), 16)

        def below(base: int) -> int:
            nonlocal number
            number, value = divmod(number, base)
            return value

        return codes.make(below, kind=codes.DOWNLOAD)

    def hash(self, code: str) -> str:
        return codes.code_hash(codes.DOWNLOAD, code, self._key)
