"""A printed page 1 as a family fills it in: every change column written by hand, every box of digits and of ticks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from services.roster.forms.cells import BOXES, CELLS, PADDING, WRITTEN, Cell
from services.roster.forms.glyphs import IDEOGRAPHS
from shared.language.form_layout import PAGE

HAND = 5.2  # millimetres of an ideograph
DIGITS, WORDS = "13010219850501001X9", "阿卜杜热西提买买提明吐尔逊江建设北大街二百号三单元五零一室"
PEN = 45  # grey of a blue ball pen


def filled_in(page: Image.Image, random: np.random.Generator) -> Image.Image:
    """page: grey, upright, at any resolution."""
    written, mm = page.copy(), page.height / PAGE[1]
    font = ImageFont.truetype(str(IDEOGRAPHS), round(HAND * mm))
    for cell in CELLS:
        for character, x, y in _strokes(cell):
            _write(written, character, font, (x * mm, y * mm), random)
    return written


def _strokes(cell: Cell) -> Iterator[tuple[str, float, float]]:
    """Characters with the places of their middles, in millimetres."""
    area = cell.change
    if cell.kind == WRITTEN:
        across, down = int((area.width - 2 * PADDING) / HAND), max(1, int(area.height / HAND))
        for at in range(across * down):
            row, column = divmod(at, across)
            yield (
                WORDS[at % len(WORDS)],
                area.left + PADDING + (column + 0.5) * HAND,
                area.top + (row + 0.5) * area.height / down,
            )
    elif cell.kind == BOXES:
        side = (area.width - 2 * PADDING) / cell.boxes
        for at in range(cell.boxes):
            yield DIGITS[at], area.left + PADDING + (at + 0.5) * side, area.top + area.height / 2
    else:
        yield "√", area.left + 0.3 * area.width, area.top + area.height / 2


def _write(
    page: Image.Image,
    character: str,
    font: ImageFont.FreeTypeFont,
    at: tuple[float, float],
    random: np.random.Generator,
) -> None:
    """One character, somewhat askew and out of place."""
    side = round(font.size * 1.6)
    ink = Image.new("L", (side, side))
    ImageDraw.Draw(ink).text((side / 2, side / 2), character, fill=255, font=font, anchor="mm")
    ink = ink.rotate(float(random.uniform(-9, 9)), Image.Resampling.BICUBIC)
    x, y = (round(place - side / 2 + float(random.normal(0, font.size / 25))) for place in at)
    page.paste(PEN, (x, y), ink)
