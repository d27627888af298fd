"""The people of the stand-in: test persons, each with a school, as the registry would know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

MOST = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of a registry account. school: a school code. school_name: "" where nobody has told it."""

    name: str
    school: str
    school_name: str = ""

    @property
    def subject(self) -> str:
        """The registry's id of the person: always the same for a name at a school."""
        return sha256(f"{self.school} {self.name}".encode()).hexdigest()[:24]


class People:
    """The last MOST people that were entered, newest first."""

    def __init__(self) -> None:
        self._people: dict[str, Holder] = {}

    def add(self, name: str, school: str, school_name: str = "") -> Holder:
        """Raises ValueError for a name or a code that is none."""
        holder = Holder(name.strip(), school.strip(), school_name.strip())
        if not holder.name or not holder.school.isdecimal():
            raise ValueError("a name and a school code")
        kept = self._people.pop(holder.subject, holder)
        self._people[holder.subject] = holder if holder.school_name else kept
        while len(self._people) > MOST:
            del self._people[next(iter(self._people))]
        return self._people[holder.subject]

    def get(self, subject: str) -> Holder | None:
        return self._people.get(subject)

    def listed(self) -> Sequence[Holder]:
        return list(reversed(self._people.values()))
