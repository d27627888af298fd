"""Units with a life: a school opened under a draft name, another by mistake and closed, and refusals to close."""

from __future__ import annotations

from functools import partial

from drill.clients import Person
from drill.county import School
from drill.world import World

MISTAKEN = 50  # added to a school's number: no school of the county has so many before it
NO_CLASS = 99  # the number of a class that is opened by mistake


def open_unit(world: World, bureau: Person, school: School) -> None:
    """As a draft, which its bureau renames; the ledger, and so every report, knows the second name."""
    mistaken = f"{int(school.code) + MISTAKEN:010}"
    for code, name in ((school.code, f"{school.name}（筹）"), (mistaken, school.name)):
        asked = {"code": code, "name": name, "level": "school", "parent": school.run_by.code, "kind": code[:2]}
        bureau.post("roster", "/v1/units", asked)
    found = bureau.post("roster", f"/v1/units/{school.code}/name", {"name": school.name})
    world.expect(found["name"] == school.name, f"school {school.code} is not called as it was renamed")
    found = bureau.post("roster", f"/v1/units/{mistaken}/closure")
    world.expect(not found["open"], f"school {mistaken} is open after its closing")


def close_mistaken_class(admin: Person, school: School) -> None:
    klass = school.classes[0]
    asked = {"stage": klass.stage, "entry_year": klass.entry_year, "number": NO_CLASS, "name": ""}
    made = admin.post("roster", f"/v1/units/{school.code}/classes", asked)
    admin.post("roster", f"/v1/classes/{made['id']}/closure")


def refuse_to_close(world: World, school: School) -> None:
    """A school, or a class, with pupils stays; and no unit is closed by itself."""
    admin, bureau = world.schools[school.code], world.bureaus[school.run_by.code]
    close = partial(bureau.post, "roster", f"/v1/units/{school.code}/closure")
    world.must_refuse("closing a school with pupils", ("pupils-there",), close)
    close = partial(admin.post, "roster", f"/v1/classes/{school.classes[0].id}/closure")
    world.must_refuse("closing a class with pupils", ("pupils-there",), close)
    close = partial(bureau.post, "roster", f"/v1/units/{school.run_by.code}/closure")
    world.must_refuse("closing of the own unit", ("outside-scope", "nation-stays"), close)
