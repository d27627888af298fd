"""What other services ask: whose code this is, whether a guardian is known, where a pupil is, and who is in a class."""
from __future__ import annotations

from typing import Any

from services.roster.api import requests as schemas
from services.roster.api import responses as answers
from services.roster.dependencies import Roster
from services.roster.personal_data import knows_guardian
from services.roster.roster_file import checks
from services.roster.use_cases import pupil_changes as changes
from shared.eventsourcing.store import Command
from shared.infrastructure.pii import mask_name
from shared.service.app import SERVICE, Route, body, caller
from shared.service.operations import About


def internal_routes(roster: Roster) -> list[Route]:
    api = InternalApi(roster)
    return [
        Route("POST", "/internal/registration-codes/check", SERVICE, api.check,
              About("The pupil of a registration code.", answers.CodeOwner, body=schemas.CodeCheckSchema)),
        Route("POST", "/internal/registration-codes/spend", SERVICE, api.spend,
              About("Note that somebody has registered with the pupil's code.", answers.Spent, body=schemas.PupilSchema, refuses=(404, 409))),
        Route("POST", "/internal/guardians/compare", SERVICE, api.compare,
              About("Whether the roster lists this guardian.", answers.Known, body=schemas.GuardianSchema, refuses=(404,))),
        Route("GET", "/internal/pupils/<pupil>/place", SERVICE, api.place, About("Where a pupil is now.", answers.Place)),
        Route("GET", "/internal/classes/<class_>/pupils", SERVICE, api.pupils,
              About("A class and who is registered in it.", answers.ClassPupils, refuses=(404,))),
    ]


class InternalApi:
    def __init__(self, roster: Roster) -> None:
        self._r = roster

    def check(self) -> Any:
        asked = body()
        row = changes.check_code(self._r.tables, self._r.secrets, asked["registration_code"], asked["birth_date"])
        tree, state = self._r.tree, row.state
        return {"pupil": row.id, "masked_name": mask_name(self._r.secrets.fields(row)["name"]),
                "school_name": tree.unit(state.school).name, "class_name": tree.class_(state.class_).name}

    def spend(self) -> Any:
        pupil = body()["pupil"]
        return changes.spend(self._r.store, self._r.tables, Command(f"{caller().account}:spend:{pupil}", caller().account), pupil)

    def compare(self) -> Any:
        asked = body()
        row = changes.pupil_row(self._r.tables, asked["pupil"])
        try:
            name = checks.name(asked["name"])
        except checks.Wrong:
            return {"known": False}   # no roster holds a guardian whose name is none
        return {"known": knows_guardian(self._r.secrets.fields(row), name, checks.clean(asked["relation"]))}

    def place(self, pupil: str) -> Any:
        row = changes.pupil_row(self._r.tables, pupil)
        return {"school": row.state.school, "class": row.state.class_, "path": self._r.pupil_path(row)}

    def pupils(self, class_: str) -> Any:
        return {"path": self._r.tree.class_path(self._r.tree.class_(class_)),
                "pupils": sorted(row.id for row in self._r.tables.pupils.find("class", [class_]))}
