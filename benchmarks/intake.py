"""Intake: a photo as it arrives -> a clean archive and its QR content, against bare zxing-cpp on decoded pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial

import pillow_heif
import zxingcpp
from PIL import Image

from benchmarks.engines import Bench
from benchmarks.harness import Figure, Measurement, stopwatch
from benchmarks.pictures import DIFFICULTIES, pages, taken
from services.upload.image.examine import examine
from services.upload.image.qr import QR_ONLY

PHOTOS = 10
FIGURES = (Figure("checked", "photos/s"), Figure("read", "share of the photos"))
pillow_heif.register_heif_opener()


def measurements(bench: Bench) -> Iterator[Measurement]:
    paper = pages(bench.size(PHOTOS, 2))
    for difficulty in DIFFICULTIES:
        contents = taken(difficulty, paper)
        pixels = [Image.open(io.BytesIO(content)).convert("L") for content in contents]
        yield Measurement(
            f"intake-{difficulty}",
            f"Intake, {difficulty.replace('-', ' ')}",
            "examine.examine: decode, read the QR, turn upright, write a clean JPEG",
            "zxingcpp.read_barcodes, once, on pixels decoded before",
            FIGURES,
            partial(ours, contents),
            partial(theirs, pixels),
            budget=14,
        )


def ours(contents: list[bytes], number: int) -> Mapping[str, float]:
    with stopwatch() as watch:
        found = [examine(content) for content in contents]
    return {
        "checked": len(contents) / watch.seconds,
        "read": sum(bool(each.qr_codes) for each in found) / len(contents),
    }


def theirs(pixels: list[Image.Image], number: int) -> Mapping[str, float]:
    with stopwatch() as watch:
        found = [zxingcpp.read_barcodes(image, formats=QR_ONLY) for image in pixels]
    return {"checked": len(pixels) / watch.seconds, "read": sum(bool(each) for each in found) / len(pixels)}
