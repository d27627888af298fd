"""Schools import their rosters: with mistakes, corrected, again, last year's; and undo what was wrong."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from drill.clients import Json, Person
from drill.county import School
from drill.rosters import RosterFile, arrival_file, last_years_file, newer_file, roster_file
from drill.world import World

WRONG_ROWS = 5


def import_with_mistakes(world: World, school: School) -> None:
    """Import with wrong rows, which are all reported; then corrected; then once more, which changes nothing.

    A stranger in a file of its own and a newer list, imported in parts, are undone. The newer list again, after which
    one pupil is recorded as having left; the first one takes both back, and stands on it. Last year's is refused,
    because nobody confirms it.
    """
    random = world.random(f"roster {school.code}")
    wrong = WRONG_ROWS if len(school.pupils) > 4 * WRONG_ROWS else 0
    spoiled, clean = roster_file(school, random, wrong=wrong), roster_file(school, random)
    everybody = len(school.pupils)
    _import(world, school, spoiled, added=0, dry=True)
    if wrong:
        fetch_marked(world, school, send_roster(world, school, spoiled, dry=True))
    _import(world, school, spoiled, added=everybody - len(spoiled.missing))
    _import(world, school, clean, waiting=len(spoiled.missing), unchanged=everybody - len(spoiled.missing))
    confirm_arrivals(world, school, world.bureaus[school.run_by.code], len(spoiled.missing))
    _import(world, school, clean, unchanged=everybody)
    take_back_a_stranger(world, school, random)
    if newer := newer_file(school, random):
        part, rest = import_in_parts(world, school, newer)
        take_back(world, school, rest, proposals=1)
        take_back(world, school, part, changed=1)
        _import(world, school, clean, unchanged=everybody)
        (missing,) = _import(world, school, newer, moved=1, proposed=1, missing=1, unchanged=newer.rows - 2)
        left = {"kind": "left", "reason": "不在新名册上"}
        world.schools[school.code].post("roster", f"/v1/pupils/{missing['pupil']}/changes", left)
        earlier = latest(world, school)
        _import(world, school, clean, rejoined=1, moved=1, unchanged=everybody - 2)
        refuse_to_take_back(world, school, earlier)
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


def fetch_marked(world: World, school: School, trial: Json) -> None:
    """The kept file of a trial run with its problems marked."""
    admin = world.schools[school.code]
    content = admin.fetch("roster", f"/v1/imports/{trial['import']}/marked.xlsx")
    world.expect(content[:2] == b"PK", f"the marked file of {school.code} is no workbook")
    world.ledger.did("roster-file", admin.account)


# ---- parts
def import_in_parts(world: World, school: School, newer: RosterFile) -> tuple[str, str]:
    """Take the move of a newer list, then the rest of the same file. The ids of both imports."""
    admin, trial = world.schools[school.code], send_roster(world, school, newer, dry=True)
    part = admin.post("roster", f"/v1/imports/{trial['import']}/runs", {"take": {"kinds": ["moved"]}})
    rest = admin.post("roster", f"/v1/imports/{part['import']}/runs", {})
    told = [{name: each[name] for name in ("moved", "proposed", "left_out")} for each in (part, rest)]
    wanted = [{"moved": 1, "proposed": 0, "left_out": 1}, {"moved": 0, "proposed": 1, "left_out": 0}]
    world.expect(told == wanted, f"an import in parts at {school.code}: {told} instead of {wanted}")
    return str(part["import"]), str(rest["import"])


# ---- undo
def take_back_a_stranger(world: World, school: School, random: Random) -> None:
    """A child of another school gets into a file by mistake. Undone, no figure has ever heard of it."""
    klass = school.classes[0]
    name = "诸葛误录"
    own = replace(klass.pupils[0], name=name, written=name, born="2011-02-03")
    stranger = replace(own, number="", id_type="", id_number="")
    report = send_roster(world, school, arrival_file(school, klass, stranger, random))
    world.expect((report["added"], report["errors"]) == (1, []), f"a stranger at {school.code}: {report}")
    take_back(world, school, report["import"], added=1)


def take_back(world: World, school: School, run: str, **wanted: int) -> None:
    """Undo an import, after a look at its counts."""
    admin = world.schools[school.code]
    seen = admin.get("roster", f"/v1/imports/{run}/undo")
    done = admin.post("roster", f"/v1/imports/{run}/undo", {"confirm": seen["confirm"]})
    told = {kind: number for kind, number in done["taken_back"].items() if number}
    world.expect(
        (done["status"], told) == ("undone", wanted), f"undo at {school.code}: {done['status']} {told}, not {wanted}"
    )
    world.ledger.did("import-undone", admin.account)


def refuse_to_take_back(world: World, school: School, run: str) -> None:
    """An import on which a later one stands."""
    admin = world.schools[school.code]
    seen = admin.get("roster", f"/v1/imports/{run}/undo")
    world.expect(seen["standing"] > 0, f"nothing stands on an older import of {school.code}")
    world.must_refuse(
        "undoing an import on which another one stands",
        ("import-stands",),
        lambda: admin.post("roster", f"/v1/imports/{run}/undo", {"confirm": seen["confirm"]}),
    )


def latest(world: World, school: School) -> str:
    runs = world.schools[school.code].get("roster", f"/v1/units/{school.code}/imports")["items"]
    return str(runs[0]["import"])
