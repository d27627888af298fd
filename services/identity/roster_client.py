"""Client of roster: the pupil behind a code, a pupil's class, the pupils of a class, the guardians that it lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from shared.infrastructure.errors import Refused
from shared.language import path as paths
from shared.service.service_client import InternalClient


@dataclass(frozen=True, slots=True)
class Child:
    """The pupil behind a registration code, as a parent may see it."""

    pupil: str
    masked_name: str
    school_name: str
    class_name: str


@dataclass(frozen=True, slots=True)
class Division:
    """A unit from the nation down to a county. level: "province", "city" and so on."""

    code: str
    name: str
    level: str
    path: str


@dataclass(frozen=True, slots=True)
class School:
    path: str
    is_open: bool


class Roster(Protocol):
    def child(self, registration_code: str, birth_date: str) -> Child | None:
        """The pupil; None for an unknown code or another birth date. Raises Refused("code-ended")."""
        ...

    def renew_code(self, pupil: str, command: str) -> str:
        """A new registration code; the old one is void. command: the same one gets the same code.

        Raises Refused("gone") once the code of this command has been replaced.
        """
        ...

    def spend(self, pupil: str) -> None:
        """Record that the pupil's registration code has been used."""
        ...

    def lists_guardian(self, pupil: str, name: str, relation: str) -> bool:
        """True if the roster lists a guardian of this name and relation for the pupil."""
        ...

    def was_born(self, pupil: str, birth_date: str) -> bool:
        """True if the pupil was born on this day. Raises Refused("not-found")."""
        ...

    def class_path(self, pupil: str) -> str:
        """The path of the pupil's class. Raises Refused("not-found")."""
        ...

    def pupils(self, path: str) -> list[str]:
        """Pupils enrolled in the class at exactly this path, including those who have left; [] when there is none."""
        ...

    def school(self, code: str) -> School | None:
        """The school of this code; None for a code that roster does not know, or of another unit."""
        ...

    def unit_names(self, codes: Sequence[str]) -> Mapping[str, str]:
        """Names of those of these units that exist, by code."""
        ...

    def units(self, codes: Sequence[str]) -> Mapping[str, Division]:
        """Units among these that exist and are open, by code."""
        ...

    def open_county(self, code: str, name: str, parent: str, command: str) -> Division:
        """Open a county below a unit; the one that is there, open and below it, is returned as it is.

        command: the same one gets the same county. Raises Refused("unit-exists", "not-found", "bad-fields").
        """
        ...

    def divisions(self, code: str) -> list[Division]:
        """The unit and the open provinces, cities and counties below it, from above. Raises Refused("not-found")."""
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
            if refused.status == 422:  # unknown, void, another birth date: callers must not be able to tell them apart
                return None
            raise
        return Child(found["pupil"], found["masked_name"], found["school_name"], found["class_name"])

    def renew_code(self, pupil: str, command: str) -> str:
        asked = {"pupil": pupil, "command": command}
        return str(self._client.post("/internal/registration-codes/renew", asked)["registration_code"])

    def spend(self, pupil: str) -> None:
        self._client.post("/internal/registration-codes/spend", {"pupil": pupil})

    def lists_guardian(self, pupil: str, name: str, relation: str) -> bool:
        asked = {"pupil": pupil, "name": name, "relation": relation}
        return bool(self._client.post("/internal/guardians/compare", asked)["known"])

    def was_born(self, pupil: str, birth_date: str) -> bool:
        asked = {"pupil": pupil, "birth_date": birth_date}
        return bool(self._client.post("/internal/birth-dates/compare", asked)["equal"])

    def class_path(self, pupil: str) -> str:
        quoted = quote(pupil, safe="")  # a caller may have put anything into the address
        return str(self._client.get(f"/internal/pupils/{quoted}/class")["path"])

    def pupils(self, path: str) -> list[str]:
        try:
            found = self._client.get(f"/internal/classes/{quote(paths.last(path), safe='')}/pupils")
        except Refused as refused:
            if refused.status == 404:
                return []
            raise
        # The path of an account is what its issuer wrote: roster knows where the class really is.
        return [str(pupil) for pupil in found["pupils"]] if found["path"] == path else []

    def school(self, code: str) -> School | None:
        found = self._client.post("/internal/units", {"codes": [code]})["items"]
        return next((School(unit["path"], unit["open"]) for unit in found if unit["level"] == "school"), None)

    def unit_names(self, codes: Sequence[str]) -> Mapping[str, str]:
        found = self._client.post("/internal/units", {"codes": sorted(set(codes))})
        return {str(unit["code"]): str(unit["name"]) for unit in found["items"]}

    def divisions(self, code: str) -> list[Division]:
        found = self._client.get(f"/internal/units/{quote(code, safe='')}/divisions")["items"]
        return [_division(unit) for unit in found if unit["open"]]

    def units(self, codes: Sequence[str]) -> Mapping[str, Division]:
        found = self._client.post("/internal/units", {"codes": sorted(set(codes))})["items"]
        return {unit["code"]: _division(unit) for unit in found if unit["open"]}

    def open_county(self, code: str, name: str, parent: str, command: str) -> Division:
        asked = {"code": code, "name": name, "parent": parent, "command": command}
        return _division(self._client.post("/internal/counties", asked))


def _division(unit: Mapping[str, Any]) -> Division:
    return Division(unit["code"], unit["name"], unit["level"], unit["path"])
