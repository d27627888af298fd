"""ZIP files of documents that are made while they are sent: memory holds one document at a time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

IN_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # of a file, on any system


def safe_name(text: str) -> str:
    """The text as the name of a file or folder."""
    return IN_NO_NAME.sub("_", text).strip(" .") or "_"


def zip_chunks(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of a ZIP, a chunk for each file and one for the directory at its end.

    files: names and contents; documents are not compressed again. An error of the iterable cuts the ZIP off before its
    directory, so that no program takes a part for the whole.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as opened:
        for name, content in files:
            opened.writestr(name, content)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken. It cannot seek, so the ZIP is written in one pass."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._chunks.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)
