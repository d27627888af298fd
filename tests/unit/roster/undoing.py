"""Change sets of a school, one after another, and what is left of them once they are undone."""

from __future__ import annotations

from dataclasses import asdict
from random import Random
from typing import Any

from services.roster.domain.enrolment import VOID
from tests.unit.roster.county import HERE, SCHOOL, County
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number
from tests.unit.roster.test_one_child import NAMES, NO_NUMBERS, child

COLUMNS = (*HEADINGS, "现住址")


def see_undo(county: County, id: str, path: str = HERE) -> Any:
    return county.ask("GET", f"/v1/imports/{id}/undo", "school", [path])


def send_undo(county: County, id: str, confirm: str | None = None, *, path: str = HERE, key: str = "") -> Any:
    """confirm: by default that of the view."""
    given = see_undo(county, id).json["confirm"] if confirm is None else confirm
    return county.ask("POST", f"/v1/imports/{id}/undo", "school", [path], key=key, json={"confirm": given})


def undone(county: County, id: str) -> Any:
    response = send_undo(county, id)
    assert response.status_code == 200, response.text
    assert response.json["status"] == "undone"
    return response.json


def send(county: County, rows: list[list[str]], headings: tuple[str, ...] = COLUMNS, key: str = "") -> Any:
    """The report of an import, with the yes that it may need."""
    data = csv(rows, headings)
    response = county.import_(data, key=key)
    if response.status_code == 409:
        response = county.import_(data, query=f"?confirm={response.json['confirm']}")
    assert response.status_code == 201, response.text
    return response.json


def state(county: County) -> dict[str, Any]:
    """All that a school's files can change. Who is void, and a request or proposal that never was, is not there."""
    tables, personal = county.tables, county.deps.personal_data
    pupils = [row for row in tables.pupils.find("school", [SCHOOL]) if row.state.state != VOID]
    ids = [row.id for row in pupils]
    entries = tables.entries.find("pupil", [row.id for row in tables.pupils.find("school", [SCHOOL])])
    proposals = [row for row in tables.proposals.many(ids) if row.state.status]
    arrivals = [row for row in tables.arrivals.find("school", [SCHOOL]) if row.state.status]
    tally = tables.tallies.get(SCHOOL)
    return {
        "pupils": {row.id: (row.state, personal.fields(row), row.keys, row.match_key) for row in pupils},
        "entries": {
            row.id: (row.state.school, row.state.class_, row.state.expected)
            for row in entries
            if row.state.pupil in ids
        },
        "expected": sum(row.state.expected for row in entries),  # of all, so that nobody void is counted
        "proposals": {row.id: (row.state, personal.proposal(row)) for row in proposals},
        "arrivals": {row.id: (asdict(row.state), personal.arrival(row)) for row in arrivals},
        "tally": tally.state.changes if tally else (),
    }


def change_set(random: Random) -> list[list[str]]:
    """A file that adds, claims, moves, corrects and leaves out pupils."""
    rows = []
    for number in sorted(random.sample(range(10, 24), random.randint(3, 12))):
        said = dict(NO_NUMBERS) if number < 18 or random.random() < 0.3 else {}
        if random.random() < 0.3:
            said["班级"] = "2班"
        if random.random() < 0.2:
            said["身份证件类型"], said["身份证件号"] = "1", id_number(f"2017-05-{number:02d}", 1)
        if random.random() < 0.15:
            said["姓名"] = f"{NAMES[number % 5]}明"
        rows.append([*child(number, **said), random.choice(("", "建设路1号", "建设路2号"))])
    return rows


def check_sequence(county: County, seed: int, length: int = 4) -> None:
    """Change sets one after another, undone from the last to the first: the state is as before each of them."""
    random = Random(seed)
    send(county, [[*child(number, **NO_NUMBERS), ""] for number in range(10, 16)])
    for row in random.sample(county.tables.pupils.find("school", [SCHOOL]), 2):
        county.post(f"/v1/pupils/{row.id}/changes", {"kind": "left"}, "school", HERE)
    before, runs = [], []
    for _ in range(length):
        county.clock.advance(seconds=60)
        before.append(state(county))
        runs.append(send(county, change_set(random))["import"])
    assert state(county) != before[0]
    for known, run in zip(reversed(before), reversed(runs), strict=True):
        taken = undone(county, run)["taken_back"]
        assert taken["stayed"] == 0
        assert state(county) == known
