"""The plan of an import: who moves, rejoins or is missing, what is asked; and the yes that a large change needs.

It holds ids and numbers only, because it is kept; its reader sees masked names, and that is recorded as a view.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.roster.dependencies import Dependencies
from services.roster.domain.likeness import differences
from services.roster.domain.list_changes import Lately, ListChanges
from services.roster.domain.tally import WINDOW_DAYS
from services.roster.personal_data import masked
from services.roster.use_cases.importing.recognition import Recognition
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name
from shared.service.auth import Caller

PLANS = uuid.UUID("5d3b7c9e-0c34-4d0e-9b6b-7c3f3c0a9e21")
WHOLE = {"left_out": 0, "take": {"classes": [], "kinds": []}}  # an import kept before parts could be taken
NONE_LATELY = {"moved_lately": 0, "rejoined_lately": 0}  # of an import kept before these were counted
KEPT = 500  # of the pupils and questions of a list kept of an import; the totals count all of them


def plan_of(school: str, data: bytes, recognition: Recognition, lately: Mapping[str, Lately]) -> dict[str, Any]:
    """confirm: to be sent with the file for a large change, "" where none is needed.

    The yes to the file alone serves for the file with answers, unless they make the large change another one.
    """
    changes, alone = recognition.changes.after(lately), recognition.unanswered.after(lately)
    confirmed = alone if alone.large == changes.large else changes
    return {
        "moves": [
            {"from": before, "to": after, "pupils": pupils}
            for (before, after), pupils in sorted(Counter(changes.moves.values()).items())
        ],
        "missing": len(changes.missing),
        "missing_pupils": list(changes.missing[:KEPT]),
        "rejoined_pupils": list(changes.rejoined[:KEPT]),
        "large": [
            {
                "class": change.class_,
                "pupils": change.pupils,
                "moving": change.moving,
                "missing": change.missing,
                "rejoining": change.rejoining,
                "moved_lately": change.moved_lately,
                "rejoined_lately": change.rejoined_lately,
            }
            for change in changes.large
        ],
        "confirm": _confirmation(school, data, confirmed) if changes.large else "",
        "answers": dict(recognition.answers),
    }


def _confirmation(school: str, data: bytes, changes: ListChanges) -> str:
    """The same for exactly this file at exactly this state of the classes, after exactly the same other files."""
    moves = [f"{row} {before} {after}" for row, (before, after) in sorted(changes.moves.items())]
    people = ["missing", *changes.missing, "rejoined", *changes.rejoined]
    lately = [f"{each.class_} {each.moved_lately} {each.rejoined_lately}" for each in changes.large]
    return uuid.uuid5(PLANS, "\n".join([school, hashlib.sha256(data).hexdigest(), *moves, *people, *lately])).hex


def questions_of(recognition: Recognition, *, with_answered: bool) -> list[dict[str, Any]]:
    """with_answered: of a dry run, whose answers can still be changed."""
    asked = sorted((recognition.asked if with_answered else recognition.matching.asked).items())
    return [
        {
            "question": recognition.questions[row],
            "row": row,
            "may_be_new": question.may_be_new,
            "more": bool(question.further),
            "candidates": [
                {"pupil": id, "differs": sorted(differences(recognition.rows[row], recognition.known[id].persons[0]))}
                for id in question.candidates
            ],
        }
        for row, question in asked[:KEPT]
    ]


def confirmation_needed(report: Mapping[str, Any]) -> Refused:
    """Nothing was imported; the dry run of this file is kept and tells what it would do."""
    moved, missing, rejoined = report["moved"], report["missing"], report["rejoined"]
    before = [sum(each[f"{what}_lately"] for each in report["large"]) for what in ("moved", "rejoined")]
    zh, en = _of_other_files(*before) if any(before) else ("", "")
    return Refused(
        "confirmation-needed",
        f"Nothing was imported: {moved} pupils would change class, {missing} are missing from the file, and {rejoined} "
        f"who had left would be back.{en} Look at the import that `import` names; if that is right, send the same file "
        "again with this `confirm`.",
        kind="conflict",
        where="confirm",
        extra={
            **{name: report[name] for name in ("import", "confirm", "moved", "missing", "rejoined", "moves", "large")},
            "message_zh": f"还没有导入：会有{moved}名学生换班，{missing}名学生不在名册文件里，"
            f"{rejoined}名离校学生恢复在校。{zh}请核对；如果没有错，请确认后再导入同一个文件。",
        },
    )


def _of_other_files(moved: int, rejoined: int) -> tuple[str, str]:
    """The sentences about them, in Chinese and English."""
    return (
        f"最近{WINDOW_DAYS}天里，前面导入的文件已让{moved}名学生换班，{rejoined}名离校学生恢复在校，合起来变动很大。",
        f" Files of the last {WINDOW_DAYS} days have moved {moved} and brought back {rejoined} already; all of them "
        "count together.",
    )


# ---- for people
def with_names(deps: Dependencies, caller: Caller, report: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The report with masked names of those whom it is about; the view is recorded first."""
    candidates = [each["pupil"] for question in report["questions"] for each in question["candidates"]]
    ids = list(dict.fromkeys([*report["missing_pupils"], *report["rejoined_pupils"], *candidates]))
    rows = {row.id: row for row in deps.tables.pupils.many(ids) if row.state.school == report["school"]}
    arrivals = {row.id: row for row in deps.tables.arrivals.many(ids)}
    deps.views.record(caller, "class-list", list(rows), deps.tree.path(report["school"]), source)
    day = deps.today()

    def person(id: str) -> dict[str, Any]:
        row, arrival = rows.get(id), arrivals.get(id)
        fields = deps.personal_data.fields(row) if row else {}
        class_ = row.state.class_ if row else arrival.state.class_ if arrival else ""
        shown = masked(fields) if fields else masked(deps.personal_data.arrival(arrival)["fields"]) if arrival else {}
        return {
            "pupil": id,
            "waiting": arrival is not None,
            "class_name": class_name(class_, day),
            "name": shown.get("name", ""),
            "number_masked": shown.get("number_masked", "") or shown.get("id_number_masked", ""),
        }

    return {
        **WHOLE,
        **report,
        "moves": [
            {**move, "from_name": class_name(move["from"], day), "to_name": class_name(move["to"], day)}
            for move in report["moves"]
        ],
        "large": [{**NONE_LATELY, **each, "class_name": class_name(each["class"], day)} for each in report["large"]],
        "classes": [{**each, "class_name": class_name(each["class"], day)} for each in report.get("classes", ())],
        **{name: [person(id) for id in report[name]] for name in ("missing_pupils", "rejoined_pupils")},
        "questions": [
            {**question, "candidates": [{**person(each["pupil"]), **each} for each in question["candidates"]]}
            for question in report["questions"]
        ],
    }
