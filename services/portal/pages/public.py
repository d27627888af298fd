"""The home page."""

from __future__ import annotations

from typing import Any

from services.portal.rendering import landing, render
from services.portal.request_context import context


def home() -> Any:
    return render("home.html", landing=landing(context().role))
