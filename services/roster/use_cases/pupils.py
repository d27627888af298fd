"""Reading pupils: masked for people, by id for other services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.authorization import class_in_scope, pupil_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain import enrolment
from services.roster.domain.campaign import Campaign
from services.roster.domain.guardian import GUARDIANS, lists_guardian
from services.roster.personal_data import masked
from services.roster.roster_file.cells import names
from services.roster.roster_file.cells.text import Wrong, clean
from services.roster.tables.lookups import campaign_row, current_campaign, pupil_row, pupils_by
from services.roster.tables.rows import EntryRow, PupilRow, entry_id
from shared.infrastructure.pii import mask_name
from shared.language.class_names import class_name
from shared.language.permissions import REVEAL_NAMES
from shared.service.auth import Caller


def list_class(deps: Dependencies, caller: Caller, class_: str, campaign: str, source: str) -> Mapping[str, Any]:
    """The pupils of a class. campaign: "" for the newest open one. Full names for the class teacher only."""
    found = class_in_scope(deps, caller, class_)
    chosen = _campaign(deps, campaign)
    rows = sorted(pupils_by(deps.tables, "class", class_), key=lambda row: row.id)
    deps.views.record(caller, "class-list", [row.id for row in rows], deps.tree.class_path(found), source)
    ids = [entry_id(chosen.id, row.id) for row in rows] if chosen else []
    entries = {entry.state.pupil: entry for entry in deps.tables.entries.many(ids)}
    items = [_line(deps, caller, row, entries.get(row.id)) for row in rows]
    return {"campaign": chosen.id if chosen else "", "class": class_, "items": items}


def _campaign(deps: Dependencies, id: str) -> Campaign | None:
    if id:
        return campaign_row(deps.tables, id).state
    return current_campaign(deps.tables, deps.today())


def _line(deps: Dependencies, caller: Caller, row: PupilRow, entry: EntryRow | None) -> dict[str, Any]:
    fields = deps.personal_data.fields(row)
    return {
        "pupil": row.id,
        "name": fields["name"] if caller.may(REVEAL_NAMES) else mask_name(fields["name"]),
        "number_masked": masked(fields)["number_masked"],
        "state": row.state.state,
        "business": row.state.business,
        "expected": bool(entry and entry.state.expected),
        "serial": deps.personal_data.codes_of(entry)["serial"] if entry else "",
    }


def get_pupil(deps: Dependencies, caller: Caller, pupil: str, source: str) -> Mapping[str, Any]:
    """A pupil, masked; the name in full for the class teacher."""
    row = pupil_in_scope(deps, caller, pupil)
    deps.views.record(caller, "pupil", [row.id], deps.tree.pupil_path(row.state), source)
    fields = deps.personal_data.fields(row)
    return {
        **enrolment.public(row.state),
        **masked(fields),
        **({"name": fields["name"]} if caller.may(REVEAL_NAMES) else {}),
        "school_name": deps.tree.unit(row.state.school).name,
        "class_name": class_name(row.state.class_, deps.today()),
        "campaigns": [entry.state for entry in deps.tables.entries.find("pupil", [row.id])],
    }


def listed_guardians(deps: Dependencies, caller: Caller, pupil: str, source: str) -> Mapping[str, Any]:
    """The guardians whom the roster lists, in full: to be compared with who has registered or asks to."""
    row = pupil_in_scope(deps, caller, pupil)
    deps.views.record(caller, "listed-guardians", [row.id], deps.tree.pupil_path(row.state), source)
    fields = deps.personal_data.fields(row)
    listed = [
        {"name": fields.get(f"{who}_name", ""), "relation": fields.get(f"{who}_relation", "")} for who in GUARDIANS
    ]
    return {"items": [guardian for guardian in listed if guardian["name"]]}


# ---- for other services
def class_of_pupil(deps: Dependencies, pupil: str) -> Mapping[str, Any]:
    """{"school", "class", "path"}: the present class and its path."""
    state = pupil_row(deps.tables, pupil).state
    return {"school": state.school, "class": state.class_, "path": deps.tree.pupil_path(state)}


def pupils_of_class(deps: Dependencies, class_: str) -> Mapping[str, Any]:
    """{"path", "pupils"}: the path of the class, the ids of the pupils registered in it, in every state."""
    path = deps.tree.class_path(deps.tree.class_(class_))
    return {"path": path, "pupils": sorted(row.id for row in pupils_by(deps.tables, "class", class_))}


def knows_guardian(deps: Dependencies, pupil: str, name: str, relation: str) -> bool:
    """True if the roster lists this guardian of a pupil."""
    row = pupil_row(deps.tables, pupil)
    try:
        name = names.name(name)
    except Wrong:
        return False  # a roster never holds a guardian with such a name
    return lists_guardian(deps.personal_data.fields(row), name, clean(relation))


def was_born(deps: Dependencies, pupil: str, birth_date: str) -> bool:
    """True if the pupil was born on this day. Raises Refused("not-found")."""
    return bool(deps.personal_data.fields(pupil_row(deps.tables, pupil))["birth_date"] == birth_date)
