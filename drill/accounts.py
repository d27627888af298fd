"""Accounts to sign in with after a drill: one of each role, so that a newcomer sees what each of them sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drill.arriving import Arriving
from drill.clients import Person
from drill.county import Klass, School
from drill.family import Family
from drill.world import World

PAGES: Mapping[str, str] = {
    "ministry": "/figures /reports /campaigns /accounts /kick-off /operations",
    "bureau": "/figures /reports /accounts /code-alone",
    "school admin": "/school /figures /accounts",
    "school leader": "/arrivals /figures",
    "class teacher": "/class /figures",
    "guardian": "/children",
}


@dataclass(frozen=True, slots=True)
class Account:
    """sees: the unit, class or child that the account is for. pages: addresses in the portal."""

    role: str
    login: str
    password: str
    sees: str
    pages: str


def accounts(world: World, families: Sequence[Family]) -> list[Account]:
    """One account of each role that the drill has issued, from the ministry down to a guardian of the same class."""
    return [*_bureaus(world), *_school(world, families)]


def as_table(found: Sequence[Account], portal: str) -> list[str]:
    """The accounts as lines for the terminal of a local demo: they hold passwords. portal: its address."""
    rows = [("role", "login", "password", "where to look")]
    rows += [(account.role, account.login, account.password, f"{account.pages}  {account.sees}") for account in found]
    role, login, password = (max(len(row[column]) for row in rows) for column in range(3))
    return [
        "",
        f"See it as each of them does: sign in at {portal}/sign-in",
        *(f"  {row[0]:{role}}  {row[1]:{login}}  {row[2]:{password}}  {row[3]}" for row in rows),
        "The drill made up these passwords for this local copy and prints them on this terminal only.",
        "",
    ]


def _bureaus(world: World) -> Iterator[Account]:
    region = world.region
    yield _account("ministry", world.ministry, region.chain[0].name, PAGES["ministry"])
    for unit in (*region.chain[1:], region.county):
        yield _account(unit.level, world.bureaus[unit.code], unit.name, PAGES["bureau"])


def _school(world: World, families: Sequence[Family]) -> Iterator[Account]:
    """The people of one class of the county: the class with most photos waiting among those with a bound guardian."""
    guarded = [family for family in families if family.guardian and world.ledger.pupils[family.id].guardians]
    waiting = [family.class_ for family in families if world.ledger.pupils[family.id].waiting]
    classes = [
        (school, klass)
        for school in world.region.schools
        if school.run_by == world.region.county
        for klass in school.classes
        if any(family.class_ == klass.id for family in guarded)
    ]
    if not classes:
        return
    school, klass = max(classes, key=lambda found: waiting.count(found[1].id))
    yield from _staff(world, school, klass)
    family = next(family for family in guarded if family.class_ == klass.id)
    if family.guardian:
        yield _account("guardian", family.guardian, family.pupil.name, PAGES["guardian"])


def _staff(world: World, school: School, klass: Klass) -> Iterator[Account]:
    yield _account("school admin", world.schools[school.code], school.name, PAGES["school admin"])
    yield _account("school leader", world.leaders[school.code], school.name, PAGES["school leader"])
    class_name = world.ledger.nodes[klass.id].name
    yield _account("class teacher", world.teachers[klass.id], f"{school.name} {class_name}", PAGES["class teacher"])


def _account(role: str, person: Person, sees: str, pages: str) -> Account:
    if isinstance(person, Arriving):
        return Account(role, person.login, "-", sees, f"{pages} /registry/start")
    return Account(role, person.login, person.password, sees, pages)
