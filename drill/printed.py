"""Printed forms and activation sheets, read from the PDF alone: codes, QR codes, and pages as images."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

from drill.photos import Box

DPI, QUICK_DPI = 130, 90
COVER = "班级封面"  # stands on no form
GROUPS = re.compile(r"[2-9A-HJKMNP-Z]{4}(?:-[2-9A-HJKMNP-Z]{4}){3}")
ON_SHEET = re.compile(r"账号\s+(\S+)\s+激活码\s+([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})")
SERIAL = re.compile(r"(?<![2-9A-Z-])[2-9A-HJKMNP-Z]{8}(?![2-9A-Z-])")
PAGE_ONE = re.compile(r"https?://[^#]+/u#([^.]+)\.(.+)")
PAGE_TWO = re.compile(r"https?://[^#]+/r#(.+)")
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_one_at_a_time = threading.Lock()  # PDFium is not thread-safe


class Misprint(Exception):
    """A printed sheet lacks something or contradicts itself."""


@dataclass(frozen=True)
class Sheet:
    """One pupil's form: page 1 at `index`, page 2 after it. upload_code, serial: as printed in text."""

    document: Any
    index: int
    upload_code: str
    serial: str

    @cached_property
    def page_one(self) -> tuple[Image.Image, Box]:
        """Page 1 as a grey image, and the box of its QR. Raises Misprint when the QR contradicts the text."""
        image = self._image(self.index, DPI)
        text, box = _read(image)
        found = PAGE_ONE.fullmatch(text)
        if not found or found.groups() != (self.upload_code, self.serial):
            raise Misprint("The QR of page 1 contradicts its text.")
        return image, box

    @cached_property
    def page_two(self) -> Image.Image:
        return self._image(self.index + 1, DPI)

    @cached_property
    def registration_code(self) -> str:
        """The code in the QR of page 2. Raises Misprint."""
        found = PAGE_TWO.fullmatch(_read(self._image(self.index + 1, QUICK_DPI))[0])
        if not found or found[1] not in GROUPS.sub(lambda group: group[0].replace("-", ""), self._text(self.index + 1)):
            raise Misprint("The QR of page 2 contradicts its text.")
        return found[1]

    def _image(self, index: int, dpi: int) -> Image.Image:
        with _one_at_a_time:
            page = self.document[index]
            image: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
            page.close()
        return image.convert("L")

    def _text(self, index: int) -> str:
        with _one_at_a_time:
            return text_of(self.document, index)


def text_of(document: Any, index: int) -> str:
    page = document[index]
    words: str = page.get_textpage().get_text_range()
    page.close()
    return words


def sheets(pdf: bytes) -> list[Sheet]:
    """The sheets of a print in sequence, without the cover sheets of classes. Raises Misprint."""
    found = []
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        forms = [index for index in range(len(document)) if COVER not in text_of(document, index)]
        if len(forms) % 2:
            raise Misprint("A print has two pages per form.")
        for index in forms[::2]:
            words = text_of(document, index)
            code, serial = GROUPS.search(words), SERIAL.search(GROUPS.sub(" ", words))
            if not code or not serial:
                raise Misprint("Page 1 shows no upload code or no serial.")
            found.append(Sheet(document, index, code[0].replace("-", ""), serial[0]))
    return found


def activation_codes(pdf: bytes) -> dict[str, str]:
    """The codes of activation sheets by login."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        return dict(pair for index in range(len(document)) for pair in ON_SHEET.findall(text_of(document, index)))


def codes_in_zip(content: bytes) -> dict[str, str]:
    """The codes of activation sheets by login, of all PDFs in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return dict(pair for name in files.namelist() for pair in activation_codes(files.read(name)).items())


def _read(image: Image.Image) -> tuple[str, Box]:
    """The text of the page's QR, and its box. Raises Misprint. Table patterns misread as codes hold no address."""
    addresses = {code.text: code for code in zxingcpp.read_barcodes(image, formats=QR) if code.text.startswith("http")}
    if len(addresses) != 1:
        raise Misprint(f"A page holds one QR with an address; this one holds {len(addresses)}.")
    [(text, code)] = addresses.items()
    corners = code.position
    xs = [point.x for point in (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)]
    ys = [point.y for point in (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)]
    return text, (min(xs), min(ys), max(xs), max(ys))
