"""Pages of access records: views of the own child for a guardian, of the region for an auditor."""

from __future__ import annotations

from typing import Any

from flask import request

from services.portal.account_names import account_names
from services.portal.dependencies import services
from services.portal.pages.families.photo_result import has_picture, result_text, whose
from services.portal.rendering import name_of_class, render
from services.portal.request_context import context, signed_in
from services.portal.service_client import segment
from services.portal.unit_names import unit_names
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language.path import last
from shared.language.permissions import READ_AUDIT

SHOWN = 100


def of_child(pupil: str) -> Any:
    """Every view of one child, newest first, by role and class: not the person, who may be a teacher on duty."""
    session = signed_in()
    child = services().roster.get(f"/v1/pupils/{segment(pupil)}", session.access)
    return render("views.html", child=child, views=_views({"pupil": pupil}), unit="")


def of_region() -> Any:
    """Views in the auditor's region, with account and address and without the pupils."""
    path = request.args.get("path", "") or signed_in().paths[0]
    return render("views.html", child=None, views=_views({"path": path}), unit=path)


def photo(photo: str) -> Any:
    """One photo, with the viewer's name and the time over it; whose it is, and the way back.

    Nobody learns whether there is a photo of somebody else's pupil.
    """
    try:
        found = services().upload.get(f"/v1/photos/{segment(photo)}", signed_in().access)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        raise Refused("photo-not-here", "There is no such photo of your pupils.", kind="not-found") from refused
    return render(
        "photo_view.html",
        photo=segment(photo),
        found=found,
        whose=whose(found, {}),
        title=result_text(found)[0],
        seen=bool(found.get("pupil")) and has_picture(found),
    )


def _views(asked: dict[str, str]) -> list[dict[str, Any]]:
    """The records of all services. Raises Refused when one is unavailable: a list with a gap would be false."""
    token = signed_in().access
    found: list[dict[str, Any]] = []
    for service in (services().roster, services().upload, services().identity):
        found += service.get("/v1/access-records", token, asked)["items"]
    newest = sorted(found, key=lambda item: int(item["at"]), reverse=True)[:SHOWN]
    codes = {last(item["path"]) for item in newest}
    # A guardian sees no units, and knows the school of the child.
    names = unit_names(codes) if context().may(READ_AUDIT) else {code: name_of_class(code) for code in codes}
    people = account_names(item["account"] for item in newest) if context().may(READ_AUDIT) else {}
    return [
        {
            **item,
            "by": people.get(item.get("account", ""), ""),
            "moment": iso(int(item["at"])),
            "place": names.get(last(item["path"]), last(item["path"])),
        }
        for item in newest
    ]
