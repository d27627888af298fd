"""Names of PDFs in the ZIP of a print, in folders by unit: 130100-石家庄市.pdf, 130100-石家庄市/130102-长安区.pdf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.infrastructure.archive import safe_name


def file_name(units: Sequence[str], names: Mapping[str, str]) -> str:
    """units: codes on the way from the printed unit to the one of the PDF; names: by code."""
    return "/".join(safe_name(f"{code}-{names.get(code, code)}") for code in units) + ".pdf"
