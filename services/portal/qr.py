"""QR codes on slips, drawn into the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def drawn(address: str) -> Markup:
    """The QR of an address of this portal as SVG."""
    qr = segno.make(address, error="q", micro=False)
    return Markup(qr.svg_inline(border=4, scale=4, omitsize=True))  # noqa: S704   # a drawing of dark modules alone
