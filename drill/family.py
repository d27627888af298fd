"""A pupil's form and the people around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import numpy as np

from drill.clients import Person
from drill.county import CSV
from drill.people import Pupil
from drill.photos import Photo
from drill.printed import Sheet
from drill.scripts import Script
from drill.world import World

T = TypeVar("T")


@dataclass
class Family:
    """id: the pupil's id in the system. sheet: the valid one; old_sheet: the one before. sibling: a second child.

    second_is_listed: the roster lists the second guardian. registration_code: a reissued one. waiting_by: sender of the
    waiting photo. last: the photo sent last, receipt: its number; last_reason: of the last return. new_name: as it was
    corrected. stranger: has the paper and no account. camera: randomness for photos alone.
    """

    world: World
    pupil: Pupil
    id: str
    script: Script
    random: Random
    sheet: Sheet | None = None
    old_sheet: Sheet | None = None
    sibling: Family | None = None
    guardian: Person | None = None
    second_guardian: Person | None = None
    second_is_listed: bool = False
    registration_code: str = ""
    waiting_by: str = ""
    last: Photo | None = None
    last_reason: str = ""
    receipt: str = ""
    new_name: str = ""
    stranger: Person = field(init=False)
    camera: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.stranger = self.world.person(f"code-{self.id}")
        self.camera = np.random.default_rng(self.random.getrandbits(64))

    @property
    def class_(self) -> str:
        """The pupil's current class."""
        return self.world.ledger.pupils[self.id].class_

    @property
    def teacher(self) -> Person:
        return self.world.teachers[self.class_]

    @property
    def admin(self) -> Person:
        """The registry admin of the pupil's school."""
        return self.world.schools[self.world.ledger.nodes[self.class_].parent]

    @property
    def lists_two_guardians(self) -> bool:
        """True if the roster file of the pupil's school has columns for a second guardian."""
        code = self.world.ledger.nodes[self.class_].parent
        return next(school.style for school in self.world.region.schools if school.code == code) != CSV

    @property
    def paper(self) -> Sheet:
        """The valid sheet."""
        return given(self.sheet)

    @property
    def code(self) -> str:
        """The registration code: the reissued one if there is one, else the one on page 2."""
        return self.registration_code or self.paper.registration_code

    def sender(self, who: str) -> tuple[Person, dict[str, str]]:
        """The sender of a photo and the fields that identify the form: the typed code, or the pupil."""
        if who == "code":
            code = self.paper.upload_code
            return self.stranger, {
                "upload_code": code
                if self.random.random() < 0.7
                else "-".join(code[i : i + 4] for i in range(0, 16, 4)).lower()
            }
        people = {
            "guardian": self.guardian,
            "second": self.second_guardian,
            "teacher": self.teacher,
            "school": self.admin,
        }
        return given(people[who]), {"campaign": self.world.campaign, "pupil": self.id}

    def form(self) -> dict[str, Any]:
        """The form as the class teacher sees it."""
        items = self.teacher.get("upload", f"/v1/pupils/{self.id}/forms")["items"]
        return next(item for item in items if item["campaign"] == self.world.campaign)

    @property
    def form_path(self) -> str:
        return f"/v1/forms/{self.world.campaign}/{self.id}"


def given(thing: T | None) -> T:
    """Raises LookupError for None."""
    if thing is None:
        raise LookupError("A script needs something that has not happened yet.")
    return thing
