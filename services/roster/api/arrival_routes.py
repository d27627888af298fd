"""Roster's routes for what waits for somebody's answer: arrivals, and changes of key fields."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.authorization import pupil_in_scope, school_in_scope, unit_in_scope
from services.roster.dependencies import Dependencies
from services.roster.use_cases import arrivals, proposals
from shared.language.permissions import ANSWER_REQUESTS, APPROVE_CORRECTIONS, VIEW_SCHOOL_REQUESTS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def arrival_routes(deps: Dependencies) -> list[Route]:
    api = ArrivalApi(deps)
    return [
        Route(
            "GET",
            "/v1/units/<school>/arrivals",
            VIEW_SCHOOL_REQUESTS,
            api.asked_arrivals,
            Operation("The pupils whom a school has asked for, and the answers.", responses.AskedArrivals),
        ),
        Route(
            "GET",
            "/v1/units/<code>/waiting-arrivals",
            ANSWER_REQUESTS,
            api.waiting_arrivals,
            Operation("What waits for a unit or for one below it, the oldest first.", responses.WaitingArrivals),
        ),
        Route(
            "POST",
            "/v1/arrivals/<arrival>/answers",
            ANSWER_REQUESTS,
            api.answer_arrival,
            Operation(
                "Hand a pupil over, confirm a new one, or object.",
                responses.AnsweredArrival,
                body=requests.Answer,
                key=True,
            ),
        ),
        Route(
            "GET",
            "/v1/units/<school>/proposals",
            VIEW_SCHOOL_REQUESTS,
            api.proposals,
            Operation("Changes of key fields that wait for the school's leader.", responses.Proposals),
        ),
        Route(
            "POST",
            "/v1/pupils/<pupil>/proposal/decisions",
            APPROVE_CORRECTIONS,
            api.decide_proposal,
            Operation(
                "Accept or reject the proposed key fields of a pupil.",
                responses.DecidedProposal,
                body=requests.Answer,
                key=True,
                refuses=(410,),
            ),
        ),
    ]


class ArrivalApi:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def asked_arrivals(self, school: str) -> Any:
        school_in_scope(self._deps, caller(), school)
        return {"items": arrivals.list_asked(self._deps, school)}

    def waiting_arrivals(self, code: str) -> Any:
        unit_in_scope(self._deps, caller(), code)
        return arrivals.list_to_answer(self._deps, code)

    def answer_arrival(self, arrival: str) -> Any:
        given = body()
        arrivals.require_answer(self._deps, caller(), arrival)
        return arrivals.answer_arrival(self._deps, command_context(given), caller(), arrival, **given, source=source())

    def proposals(self, school: str) -> Any:
        school_in_scope(self._deps, caller(), school)
        return {"items": proposals.list_proposals(self._deps, caller(), school, source())}

    def decide_proposal(self, pupil: str) -> Any:
        given = body()
        pupil_in_scope(self._deps, caller(), pupil)
        return proposals.decide_proposal(self._deps, command_context(given), caller(), pupil, **given, source=source())
