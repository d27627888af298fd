"""What other services ask: whose code this is, whether a guardian is known, where a pupil is, and who is in a class."""

from __future__ import annotations

from typing import Any

from services.roster.api import requests, responses
from services.roster.dependencies import Dependencies
from services.roster.personal_data import knows_guardian
from services.roster.roster_file import checks
from services.roster.use_cases import pupil_changes as changes
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.pii import mask_name
from shared.language.class_names import class_name
from shared.service.app import SERVICE, Route, body, caller
from shared.service.operations import Operation


def internal_routes(deps: Dependencies) -> list[Route]:
    api = InternalApi(deps)
    return [
        Route(
            "POST",
            "/internal/registration-codes/check",
            SERVICE,
            api.check,
            Operation("The pupil of a registration code.", responses.CodeOwner, body=requests.CodeCheckSchema),
        ),
        Route(
            "POST",
            "/internal/registration-codes/spend",
            SERVICE,
            api.spend,
            Operation(
                "Note that somebody has registered with the pupil's code.",
                responses.Spent,
                body=requests.PupilSchema,
                refuses=(404, 409),
            ),
        ),
        Route(
            "POST",
            "/internal/guardians/compare",
            SERVICE,
            api.compare,
            Operation(
                "Whether the roster lists this guardian.", responses.Known, body=requests.GuardianSchema, refuses=(404,)
            ),
        ),
        Route(
            "GET",
            "/internal/pupils/<pupil>/place",
            SERVICE,
            api.place,
            Operation("Where a pupil is now.", responses.Place),
        ),
        Route(
            "GET",
            "/internal/classes/<class_>/pupils",
            SERVICE,
            api.pupils,
            Operation("A class and who is registered in it.", responses.ClassPupils, refuses=(404,)),
        ),
    ]


class InternalApi:
    def __init__(self, deps: Dependencies) -> None:
        self._r = deps

    def check(self) -> Any:
        asked = body()
        row = changes.check_code(self._r.tables, self._r.personal_data, asked["registration_code"], asked["birth_date"])
        tree, state = self._r.tree, row.state
        return {
            "pupil": row.id,
            "masked_name": mask_name(self._r.personal_data.fields(row)["name"]),
            "school_name": tree.unit(state.school).name,
            "class_name": class_name(state.class_, self._r.today()),
        }

    def spend(self) -> Any:
        pupil = body()["pupil"]
        return changes.spend(
            self._r.store, self._r.tables, CommandContext(f"{caller().account}:spend:{pupil}", caller().account), pupil
        )

    def compare(self) -> Any:
        asked = body()
        row = changes.pupil_row(self._r.tables, asked["pupil"])
        try:
            name = checks.name(asked["name"])
        except checks.Wrong:
            return {"known": False}  # no roster holds a guardian whose name is none
        return {"known": knows_guardian(self._r.personal_data.fields(row), name, checks.clean(asked["relation"]))}

    def place(self, pupil: str) -> Any:
        row = changes.pupil_row(self._r.tables, pupil)
        return {"school": row.state.school, "class": row.state.class_, "path": self._r.pupil_path(row)}

    def pupils(self, class_: str) -> Any:
        return {
            "path": self._r.tree.class_path(self._r.tree.class_(class_)),
            "pupils": sorted(row.id for row in self._r.tables.pupils.find("class", [class_])),
        }
