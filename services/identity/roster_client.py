"""What identity asks roster: whose code this is, where a pupil is, who is in a class, and whether the roster lists such a guardian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.service.service_client import InternalClient


@dataclass(frozen=True, slots=True)
class Child:
    """The pupil behind a registration code, and what a parent is shown of it: the name is masked."""

    pupil: str
    masked_name: str
    school_name: str
    class_name: str

    def shown(self) -> dict[str, str]:
        return {"masked_name": self.masked_name, "school_name": self.school_name, "class_name": self.class_name}


class Roster(Protocol):
    def child(self, registration_code: str, birth_date: str) -> Child | None:
        """The pupil, None when the code is unknown or the birth date is another."""
        ...

    def spend(self, pupil: str) -> None:
        """Note that the pupil's registration code has been used."""
        ...

    def knows_guardian(self, pupil: str, name: str, relation: str) -> bool: ...

    def place(self, pupil: str) -> str:
        """The path of the pupil's class. Raises Refused("not-found")."""
        ...

    def pupils(self, path: str) -> list[str]:
        """Who is registered in the class at this path, those who have left included; nobody when no class lies exactly there."""
        ...


class HttpRoster:
    """Roster over its internal API."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    def child(self, registration_code: str, birth_date: str) -> Child | None:
        try:
            found = self._client.post(
                "/internal/registration-codes/check", {"registration_code": registration_code, "birth_date": birth_date}
            )
        except Refused as refused:
            if (
                refused.status == 422
            ):  # unknown, void or another birth date: the public hears one sentence for all of them
                return None
            raise
        return Child(found["pupil"], found["masked_name"], found["school_name"], found["class_name"])

    def spend(self, pupil: str) -> None:
        self._client.post("/internal/registration-codes/spend", {"pupil": pupil})

    def knows_guardian(self, pupil: str, name: str, relation: str) -> bool:
        return bool(
            self._client.post("/internal/guardians/compare", {"pupil": pupil, "name": name, "relation": relation})[
                "known"
            ]
        )

    def place(self, pupil: str) -> str:
        return str(
            self._client.get(f"/internal/pupils/{quote(pupil, safe='')}/place")["path"]
        )  # whatever a caller wrote there

    def pupils(self, path: str) -> list[str]:
        try:
            found = self._client.get(f"/internal/classes/{quote(paths.last(path), safe='')}/pupils")
        except Refused as refused:
            if refused.status == 404:
                return []
            raise
        return (
            [str(pupil) for pupil in found["pupils"]] if found["path"] == path else []
        )  # a path is what somebody wrote, once
