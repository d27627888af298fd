"""Routes of applications for missing counties: the levels' own, and those of the public form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import application_responses as responses
from services.identity.api import requests
from services.identity.dependencies import Dependencies
from services.identity.use_cases.staff import application_form, applications
from shared.language.path import ROOT
from shared.language.permissions import APPLY_FOR_UNITS, DECIDE_APPLICATIONS, VIEW_FIGURES
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def application_routes(deps: Dependencies) -> list[Route]:
    def start() -> applications.ApplicationLine:
        given = body()
        with deps.trail.acting("application-started", command_context(given), caller(), source=source()) as context:
            return applications.start(deps, caller(), context, given)

    def list_all() -> Mapping[str, Any]:
        return {"items": applications.list_applications(deps, caller())}

    def show(application: str) -> applications.ApplicationView:
        return applications.show(deps, caller(), application)

    def decide(application: str) -> applications.ApplicationView:
        given, who = body(), caller()
        yes = "unit-granted" if ROOT in who.scope.paths else "application-approved"
        act, target = (yes, given["code"] or application) if given["accept"] else ("application-refused", application)
        of = {"target": target, "source": source()}
        with deps.trail.acting(act, command_context(given), who, **of) as context:
            return applications.decide(deps, who, context, application, given)

    def count() -> Mapping[str, list[Any]]:
        return {"items": applications.count(deps, caller(), query()["under"])}

    def apply() -> application_form.Applied:
        given = body()
        context = command_context(application_form.fingerprinted(deps, given), actor=application_form.APPLICANT)
        return application_form.apply(deps, context, given, source())

    def look_up() -> application_form.Standing:
        return application_form.look_up(deps, body()["answer_code"])

    return [
        Route(
            "POST",
            "/v1/applications",
            APPLY_FOR_UNITS,
            start,
            Operation(
                "Apply for a county that is missing below the own unit.",
                responses.ApplicationLine,
                201,
                body=requests.StartApplication,
                key=True,
                refuses=(409,),
            ),
        ),
        Route(
            "GET",
            "/v1/applications",
            DECIDE_APPLICATIONS,
            list_all,
            Operation("Those that wait for the own unit, then the others below it.", responses.Applications),
        ),
        Route(
            "GET",
            "/v1/applications/<application>",
            DECIDE_APPLICATIONS,
            show,
            Operation("One application with its steps.", responses.Application, refuses=(404,)),
        ),
        Route(
            "POST",
            "/v1/applications/<application>/decisions",
            DECIDE_APPLICATIONS,
            decide,
            Operation(
                "Pass an application on, refuse it, or grant it as the ministry: unit and account are made.",
                responses.Application,
                body=requests.DecideApplication,
                key=True,
                refuses=(404, 409),
            ),
        ),
        Route(
            "GET",
            "/v1/application-counts",
            VIEW_FIGURES,
            count,
            Operation(
                "How many applications for counties below a unit wait, and where.",
                responses.HolderCounts,
                query=requests.UnderQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/public-applications",
            ANYONE,
            apply,
            Operation(
                "Apply for the own missing county without an account; the answer code reads the answer.",
                responses.Applied,
                201,
                body=requests.PublicApplication,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "POST",
            "/v1/public-applications/look-up",
            ANYONE,
            look_up,
            Operation(
                "State of the application with this answer code.",
                responses.Standing,
                body=requests.AnswerCode,
                refuses=(429,),
            ),
        ),
    ]
