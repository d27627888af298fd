"""School admins who arrive from the registry: the drill is their browser, this machine's stand-in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from drill.clients import Json, Person, Problem
from drill.county import School
from drill.world import World

TRIES = 5  # an answer that was spent by a process that died with it is not taken again: the sign-in begins anew
UNKNOWN_SCHOOL = "2199999999"


@dataclass
class Arriving(Person):
    """A registry admin without a password here. name, school: as the registry knows the person; login: for people."""

    name: str = ""
    school: str = ""

    def sign_in(self) -> Json:
        with self._lock:
            for last in (*(False,) * (TRIES - 1), True):
                try:
                    response: Json = self.send(self.answer())
                except Problem as problem:
                    if last or problem.code != "registry-sign-in-ended":
                        raise
                else:
                    break
            self.take_tokens(response)
            self.account = response["account"]["id"]
            return response

    def confirm(self) -> None:
        """Prove it again, as printing, exporting and resetting ask for: at the registry."""
        self.sign_in()

    def answer(self) -> Mapping[str, str]:
        """A new answer of the registry, as it comes to the browser."""
        begun = self.line.ask("POST", "identity", "/v1/registry-sign-ins", json={}).json()
        back = self.line.send_form(begun["address"], {"name": self.name, "school_code": self.school})
        found = dict(parse_qsl(urlsplit(back).query))
        return {"state": found["state"], "code": found["code"], "answered_by": found["iss"], "secret": begun["secret"]}

    def send(self, answer: Mapping[str, str]) -> Json:
        response: Json = self.line.ask("POST", "identity", "/v1/registry-sign-ins/arrival", json=dict(answer)).json()
        return response


def comes_from_registry(world: World, school: School) -> bool:
    """True for every second school, where the copy has a registry."""
    return world.region.schools.index(school) % 2 == 1 and world.line.reaches(world.line.addresses.get("registry", ""))


def arrive(world: World, school: School) -> Person:
    """The school's first admin arrives: the account opens at once, and no answer is taken twice."""
    name = f"{school.name}学籍管理员"
    world.keep_secret(name)
    admin = Arriving(
        world.line,
        f"{world.run}-arriving-{school.code}",
        world.random(f"client {school.code}"),
        "(from the registry)",
        name=name,
        school=school.code,
    )
    stranger = Arriving(world.line, admin.tag, admin.random, admin.login, name=name, school=UNKNOWN_SCHOOL)
    world.must_refuse("an arrival at a school of nobody", ("registry-school-unknown",), stranger.sign_in)
    arrived = admin.sign_in()
    world.expect(arrived["account"]["paths"] == [school.path], f"{school.name}: its admin has arrived elsewhere")
    spent = admin.answer()
    admin.take_tokens(admin.send(spent))
    world.must_refuse(
        "an answer of the registry that was taken", ("registry-sign-in-ended",), partial(admin.send, spent)
    )
    world.ledger.arrived[school.code] = admin.account
    return admin


def compare(world: World) -> None:
    """A person who arrived before finds the account of the first day again."""
    for school, account in world.ledger.arrived.items():
        again = world.schools[school].sign_in()
        world.expect(
            (again["account"]["id"], again["first"]) == (account, False),
            f"{school}: another account at the next arrival",
        )
