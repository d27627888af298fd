"""Identity's routes of download codes: made by the leader or fresh from the registry, used up by a print run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from flask import g

from services.identity.api import download_code_schemas as schemas
from services.identity.api.failures import wrong_code_told
from services.identity.dependencies import Dependencies
from services.identity.domain.download_code import LEADER, REGISTRY
from services.identity.use_cases.staff import download_codes
from shared.eventsourcing.store import CommandContext
from shared.language.permissions import MAKE_DOWNLOAD_CODES, PRINT_FORMS
from shared.service.app import SERVICE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def download_code_routes(deps: Dependencies) -> list[Route]:
    api = DownloadCodesApi(deps)
    return [
        Route(
            "GET",
            "/v1/download-codes",
            MAKE_DOWNLOAD_CODES,
            api.list_printers,
            Operation(
                "Those of the caller's school who may print, and what became of the last code.", schemas.Printers
            ),
        ),
        Route(
            "POST",
            "/v1/download-codes",
            MAKE_DOWNLOAD_CODES,
            api.make,
            Operation(
                "Make a download code for a colleague who prints; shown once, good for minutes and one print run.",
                schemas.DownloadSlip,
                201,
                body=schemas.MakeDownloadCode,
                key=True,
                refuses=(404, 429),
            ),
            fresh=True,
        ),
        Route(
            "POST",
            "/v1/me/download-codes",
            PRINT_FORMS,
            api.make_own,
            Operation(
                "A download code for the caller, who has just arrived from the registry.",
                schemas.DownloadSlip,
                201,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "POST",
            "/internal/download-codes/use",
            SERVICE,
            api.use,
            Operation(
                "Use up a person's download code for a print run, once.",
                schemas.UsedDownloadCode,
                body=schemas.UseDownloadCode,
                refuses=(403, 404, 409, 410),
            ),
        ),
    ]


class DownloadCodesApi:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def list_printers(self) -> Mapping[str, Any]:
        return {"items": download_codes.list_printers(self._deps, caller())}

    def make(self) -> download_codes.DownloadSlip:
        given, who, trail = body(), caller(), self._deps.trail
        of = {"target": given["account"], "source": source()}
        with trail.acting("download-code-made", command_context(given), who, **of, by=LEADER) as context:
            return download_codes.make_for(self._deps, who, context, given["account"])

    def make_own(self) -> download_codes.DownloadSlip:
        who, trail = caller(), self._deps.trail
        of = {"target": who.account, "source": source()}
        with trail.acting("download-code-made", command_context(), who, **of, by=REGISTRY) as context:
            return download_codes.make_own(self._deps, who, context, g.fresh_since)

    def use(self) -> download_codes.Used:
        given = body()
        command = given.pop("command")
        tried = {**given, "code": self._deps.download_codes.hash(given["code"])}  # a fingerprint holds no secret
        asked = hashlib.sha256(orjson.dumps(tried, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
        context = CommandContext(f"{caller().account}:{command}", given["account"], asked)
        with wrong_code_told():
            return download_codes.use(self._deps, context, **given)
