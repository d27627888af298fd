"""Routes of every service: its audit trail for auditors, and the verification of its chains for operators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from shared.infrastructure.acts import ACTS, PUPIL
from shared.infrastructure.clock import BEIJING
from shared.infrastructure.errors import Refused
from shared.language.path import is_path
from shared.language.permissions import READ_AUDIT
from shared.service.app import SERVICE, Route
from shared.service.audit_trail.chains import ANY_TIME, Search
from shared.service.audit_trail.entry import Entry
from shared.service.audit_trail.trail import AuditTrail
from shared.service.audit_trail.verification import verify_trail
from shared.service.auth import require_path
from shared.service.operations import REAL_DAY_OR_NONE, Operation, ResponseSchema, listing
from shared.service.request import caller, query

PAGE = 50
DAY_MS = 86_400_000
VERIFICATION = "/internal/audit-trail/verification"
ID = r"[0-9a-f-]{36}"


class TrailQuery(Schema):
    """path: of a unit. day: in Beijing. account: that did or underwent the act. before: id of the last entry seen."""

    path = fields.String(required=True, validate=validate.Length(max=300))
    act = fields.String(load_default="", validate=validate.OneOf(["", *ACTS]))
    account = fields.String(load_default="", validate=validate.Regexp(rf"^({ID})?\Z"))
    day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)
    before = fields.String(load_default="", validate=validate.Regexp(rf"^({ID})?\Z"))


class TrailEntry(ResponseSchema):
    """One act. path: of the unit in whose chain it is entry `number`. target: "" for a pupil. source: an address."""

    id = fields.String()
    at = fields.Integer()
    act = fields.String(validate=validate.OneOf(list(ACTS)))
    path = fields.String()
    number = fields.Integer(validate=validate.Range(1))
    account = fields.String()
    role = fields.String()
    target = fields.String()
    source = fields.String()
    facts = fields.Dict(keys=fields.String())


class Verification(ResponseSchema):
    """anchored: entries compared with the security log. faults: a sentence each."""

    chains = fields.Integer()
    entries = fields.Integer()
    anchored = fields.Integer()
    faults = fields.List(fields.String())


def audit_routes(trail: AuditTrail) -> list[Route]:
    """The route that reads the trail, and the one that verifies it."""

    def read() -> dict[str, Any]:
        asked = query()
        if not is_path(asked["path"]):
            raise Refused("bad-fields", "Name the path of a unit, such as /000000/110000/.", where="path")
        require_path(caller(), asked["path"])
        since, until = _span(asked["day"])
        search = Search(asked["path"], asked["act"], asked["account"], since, until, asked["before"], PAGE)
        return {"items": [_line(entry) for entry in trail.chains.newest(search)]}

    return [
        Route(
            "GET",
            "/v1/audit-trail",
            READ_AUDIT,
            read,
            Operation(
                "Acts of a unit and those below it, newest first: who did what, when and from where.",
                listing("AuditTrail", TrailEntry),
                query=TrailQuery,
            ),
        ),
        Route(
            "GET",
            VERIFICATION,
            SERVICE,
            lambda: verify_trail(trail),
            Operation("Verify every chain of this service's audit trail.", Verification),
        ),
    ]


def _span(day: str) -> tuple[int, int]:
    """The times (ms) from and before which a day lies; "" is all days."""
    if not day:
        return 0, ANY_TIME
    start = int(datetime.fromisoformat(day).replace(tzinfo=BEIJING).timestamp() * 1000)
    return start, start + DAY_MS


def _line(entry: Entry) -> dict[str, Any]:
    """An entry without its hashes, and without the pupil whom it concerns."""
    return {
        "id": entry.id,
        "at": entry.at,
        "act": entry.act,
        "path": entry.path,
        "number": entry.number,
        "account": entry.account,
        "role": entry.role,
        "target": "" if ACTS[entry.act].target == PUPIL else entry.target,
        "source": entry.source,
        "facts": dict(entry.facts),
    }
