"""Preparations of offices and schools: choose a county, open schools, import rosters."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from drill.arriving import arrive, comes_from_registry
from drill.clients import Json, Person, Problem
from drill.county import Region, School, Unit
from drill.issuing import come_back_after_reset, give_teachers, issue
from drill.ledger import Node
from drill.people import Pupil
from drill.rosters import RosterFile, last_years_file, newer_file, roster_file
from drill.world import World, await_until

NATION = "000000"
PROVINCES = 32
WRONG_ROWS = 5


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
    bureau.post(
        "roster",
        "/v1/units",
        {
            "code": school.code,
            "name": school.name,
            "level": "school",
            "parent": school.run_by.code,
            "kind": school.code[:2],
        },
    )
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
    give_teachers(world, admin, school)
    come_back_after_reset(world, admin, world.teachers[school.classes[0].id])


# ---- rosters
def import_with_mistakes(world: World, school: School) -> None:
    """Import with wrong rows, which are all reported; then corrected; then once more, which changes nothing.

    Then a newer list, after which one pupil is recorded as having left; the first one takes both back. Last year's is
    refused, because nobody confirms it.
    """
    random = world.random(f"roster {school.code}")
    wrong = WRONG_ROWS if len(school.pupils) > 4 * WRONG_ROWS else 0
    spoiled, clean = roster_file(school, random, wrong=wrong), roster_file(school, random)
    everybody = len(school.pupils)
    _import(world, school, spoiled, added=0, dry=True)
    _import(world, school, spoiled, added=everybody - len(spoiled.missing))
    _import(world, school, clean, waiting=len(spoiled.missing), unchanged=everybody - len(spoiled.missing))
    confirm_arrivals(world, school, world.bureaus[school.run_by.code], len(spoiled.missing))
    _import(world, school, clean, unchanged=everybody)
    if newer := newer_file(school, random):
        (missing,) = _import(world, school, newer, moved=1, proposed=1, missing=1, unchanged=newer.rows - 2)
        left = {"kind": "left", "reason": "不在新名册上"}
        world.schools[school.code].post("roster", f"/v1/pupils/{missing['pupil']}/changes", left)
        _import(world, school, clean, rejoined=1, moved=1, unchanged=everybody - 2)
    if old := last_years_file(school, random):
        world.must_refuse(
            "a class that moves as a whole", ("confirmation-needed",), lambda: send_roster(world, school, old)
        )
    broken = RosterFile(
        "broken.xlsx",
        clean.content[: len(clean.content) // 2] if clean.name.endswith("xlsx") else b"",
        0,
        (),
        frozenset(),
    )
    world.must_refuse(
        "a broken roster file", ("file-damaged", "file-empty"), lambda: send_roster(world, school, broken)
    )


def confirm_arrivals(world: World, school: School, by: Person, count: int) -> None:
    """Confirm the pupils who were not in the first file, as the bureau above the school."""
    everything = by.get("roster", f"/v1/units/{school.run_by.code}/waiting-arrivals")["items"]
    mine = [item["arrival"] for item in everything if item["school"] == school.code]
    world.expect(len(mine) == count, f"arrivals of {school.code}: {len(mine)} wait instead of {count}")
    for arrival in mine:
        by.post("roster", f"/v1/arrivals/{arrival}/answers", {"accept": True})


def _import(
    world: World,
    school: School,
    file: RosterFile,
    *,
    added: int = 0,
    waiting: int = 0,
    rejoined: int = 0,
    moved: int = 0,
    proposed: int = 0,
    missing: int = 0,
    unchanged: int = 0,
    dry: bool = False,
) -> list[Json]:
    """The pupils who are missing from the file."""
    response = send_roster(world, school, file, dry)
    found = sorted((error["row"], error["code"]) for error in response["errors"])
    world.expect(
        found == sorted(file.errors), f"import at {school.code}: row errors {found} instead of {sorted(file.errors)}"
    )
    if not dry:
        wanted = {
            "rows": file.rows,
            "added": added,
            "waiting": waiting,
            "rejoined": rejoined,
            "moved": moved,
            "changed": 0,
            "proposed": proposed,
            "missing": missing,
            "unchanged": unchanged,
            "asked": 0,
        }
        counts = {name: response[name] for name in wanted}
        world.expect(counts == wanted, f"import at {school.code}: {counts} instead of {wanted}")
    missing_pupils: list[Json] = response["missing_pupils"]
    return missing_pupils


def send_roster(world: World, school: School, file: RosterFile, dry: bool = False) -> Json:
    """A trial run; unless `dry`, the file of it is then imported, which is sent once."""
    admin = world.schools[school.code]
    tried = admin.command(
        "POST",
        "roster",
        f"/v1/units/{school.code}/imports",
        files={"file": (file.name, file.content)},
        params={"dry_run": "1"},
    )
    return tried if dry else admin.post("roster", f"/v1/imports/{tried['import']}/runs", {})


def open_campaign(world: World) -> None:
    """Open it, and wait until every pupil has an entry: nothing can be printed before that."""

    def is_ready() -> bool:
        return any(
            item["ready"]
            for item in world.ministry.get("roster", "/v1/campaigns")["items"]
            if item["id"] == world.campaign
        )

    world.ministry.post("roster", f"/v1/campaigns/{world.campaign}/open")
    await_until(is_ready, "The entries of all pupils")


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
