"""Sandbox: photos and roster files in a child process within limits, against the same functions in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from timeit import default_timer

from benchmarks.engines import Bench
from benchmarks.harness import Figure, Measurement, percentile
from benchmarks.pictures import pages, taken
from services.roster.roster_file.reader import FileReader, file_sandbox
from services.roster.roster_file.spreadsheet import read_rows
from services.upload.image.decoder import Decoder, photo_sandbox
from services.upload.image.examine import examine
from shared.sandbox.sandbox import Sandbox
from tests.unit.roster.files import xlsx

PHOTOS, FILES, ROWS = 10, 5, 2000
FIGURES = (Figure("rate", "a second"), Figure("p50", "ms", False), Figure("p95", "ms", False))


def measurements(bench: Bench) -> Iterator[Measurement]:
    paper, photos = pages(bench.size(PHOTOS, 2)), photo_sandbox(1)
    try:
        for difficulty in ("phone", "12-megapixels", "phone-heic"):
            contents = taken(difficulty, paper)
            yield measurement(photos, f"photo-{difficulty}", contents, Decoder(photos).examine, examine)
    finally:
        photos.close()
    files = file_sandbox(1)
    try:
        workbooks = [workbook(bench.size(ROWS, 100))] * bench.size(FILES, 2)
        yield measurement(files, "roster-file", workbooks, FileReader(files).rows, read_rows)
    finally:
        files.close()


def workbook(rows: int) -> bytes:
    return xlsx([[f"G{number:018}", "张小二", "1", "2017-05-01", "三年级", "1班", "1", "X"] for number in range(rows)])


def measurement(
    sandbox: Sandbox,
    name: str,
    contents: Sequence[bytes],
    ours: Callable[[bytes], object],
    theirs: Callable[[bytes], object],
) -> Measurement:
    sandbox.start()
    return Measurement(
        f"sandbox-{name}",
        f"Sandbox, {name.replace('-', ' ')}",
        "in a child process within limits: bytes there, facts and bytes back",
        "the same function in this process, without any limit",
        FIGURES,
        partial(timed, ours, contents),
        partial(timed, theirs, contents),
        budget=20,
    )


def timed(act: Callable[[bytes], object], contents: Sequence[bytes], number: int) -> Mapping[str, float]:
    seconds = []
    for content in contents:
        began = default_timer()
        act(content)
        seconds.append(default_timer() - began)
    return {
        "rate": len(seconds) / sum(seconds),
        "p50": percentile(seconds, 0.5) * 1000,
        "p95": percentile(seconds, 0.95) * 1000,
    }
