"""ZIP files that are made while they are sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from shared.infrastructure.archive import safe_name, zip_chunks

FILES = [("一年级1班.pdf", b"%PDF one"), ("一年级2班.pdf", b"%PDF two" * 1000)]


def test_a_zip_holds_its_files_and_comes_file_by_file():
    chunks = list(zip_chunks(FILES))
    assert len(chunks) == len(FILES) + 1, "the directory comes last"
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as archive:
        assert archive.testzip() is None
        assert [(name, archive.read(name)) for name in archive.namelist()] == FILES


def test_a_zip_that_was_cut_off_is_no_zip():
    def broken() -> Iterator[tuple[str, bytes]]:
        yield FILES[0]
        raise RuntimeError("no PDF")

    sent = []
    with pytest.raises(RuntimeError, match="no PDF"):
        sent.extend(zip_chunks(broken()))
    chunks = zip_chunks(broken())
    sent.append(next(chunks))
    with pytest.raises(RuntimeError):
        next(chunks)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


@pytest.mark.parametrize(
    ("text", "name"), [("三年级1班", "三年级1班"), ('a/b\\c:d*"e', "a_b_c_d_e"), (" . ", "_"), ("", "_"), ("..", "_")]
)
def test_a_name_of_a_file_leads_nowhere_else(text: str, name: str):
    assert safe_name(text) == name
