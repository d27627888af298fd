"""Forms to print anew: their pupils' data was corrected after the valid sheet was printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.personal_data import masked
from services.roster.tables.rows import entry_id
from shared.infrastructure.clock import iso
from shared.language.class_names import class_name


def list_corrected_forms(deps: Dependencies, school: str, campaign: str) -> list[Mapping[str, Any]]:
    """The pupils of a school whose sheets in a campaign are older than their newest correction, by class."""
    rows = {row.id: row for row in deps.tables.corrections.find("corrected_in", [school])}
    entries = deps.tables.entries.many(entry_id(campaign, pupil) for pupil in rows)
    printed = [row for row in entries if row.state.printed and row.state.expected and row.state.school == school]
    made_at = {row.id: row.state.at for row in deps.tables.prints.many({row.print for row in printed})}
    due = [row for row in printed if made_at.get(row.print, 0) < rows[row.state.pupil].corrected_at]
    pupils = {row.id: row for row in deps.tables.pupils.many(row.state.pupil for row in due)}
    items = [
        {
            "pupil": row.state.pupil,
            "name": masked(deps.personal_data.fields(pupils[row.state.pupil]))["name"],
            "class": row.state.class_,
            "class_name": class_name(row.state.class_, deps.today()),
            "corrected": iso(rows[row.state.pupil].corrected_at),
        }
        for row in due
    ]
    return sorted(items, key=lambda item: (item["class"], item["corrected"], item["pupil"]))
