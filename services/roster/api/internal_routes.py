"""Roster's routes for other services: registration codes, guardians, where pupils are, units."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.dependencies import Dependencies
from services.roster.use_cases import pupils, registration_codes, units
from shared.service.app import SERVICE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller


def internal_routes(deps: Dependencies) -> list[Route]:
    api = InternalApi(deps)
    return [
        Route(
            "POST",
            "/internal/registration-codes/check",
            SERVICE,
            api.check_code,
            Operation(
                "The pupil of a registration code.", responses.CodeOwner, body=requests.CheckCode, refuses=(410,)
            ),
        ),
        Route(
            "POST",
            "/internal/registration-codes/spend",
            SERVICE,
            api.spend_code,
            Operation(
                "Record that a guardian has registered with the pupil's code.",
                responses.Spent,
                body=requests.SpendCode,
                refuses=(404, 409),
            ),
        ),
        Route(
            "POST",
            "/internal/registration-codes/renew",
            SERVICE,
            api.renew_code,
            Operation(
                "A new registration code where the old one must serve nobody any more.",
                responses.NewCode,
                body=requests.RenewCode,
                refuses=(404, 409, 410),
            ),
        ),
        Route(
            "POST",
            "/internal/guardians/compare",
            SERVICE,
            api.compare_guardian,
            Operation(
                "Whether the roster lists this guardian.",
                responses.GuardianKnown,
                body=requests.CompareGuardian,
                refuses=(404,),
            ),
        ),
        Route(
            "POST",
            "/internal/birth-dates/compare",
            SERVICE,
            api.compare_birth_date,
            Operation(
                "Whether the pupil was born on this day.",
                responses.BirthDateEqual,
                body=requests.CompareBirthDate,
                refuses=(404,),
            ),
        ),
        Route(
            "GET",
            "/internal/pupils/<pupil>/class",
            SERVICE,
            api.class_of_pupil,
            Operation("The present class of a pupil.", responses.PupilClass),
        ),
        Route(
            "GET",
            "/internal/classes/<class_>/pupils",
            SERVICE,
            api.pupils_of_class,
            Operation("The path of a class and its pupils.", responses.ClassPupils, refuses=(404,)),
        ),
        Route(
            "POST",
            "/internal/units",
            SERVICE,
            api.units,
            Operation("The units of these codes that exist.", responses.Units, body=requests.UnitCodes),
        ),
        Route(
            "POST",
            "/internal/counties",
            SERVICE,
            api.open_county,
            Operation(
                "Open a county that was granted; the same one is returned as it is.",
                responses.Unit,
                body=requests.OpenCounty,
                refuses=(404, 409),
            ),
        ),
        Route(
            "GET",
            "/internal/units/<code>/divisions",
            SERVICE,
            api.divisions,
            Operation(
                "A unit and the provinces, cities and counties below it, from above.", responses.Units, refuses=(404,)
            ),
        ),
    ]


class InternalApi:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def check_code(self) -> Any:
        given = body()
        return registration_codes.check_code(self._deps, given["registration_code"], given["birth_date"])

    def spend_code(self) -> Any:
        return registration_codes.spend_code(self._deps, caller(), body()["pupil"])

    def renew_code(self) -> Any:
        return registration_codes.renew_code(self._deps, caller(), **body())

    def compare_guardian(self) -> Any:
        return {"known": pupils.knows_guardian(self._deps, **body())}

    def compare_birth_date(self) -> Any:
        return {"equal": pupils.was_born(self._deps, **body())}

    def class_of_pupil(self, pupil: str) -> Any:
        return pupils.class_of_pupil(self._deps, pupil)

    def pupils_of_class(self, class_: str) -> Any:
        return pupils.pupils_of_class(self._deps, class_)

    def units(self) -> Any:
        return {"items": units.name_units(self._deps, body()["codes"])}

    def open_county(self) -> Any:
        return units.open_county(self._deps, caller(), body())

    def divisions(self, code: str) -> Any:
        return {"items": units.list_divisions(self._deps, code)}
