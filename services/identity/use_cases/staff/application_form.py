"""The public form of a county that is missing: it applies without an account and reads the answer with a code.

Limited by place, never by network address alone: of a unit, of its province, and of the country, so that no flood
reaches a level. What a city or province starts by its account is not limited by this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.application import application_stream
from services.identity.domain.validity import DAY_MS
from services.identity.personal_data import ApplicationText
from services.identity.repositories.protocol import Limit
from services.identity.use_cases.staff.applications import open_application, parent_of
from services.identity.use_cases.staff.slips import made_code, once
from services.identity.use_cases.steps import reserve
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language import path as paths
from shared.service.auth import NOBODY

APPLICANT = "applicant"
OF_A_UNIT, OF_A_PROVINCE, OF_THE_COUNTRY = (Limit(most, DAY_MS, "too-many") for most in (5, 30, 200))
LOOKS = Limit(60, 3_600_000, "too-many")
FULL = "Many have applied here today; ask the education bureau of the city or province, or come back tomorrow."
LOOKED_OFTEN = "This code was looked up very often; come back in an hour."


@dataclass(frozen=True, slots=True)
class Applied:
    """answer_code: shown once; the only way to read the answer."""

    answer_code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """State of an application for the asker. holder_name: of the unit where it waits. Times in ms.

    answer: why it was refused. code: of the county once it is granted, else "". levels: how often it moved up.
    """

    state: str
    holder_name: str
    at: int
    since: int
    answer: str
    code: str
    levels: int


def fingerprinted(deps: Dependencies, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form as a keyed hash: a contact is in no fingerprint."""
    return {"form": deps.personal_data.text_hash(given)}


def apply(deps: Dependencies, context: CommandContext, given: Mapping[str, str], source: str) -> Applied:
    """Apply for a county below `given["parent"]`, where it waits first. Raises Refused("no-county-below")."""
    if first := made_code(deps, context):
        return Applied(first)
    parent = parent_of(deps, given["parent"])
    _reserve(deps, parent.path)
    text = ApplicationText(
        given["name"].strip(), given["contact_name"].strip(), given["contact"].strip(), given["note"].strip()
    )

    def do(hashed: str, remember: Also) -> None:
        trail = deps.trail.acting("application-started", context, NOBODY, path=parent.path, source=source)
        with trail as acting:
            open_application(deps, acting, parent.path, parent.path, "", "", text, hashed, remember)

    return Applied(once(deps, context, codes.ANSWER, do))


def _reserve(deps: Dependencies, parent: str) -> None:
    """Count the application for its unit, its province and the country, the narrowest first."""
    province = paths.ROOT + paths.codes(parent)[1]
    for key, limit in ((parent, OF_A_UNIT), (province, OF_A_PROVINCE), (paths.NATION, OF_THE_COUNTRY)):
        reserve(deps, f"applications:{key}", FULL, limit)


def look_up(deps: Dependencies, answer_code: str) -> Standing:
    """State of the application with this answer code. Tries are counted by code.

    Raises Refused("answer-code-wrong", "too-many").
    """
    code = codes.parse(answer_code, "answer_code", kind=codes.ANSWER)
    hashed = codes.code_hash(codes.ANSWER, code, deps.code_key)
    reserve(deps, f"answers:{hashed}", LOOKED_OFTEN, LOOKS)
    row = deps.records.applications.by_answer(hashed)
    if row is None:
        raise Refused("answer-code-wrong", "There is no application with this answer code.", where="answer_code")
    holder = paths.last(row.holder)
    name = deps.roster.unit_names([holder]).get(holder, "")
    moved = [e for e in deps.store.load(application_stream(row.id)) if e.type.endswith((".approved", ".climbed"))]
    answer = deps.personal_data.application(row.id, row.sealed).answer
    return Standing(row.state, name, row.at, row.since, answer, row.code, len(moved))
