"""Schools and bureaus: print, move, transfer, suspend. Each step updates the ledger."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any

from drill.clients import Person, Problem
from drill.county import Klass, School
from drill.family import Family
from drill.importing import send_roster
from drill.printed import Sheet, sheets
from drill.rosters import arrival_file
from drill.world import World, await_until

PRIMARY = "p"
NOT_FOUND = 404


def refuse_prints(world: World, school: School) -> None:
    """Classes of whom no form is expected are not printed, and no class without a download code."""
    for klass in school.classes:
        is_in = klass.stage in world.ledger.stages
        world.must_refuse(
            "printing without a download code" if is_in else "printing for pupils of whom no form is expected",
            ("download-code-needed",) if is_in else ("nothing-to-print",),
            partial(print_of, world, world.schools[school.code], {"class": klass.id}),
        )


def print_classes(world: World, school: School) -> Iterator[tuple[Klass, list[Sheet]]]:
    """A run of the whole school: its leader's download code for all classes, then class after class.

    At the end the archive of the first school's run holds the same sheets, a document for each class.
    """
    admin, classes = world.schools[school.code], [each for each in school.classes if each.stage in world.ledger.stages]
    if not classes:
        return
    asked: dict[str, Any] = {
        "classes": [klass.id for klass in classes],
        "download_code": download_code(world, school.code),
    }
    run, serials = "", list[set[str]]()
    for klass in classes:
        made = print_of(world, admin, asked)
        run, asked = made["run"], {"run": made["run"]}
        found = read_sheets(world, admin, made)
        serials.append({sheet.serial for sheet in found})
        yield klass, found
    if school is world.region.schools[0]:
        _read_archive(world, admin, run, serials)


def _read_archive(world: World, admin: Person, run: str, serials: list[set[str]]) -> None:
    """serials: those that the run has printed, class by class."""
    with zipfile.ZipFile(io.BytesIO(admin.fetch("roster", f"/v1/print-runs/{run}/forms.zip"))) as archive:
        documents = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    archived = [{sheet.serial for sheet in sheets(document)} for document in documents]
    world.expect(archived == serials, f"run {run}: its archive holds other sheets than its {len(serials)} prints")


def download_code(world: World, school: str) -> str:
    """Of the school's registry admin, made by the leader for one run."""
    leader, admin = world.leaders[school], world.schools[school]
    code = leader.post("identity", "/v1/download-codes", {"account": admin.account})["download_code"]
    world.ledger.did("download-code-made", leader.account)
    world.ledger.did("download-code-used", admin.account)
    world.keep_secret(code)
    return str(code)


def print_of(world: World, admin: Person, whose: dict[str, Any]) -> dict[str, Any]:
    return admin.post("roster", f"/v1/campaigns/{world.campaign}/prints", whose)


def read_sheets(world: World, admin: Person, made: dict[str, Any]) -> list[Sheet]:
    """Fetch the PDF of a print and read it."""
    found = sheets(admin.fetch("roster", made["url"]))
    world.expect(
        len(found) == made["forms"]
        and 2 * made["forms"] <= made["pages"] <= 2 * made["forms"] + 1 + made["forms"] // 2,
        f"print {made['print']}: {len(found)} sheets instead of {made['forms']}",
    )
    for sheet in found:
        world.keep_secret(sheet.upload_code, sheet.serial)
    return found


def reprint(family: Family) -> None:
    """Print a new sheet for a lost one; the old one is void and may turn up again."""
    family.old_sheet = old = family.paper
    voided = family.form()["void_sheets"]
    family.sheet = new = _print_again(family)
    family.world.expect(new.upload_code == old.upload_code, f"reprint for {family.id}: another upload code")
    family.world.expect(new.serial != old.serial, f"reprint for {family.id}: the same serial")
    family.world.ledger.printed(family.id)
    # Upload reads the event a moment later, long before any real family would send the old sheet.
    await_until(lambda: family.form()["void_sheets"] > voided, f"The reprint for {family.id} at upload")


