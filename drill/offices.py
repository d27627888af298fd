"""Preparations of offices and schools: choose a county, open schools and the campaign."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from drill.arriving import arrive, comes_from_registry
from drill.clients import Person, Problem
from drill.county import Region, School, Unit
from drill.issuing import come_back_after_reset, give_teachers, issue
from drill.ledger import Node
from drill.people import Pupil
from drill.units import close_mistaken_class, open_unit
from drill.world import World, await_until

NATION = "000000"
PROVINCES = 32


def choose_region(ministry: Person, seed: int) -> Region:
    """A county without schools and another one of the same province, chosen by the seed."""
    _await_tree(ministry)
    random = Random(f"rollcall {seed} county")
    nation = _unit(ministry, NATION)
    provinces = below(ministry, NATION)
    random.shuffle(provinces)
    for province in provinces:
        free = _free_counties(ministry, (nation, province), random)
        found = [county for county in (next(free, None), next(free, None)) if county]
        if len(found) == 2:
            (chain, county), (other_chain, other) = found
            return Region(county, chain, other, other_chain)
    raise LookupError("Every county of this copy has schools already; start a fresh one with another data folder.")


def _await_tree(ministry: Person) -> None:
    """Wait until a new copy has loaded all regions: otherwise the machine's speed would influence the choice."""
    looks = [0]

    def complete() -> bool:
        looks.append(_last_regions(ministry))
        return 0 < looks[-1] == looks[-2]

    await_until(complete, "The organisation tree", pause=0.5)


def _last_regions(ministry: Person) -> int:
    """Number of units in the last province that has any, and in its last city: regions are loaded in order of code."""
    provinces = sorted(below(ministry, NATION), key=lambda unit: unit.code)
    if len(provinces) < PROVINCES:
        return 0
    last = next((units for province in reversed(provinces) if (units := below(ministry, province.code))), [])
    cities = sorted(unit.code for unit in last if unit.level == "city")
    in_city = len(below(ministry, cities[-1])) if cities else 1
    return len(last) + in_city if in_city else 0


def _free_counties(
    ministry: Person, above: tuple[Unit, ...], random: Random
) -> Iterator[tuple[tuple[Unit, ...], Unit]]:
    """Counties without schools below a unit, at most one of each city, each with all units above it."""
    units = below(ministry, above[-1].code)
    random.shuffle(units)
    for unit in units:
        if unit.level == "county" and not below(ministry, unit.code):
            yield above, unit
        elif unit.level == "city":
            yield from [found for found in [next(_free_counties(ministry, (*above, unit), random), None)] if found]


def below(person: Person, code: str) -> list[Unit]:
    try:
        return [
            Unit(u["code"], u["name"], u["level"], u["path"])
            for u in person.get("roster", f"/v1/units/{code}/children")["items"]
        ]
    except Problem as problem:
        if problem.status == 404:
            return []
        raise


def _unit(person: Person, code: str) -> Unit:
    found = person.get("roster", f"/v1/units/{code}")
    return Unit(found["code"], found["name"], found["level"], found["path"])


def take_code_alone(world: World) -> None:
    """The province lets all its families upload by code alone; its county decides the same for itself."""
    for unit in (world.region.province, world.region.county):
        path, bureau = f"/v1/units/{unit.code}/code-alone", world.bureaus[unit.code]
        decided = bureau.post("roster", path, {"code_alone": "on"})
        world.expect(decided["applies"] and decided["decided_in"] == unit.code, f"{unit.name} has decided otherwise")


def open_school(world: World, school: School) -> None:
    """Add the school and its admin, as the bureau above; then its leader, classes and class teachers, as the admin."""
    bureau = world.bureaus[school.run_by.code]
    open_unit(world, bureau, school)
    world.ledger.nodes[school.code] = Node(school.code, school.name, "school", school.run_by.code)
    admin = (
        arrive(world, school)
        if comes_from_registry(world, school)
        else issue(world, bureau, "school", school.path, school.code, f"{school.name}学籍管理员")
    )
    world.schools[school.code] = admin
    leader = f"{school.name}校长"
    world.leaders[school.code] = issue(world, admin, "leader", school.path, school.code, leader, yes_of=bureau)
    for klass in school.classes:
        asked = {"stage": klass.stage, "entry_year": klass.entry_year, "number": klass.number, "name": ""}
        made = admin.post("roster", f"/v1/units/{school.code}/classes", asked)
        world.expect(made["id"] == klass.id, f"class {klass.id} was opened as {made['id']}")
        world.ledger.nodes[klass.id] = Node(klass.id, made["name"], "class", school.code)
    close_mistaken_class(admin, school)
    give_teachers(world, admin, school)
    come_back_after_reset(world, admin, world.teachers[school.classes[0].id])


def find_pupils(world: World, school: School) -> dict[str, tuple[Pupil, str]]:
    """The school's pupils as their class teachers see them: id -> pupil and class. Enrols them in the ledger."""
    found: dict[str, tuple[Pupil, str]] = {}
    for klass in school.classes:
        by_name = {pupil.name: pupil for pupil in klass.pupils}
        items = world.teachers[klass.id].get("roster", f"/v1/classes/{klass.id}/pupils")["items"]
        names = sorted(item["name"] for item in items)
        world.expect(
            names == sorted(by_name),
            f"class {klass.id}: {len(names)} names on the teacher's list are not those of the roster's {len(by_name)}",
        )
        for item in items:
            if item["name"] in by_name:
                found[item["pupil"]] = by_name[item["name"]], klass.id
                world.ledger.enrol(item["pupil"], klass.id)
    masked = world.schools[school.code].get("roster", f"/v1/classes/{school.classes[0].id}/pupils")["items"]
    world.expect(
        all("*" in item["name"] for item in masked),
        f"school {school.code}: names are not masked for the school's admin",
    )
    for pupil in school.pupils:
        keep_secrets_of(world, pupil)
    return found


def keep_secrets_of(world: World, pupil: Pupil) -> None:
    guardians = [value for guardian in pupil.guardians for value in (guardian.name, guardian.phone)]
    world.keep_secret(pupil.name, pupil.written, pupil.id_number, pupil.number, pupil.address, pupil.born, *guardians)
