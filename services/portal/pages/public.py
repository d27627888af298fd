"""The home page."""

from __future__ import annotations

from typing import Any

from services.portal.dependencies import services
from services.portal.rendering import landing, render
from services.portal.request_context import context
from shared.infrastructure.errors import Refused


def home() -> Any:
    """The home page; for a session that has ended elsewhere, as for a visitor."""
    if context().session:
        try:
            services().identity.get("/v1/me", context().token)
        except Refused as refused:
            if refused.status == 401 and refused.code != "token-superseded":
                context().set_session(None)
    return render("home.html", landing=landing())