def _print_again(family: Family) -> Sheet:
    """With a code of its own. Without the yes to the void sheet nothing is printed, and the code is not used up."""
    world, admin = family.world, family.admin
    with world.print_lock(school_of(family)):  # a newer code would void this one
        again = {"pupils": [family.id], "download_code": download_code(world, school_of(family))}
        world.must_refuse(
            f"a reprint for {family.id} without a yes", ("sheets-would-be-void",), lambda: print_of(world, admin, again)
        )
        made = print_of(world, admin, {**again, "confirm": True})
    world.expect(made["void"] == 1, f"reprint for {family.id}: {made['void']} sheets became void")
    return read_sheets(world, admin, made)[0]


def move(family: Family) -> None:
    """Move to another class of the same school."""
    _moved(family, family.world.region.school_of(family.class_), "class-moved", family.admin)


def transfer(family: Family) -> None:
    """Transfer to the school in the other county: it asks with its file, the old school hands over.

    A pupil without any number is moved by the bureau above both counties, once both schools agreed.
    """
    world, region = family.world, family.world.region
    school = next(school for school in region.schools if school.run_by == region.other)
    if not (family.pupil.number or family.pupil.id_number):
        _moved(family, school, "transferred", world.bureaus[region.province.code])
        return
    klass = _target(family, school)
    file = arrival_file(school, klass, family.pupil, family.random)
    report = send_roster(world, school, file)
    world.expect(
        (report["waiting"], report["errors"]) == (1, []), f"a file that claims {family.id} does not wait: {report}"
    )
    lists = family.admin.get("roster", f"/v1/units/{school_of(family)}/waiting-arrivals")["items"]
    asked = [item for item in lists if item["pupil"] == family.id]
    world.expect(
        [item["agrees"] for item in asked] == [True] and family.class_ != klass.id,
        f"the old school of {family.id} sees {len(asked)} requests, or another child",
    )
    family.admin.post("roster", f"/v1/arrivals/{asked[0]['arrival']}/answers", {"accept": True})
    _arrived(family, klass.id)


def school_of(family: Family) -> str:
    return family.world.ledger.nodes[family.class_].parent


def _target(family: Family, school: School) -> Klass:
    return family.random.choice(
        [klass for klass in school.classes if klass.id != family.class_ and klass.stage == PRIMARY]
    )


def _moved(family: Family, school: School, kind: str, by: Person) -> None:
    target = _target(family, school).id
    by.post("roster", f"/v1/pupils/{family.id}/changes", {"kind": kind, "school": school.code, "class": target})
    _arrived(family, target)


def _arrived(family: Family, target: str) -> None:
    family.world.ledger.moved(family.id, target)
    await_until(
        lambda: any(item["pupil"] == family.id for item in class_forms(family.world, target)),
        f"The move of {family.id} in the new teacher's list",
    )


def class_forms(world: World, class_: str) -> list[dict[str, Any]]:
    """The class teacher's list; empty while upload has not yet read the events of the campaign and the class."""
    try:
        items: list[dict[str, Any]] = world.teachers[class_].get(
            "upload", f"/v1/classes/{class_}/forms", params={"campaign": world.campaign}
        )["items"]
    except Problem as problem:
        if problem.status != NOT_FOUND:
            raise
        return []
    return items


def suspend(family: Family) -> None:
    _change(family, "suspended")
    family.world.ledger.suspended(family.id)


def resume(family: Family) -> None:
    _change(family, "resumed")
    family.world.ledger.resumed(family.id)


def leave_school(family: Family) -> None:
    """Leave school permanently; for the figures that equals being suspended."""
    _change(family, "left")
    family.world.ledger.suspended(family.id)


def open_business(family: Family) -> None:
    _change(family, "business-opened")
    family.world.ledger.business(family.id, True)


def close_business(family: Family) -> None:
    _change(family, "business-closed")
    family.world.ledger.business(family.id, False)


def _change(family: Family, kind: str) -> None:
    family.admin.post("roster", f"/v1/pupils/{family.id}/changes", {"kind": kind})
