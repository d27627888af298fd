"""The record of the school's prints, for its registry admin and its leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.portal.dependencies import services
from services.portal.rendering import render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from shared.language.permissions import MAKE_DOWNLOAD_CODES, PRINT_FORMS


def show() -> Any:
    session = signed_in()
    items = services().roster.get(f"/v1/units/{segment(session.home)}/prints", session.access)["items"]
    return render("print_record.html", items=items, names=_names(), may_print=context().may(PRINT_FORMS))


def _names() -> Mapping[str, str]:
    """Names by account, as far as the caller may know them: of those who print, to the leader who makes their codes."""
    session = signed_in()
    own = {session.account: session.display_name}
    if not context().may(MAKE_DOWNLOAD_CODES):
        return own
    listed = services().identity.get("/v1/download-codes", session.access)["items"]
    return {**{each["account"]: each["display_name"] for each in listed}, **own}
