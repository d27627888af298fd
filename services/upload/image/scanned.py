"""A PDF as school scanners send it: one page, drawn by PDFium, whatever lies on it."""

from __future__ import annotations

import pypdfium2
from PIL import Image

from services.upload.domain.outcome import DAMAGED, SEVERAL_PAGES, TOO_MANY_PIXELS
from services.upload.image.examined import RejectedImage

PIXELS = 8_000_000  # of the drawing: A4 at 285 dpi
LONGEST = 6  # times the short side; what is longer is no page


def page(content: bytes) -> Image.Image:
    """The only page. Raises RejectedImage, also for a document of several pages."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise RejectedImage(DAMAGED) from error
    try:
        if len(document) > 1:
            raise RejectedImage(SEVERAL_PAGES)
        sheet = document[0]
        width, height = sheet.get_size()
        if not 0 < max(width, height) <= LONGEST * min(width, height):
            raise RejectedImage(TOO_MANY_PIXELS)
        drawn: Image.Image = sheet.render(scale=(PIXELS / (width * height)) ** 0.5, rev_byteorder=True).to_pil()
        return drawn.convert("RGB")
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise RejectedImage(DAMAGED) from error
    finally:
        document.close()
