"""The file of an import, kept sealed while something is left to do with it: who is changed, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from services.roster.dependencies import Dependencies
from services.roster.kept_files.protocol import KEPT_MS, KeptFile
from services.roster.personal_data import masked
from services.roster.use_cases.importing.import_result import PupilChange
from services.roster.use_cases.masked_values import masked_field
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name
from shared.service.auth import Caller


def keep(deps: Dependencies, id: str, school: str, data: bytes, changes: Sequence[PupilChange]) -> None:
    """Keep the file of an import for a day."""
    sealer, until = deps.personal_data.sealer, deps.clock.now() + KEPT_MS
    listed = orjson.dumps([asdict(change) for change in changes])
    file, list_ = sealer.seal_bytes(f"roster-file-{id}", data), sealer.seal_bytes(f"roster-changes-{id}", listed)
    deps.kept_files.keep(KeptFile(id, school, until, file, list_))


def with_kept_until(deps: Dependencies, report: Mapping[str, Any]) -> Mapping[str, Any]:
    """The report with the moment up to which its file is kept, 0 if it is not."""
    until = deps.kept_files.until(report["import"])
    return {**report, "kept_until": until if until > deps.clock.now() else 0}


def kept_data(deps: Dependencies, id: str) -> bytes:
    """The file as it was sent. Raises Refused("file-not-kept")."""
    return deps.personal_data.sealer.open_bytes(f"roster-file-{id}", _file(deps, id).sealed)


def changes_of(deps: Dependencies, caller: Caller, report: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The pupils whom the file of a dry run would change, masked, field by field; the view is recorded first.

    The first ones of the file; the counts of the report are those of all. Raises Refused("file-not-kept").
    """
    id, day = report["import"], deps.today()
    listed = orjson.loads(deps.personal_data.sealer.open_bytes(f"roster-changes-{id}", _file(deps, id).changes))
    rows = {row.id: row for row in deps.tables.pupils.many(change["pupil"] for change in listed)}
    here = [change for change in listed if _is_of(rows.get(change["pupil"]), report["school"])]
    seen = [change["pupil"] for change in here]
    deps.views.record(caller, "class-list", seen, deps.tree.path(report["school"]), source)

    def item(change: Mapping[str, Any]) -> dict[str, Any]:
        row = rows[change["pupil"]]
        shown = masked(deps.personal_data.fields(row))
        return {
            "row": change["row"],
            "pupil": row.id,
            "name": shown["name"],
            "number_masked": shown["number_masked"] or shown["id_number_masked"],
            "class_name": class_name(row.state.class_, day),
            "changed": [masked_field(name, *values, day=day) for name, values in change["fields"].items()],
        }

    return {"items": [item(change) for change in here]}


def _is_of(row: Any, school: str) -> bool:
    return row is not None and row.state.school == school


def _file(deps: Dependencies, id: str) -> KeptFile:
    file = deps.kept_files.get(id)
    if file is None or file.until <= deps.clock.now():
        raise Refused(
            "file-not-kept",
            "The file of this import is no longer kept; send it again.",
            kind="gone",
            where="file",
            extra={"message_zh": "这份文件没有继续保存（最多保存一天），请重新选择文件。"},
        )
    return file
