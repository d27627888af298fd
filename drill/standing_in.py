"""A class teacher is away: a colleague stands in for a day with a grant; then a successor gets the account's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from drill.clients import Json, Person
from drill.county import Klass, School
from drill.family import Family
from drill.issuing import activate
from drill.world import World

PERMISSION = "correct-pupils"


@dataclass
class Absence:
    """school: with two classes that have teachers of their own. away: class of the teacher who is away.

    corrected: the pupil whom the colleague has corrected.
    """

    world: World
    families: Sequence[Family]
    school: School = field(init=False)
    own: Klass = field(init=False)
    away: Klass = field(init=False)
    corrected: Family | None = None

    def __post_init__(self) -> None:
        teachers = self.world.teachers
        self.school, self.own, self.away = next(
            (school, one, other)
            for school in self.world.region.schools
            for one, other in zip(school.classes, school.classes[1:], strict=False)
            if teachers[one.id] is not teachers[other.id] and {one.stage, other.stage} <= set(self.world.ledger.stages)
        )

    @property
    def admin(self) -> Person:
        return self.world.schools[self.school.code]

    @property
    def colleague(self) -> Person:
        return self.world.teachers[self.own.id]

    def grant(self) -> None:
        """Let the colleague correct the pupils of the other class, for tomorrow alone; nothing wider can be granted."""
        tomorrow = (date.fromisoformat(self.world.days.passed[-1]) + timedelta(days=1)).isoformat()
        grants = f"/v1/accounts/{self.colleague.account}/grants"
        asked = {
            "permission": PERMISSION,
            "path": f"{self.school.path}{self.away.id}/",
            "first_day": tomorrow,
            "last_day": tomorrow,
        }
        wider = {**asked, "path": self.school.run_by.path}
        self.admin.post("identity", grants, asked)
        self.world.ledger.did("permission-granted", self.admin.account)
        self._must_refuse("a grant wider than the own unit", lambda: self.admin.post("identity", grants, wider))
        self._must_refuse("a substitute before the first day", lambda: self._correct(self._pupil(self.away)))

    def stand_in(self) -> None:
        """On the day the colleague corrects a pupil of that class, and none of the own one."""
        self.corrected = pupil = self._pupil(self.away)
        self._correct(pupil)
        self.world.ledger.business(pupil.id, True)
        if pupil.script.steps:  # whose own story goes on as it was written
            self._correct(pupil, "business-closed")
            self.world.ledger.business(pupil.id, False)
        self._must_refuse("a substitute elsewhere in the school", lambda: self._correct(self._pupil(self.own)))

    def hand_over(self) -> None:
        """The day is over for the substitute; the teacher does not come back, and a successor takes the place."""
        world, old = self.world, self.world.teachers[self.away.id]
        self._must_refuse("a substitute after the last day", lambda: self._correct(self._pupil(self.away)))
        before = self._names(old)
        login, name = f"successor.{self.away.id.lower()}.{world.run}", "接任班主任"
        world.keep_secret(login)
        asked = {"login": login, "display_name": name}
        slip = self.admin.post("identity", f"/v1/accounts/{old.account}/hand-over", asked)
        world.keep_secret(slip["activation_code"], slip["activation_code"].replace("-", ""))
        world.ledger.did("account-handed-over", self.admin.account)
        world.must_refuse("an account that was handed over", ("account-closed",), lambda: old.get("identity", "/v1/me"))
        new = activate(world, f"successor-{self.away.id}", login, slip["activation_code"])
        world.teachers |= {class_: new for class_, teacher in world.teachers.items() if teacher is old}
        world.ledger.handed_over[old.account] = new.account
        world.expect(self._names(new) == before, f"class {self.away.id}: the successor sees other pupils")
        told = {account: {item["event"] for item in self._history(account)} for account in (old.account, new.account)}
        world.expect(
            "handed-over" in told[old.account] and told[new.account] <= {"opened", "activated"},
            f"class {self.away.id}: histories {told} after the hand-over",
        )

    def _history(self, account: str) -> list[Json]:
        items: list[Json] = self.admin.get("identity", f"/v1/accounts/{account}/history")["items"]
        return items

    def _names(self, teacher: Person) -> list[str]:
        items = teacher.get("roster", f"/v1/classes/{self.away.id}/pupils")["items"]
        return sorted(item["name"] for item in items)

    def _pupil(self, klass: Klass) -> Family:
        """A pupil of the class, one about whom nothing else is told where there is one."""
        found = [family for family in self.families if family.class_ == klass.id]
        return min(found, key=lambda family: len(family.script.steps))

    def _correct(self, family: Family, kind: str = "business-opened") -> None:
        self.colleague.post("roster", f"/v1/pupils/{family.id}/changes", {"kind": kind})

    def _must_refuse(self, what: str, act: object) -> None:
        self.world.must_refuse(what, ("outside-scope",), act)  # type: ignore[arg-type]
