"""Places on page 1 of the confirmation form, in millimetres from the page's top left corner.

The template prints there, the check of a photo looks there: both read these numbers, and nobody else knows them.
"""

from __future__ import annotations

from dataclasses import dataclass

PAGE = (210.0, 297.0)  # A4
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 12.0, 10.0, 9.0


@dataclass(frozen=True, slots=True)
class Area:
    """left, top: of its corner. width, height: of what is printed there."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


QUIET = 4.0  # white around the QR's own modules, at least four of them
QR = Area(PAGE[0] - MARGIN_X - 38.0, 14.0, 34.0, 34.0)  # from module to module, whatever its number of modules
BESIDE_QR = QR.left - QUIET - 2.0  # right edge of what is printed beside it
SIGNATURE = Area(MARGIN_X, PAGE[1] - MARGIN_BOTTOM - 25.0, PAGE[0] - 2 * MARGIN_X, 25.0)  # the box, and its marks
MARK = 3.6  # side of the two black squares in the lower corners of the signature box
MARK_INSET = 2.2  # white between a mark and the lines of the box
MARKS = (
    Area(SIGNATURE.left + MARK_INSET, SIGNATURE.bottom - MARK_INSET - MARK, MARK, MARK),
    Area(SIGNATURE.right - MARK_INSET - MARK, SIGNATURE.bottom - MARK_INSET - MARK, MARK, MARK),
)
TABLE = (68.0, 195.0)  # between these heights every form has rows, however long its texts are
