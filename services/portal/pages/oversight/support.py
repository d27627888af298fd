"""技术支持: where a photo stands by its receipt number, how the platform is, and who resets what. No pupil is named."""

from __future__ import annotations

from typing import Any

from flask import request

from services.portal.dependencies import services
from services.portal.pages.families.photo_result import result_text
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.unit_names import unit_names
from shared.infrastructure.errors import Refused
from shared.language.path import last

# Codes and passwords about which people ask: who makes another one, and the page where it is used.
CODES = ("registration", "upload", "activation", "reset", "download", "second-factor", "sealed")


def show() -> Any:
    typed = request.args.get("receipt", "").strip()
    found, problem = _traces(typed) if typed else ([], None)
    names = unit_names(last(item["school"]) for item in found)
    lines = [
        {
            **item,
            "title": result_text(item)[0],
            "text": result_text(item)[1],
            "name": names.get(last(item["school"]), ""),
        }
        for item in found
    ]
    return render("support.html", given={"receipt": typed}, problem=problem, found=lines, asked=typed, codes=CODES)


def _traces(typed: str) -> tuple[list[dict[str, Any]], Refused | None]:
    """The photos with this number in the region, or the refusal of a number that cannot be one."""
    try:
        return services().upload.get("/v1/photo-traces", signed_in().access, {"receipt": typed})["items"], None
    except Refused as refused:
        if "receipt" not in refused.where:
            raise
        return [], refused
