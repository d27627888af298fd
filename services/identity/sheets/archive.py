"""PDFs of a print in one ZIP, in folders by unit: 130100-石家庄市.pdf, 130100-石家庄市/130102-长安区.pdf."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

IN_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # of a file, on any system


def file_name(units: Sequence[str], names: Mapping[str, str]) -> str:
    """units: codes on the way from the printed unit to the one of the PDF; names: by code."""
    return "/".join(f"{code}-{IN_NO_NAME.sub('_', names.get(code, code))}" for code in units) + ".pdf"


def archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """files: names and contents, one at a time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files:
            opened.writestr(name, content)
    return out.getvalue()
