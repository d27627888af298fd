"""Roster's routes of corrections: typed in by the school, decided by leader and bureau, seen by the family."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, request

from services.roster.api import correction_responses, requests
from services.roster.authorization import pupil_in_scope, school_in_scope, unit_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.correction import BUREAU, LEADER
from services.roster.proofs.file_kinds import MAX_BYTES, MEDIA_TYPES
from services.roster.use_cases.correcting import deciding, entering, reading, reprinting
from shared.language.permissions import (
    APPROVE_CORRECTIONS,
    CONFIRM_CORRECTIONS,
    ENTER_CORRECTIONS,
    PRINT_FORMS,
    VIEW_CORRECTIONS,
    VIEW_PUPIL,
)
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, checked, command_context, query, source

FORM_OVERHEAD = 64 << 10  # bytes of a multipart body around its file
ONE = "/v1/pupils/<pupil>/corrections/<correction>"


def correction_routes(deps: Dependencies) -> list[Route]:
    api = CorrectionApi(deps)
    return [
        Route(
            "POST",
            "/v1/pupils/<pupil>/corrections",
            ENTER_CORRECTIONS,
            api.enter,
            Operation(
                "Enter corrections: key fields with a proof, for the leader; others take effect at once.",
                correction_responses.EnteredCorrections,
                201,
                form=requests.CorrectionForm,
                key=True,
                refuses=(409, 415),
            ),
            MAX_BYTES + FORM_OVERHEAD,
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>/corrections",
            VIEW_PUPIL,
            api.corrections,
            Operation("The corrections of a pupil, the newest first.", correction_responses.CorrectionsOfPupil),
        ),
        Route(
            "GET",
            ONE,
            VIEW_CORRECTIONS,
            api.correction,
            Operation("A correction in full; recorded.", correction_responses.CorrectionInFull),
        ),
        Route(
            "GET",
            f"{ONE}/proof",
            VIEW_CORRECTIONS,
            api.proof,
            Operation("The proof of a correction; recorded.", tuple(MEDIA_TYPES.values()), refuses=(410,)),
        ),
        Route(
            "POST",
            f"{ONE}/approval",
            APPROVE_CORRECTIONS,
            api.approve,
            Operation(
                "The leader approves a correction, which then waits for the bureau, or refuses it.",
                correction_responses.DecidedCorrection,
                body=requests.Answer,
                key=True,
                refuses=(409,),
            ),
        ),
        Route(
            "POST",
            f"{ONE}/confirmation",
            CONFIRM_CORRECTIONS,
            api.confirm,
            Operation(
                "The bureau confirms a correction, which takes effect, or refuses it.",
                correction_responses.DecidedCorrection,
                body=requests.Answer,
                key=True,
                refuses=(409,),
            ),
        ),
        Route(
            "POST",
            f"{ONE}/withdrawal",
            ENTER_CORRECTIONS,
            api.withdraw,
            Operation(
                "Withdraw a correction that waits.", correction_responses.DecidedCorrection, key=True, refuses=(409,)
            ),
        ),
        Route(
            "GET",
            "/v1/units/<code>/waiting-corrections",
            VIEW_CORRECTIONS,
            api.waiting,
            Operation("What waits in a school, or for a region's bureaus.", correction_responses.WaitingCorrections),
        ),
        Route(
            "GET",
            "/v1/units/<school>/corrected-forms",
            PRINT_FORMS,
            api.corrected_forms,
            Operation(
                "The pupils of a school whose forms were corrected after they were printed.",
                correction_responses.CorrectedForms,
                query=requests.CorrectedFormsQuery,
            ),
        ),
    ]


class CorrectionApi:
    """Commands ask for the scope before the key and the file: a foreign caller costs nothing more."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def enter(self, pupil: str) -> Any:
        pupil_in_scope(self._deps, caller(), pupil)
        given = checked(requests.TypedCorrections(), {"fields": request.form.get("fields", "{}")})["fields"]
        file = request.files.get("proof")
        typed = entering.Typed(given, file.read() if file is not None else b"")
        fingerprint = {"fields": self._deps.personal_data.content(given), "proof": sha256(typed.proof).hexdigest()}
        context = command_context(fingerprint)
        return entering.enter_corrections(self._deps, caller(), context, pupil, typed, source())

    def corrections(self, pupil: str) -> Any:
        return reading.read_corrections(self._deps, caller(), pupil, source())

    def correction(self, pupil: str, correction: str) -> Any:
        return reading.read_correction(self._deps, caller(), pupil, correction, source())

    def proof(self, pupil: str, correction: str) -> Response:
        """A file to save, never one to show: it comes from outside and is not decoded here."""
        media_type, content = reading.read_proof(self._deps, caller(), pupil, correction, source())
        ending = media_type.rpartition("/")[2]
        headers = {"Content-Disposition": f'attachment; filename="proof.{ending}"'}
        return Response(content, content_type=media_type, headers=headers)

    def approve(self, pupil: str, correction: str) -> Any:
        return self._decide(pupil, correction, LEADER)

    def confirm(self, pupil: str, correction: str) -> Any:
        return self._decide(pupil, correction, BUREAU)

    def _decide(self, pupil: str, correction: str, side: str) -> Any:
        given = body()
        pupil_in_scope(self._deps, caller(), pupil)
        context = command_context(given)
        return deciding.decide_correction(
            self._deps, context, caller(), pupil, correction, side, **given, source=source()
        )

    def withdraw(self, pupil: str, correction: str) -> Any:
        pupil_in_scope(self._deps, caller(), pupil)
        return entering.withdraw_correction(self._deps, caller(), command_context(), pupil, correction, source())

    def waiting(self, code: str) -> Any:
        unit_in_scope(self._deps, caller(), code)
        return reading.list_waiting(self._deps, code)

    def corrected_forms(self, school: str) -> Any:
        school_in_scope(self._deps, caller(), school)
        return {"items": reprinting.list_corrected_forms(self._deps, school, query()["campaign"])}
