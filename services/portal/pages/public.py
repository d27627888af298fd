"""The first page: what this is, and the ways in."""

from __future__ import annotations

from typing import Any

from services.portal.render import landing, render
from services.portal.request_context import visit


def home() -> Any:
    return render("home.html", landing=landing(visit().role))
