"""Routes of every service that shows pupils' data: its access records, for guardians and auditors."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.language.path import is_path
from shared.language.permissions import READ_AUDIT, VIEW_ACCESS_RECORDS
from shared.service.access_records import USUAL, AccessRecord, AccessRecords
from shared.service.app import Route
from shared.service.auth import require_path
from shared.service.operations import Operation, ResponseSchema, listing
from shared.service.request import caller, query

PAGE = 100  # records in one response


class AccessQuery(Schema):
    """pupil: for a guardian. path: for an auditor. before: ms since 1970, 0 for the newest."""

    pupil = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{3}\.[0-9a-f]{20})?\Z"))
    path = fields.String(load_default="", validate=validate.Length(max=300))
    before = fields.Integer(load_default=0, validate=validate.Range(0, 1 << 53))


class SeenBy(ResponseSchema):
    """One view. account and source: for an auditor only, otherwise "". pupils: how many were seen at once."""

    at = fields.Integer()
    role = fields.String()
    what = fields.String(validate=validate.OneOf(list(USUAL)))
    path = fields.String()
    account = fields.String()
    source = fields.String()
    pupils = fields.Integer(validate=validate.Range(1))
    alarm = fields.Boolean()


def access_routes(records: AccessRecords, clock: Clock) -> list[Route]:
    """The route that reads access records. Guardians see those of their own child, auditors those of their region."""

    def read() -> dict[str, Any]:
        asked = query()
        before = asked["before"] or clock.now() + 1
        if not caller().may(READ_AUDIT):
            if not caller().scope.allows_pupil(asked["pupil"]):
                raise Refused("outside-scope", "This is not one of your children.", where="pupil")
            return {"items": [_line(record) for record in records.of_pupil(asked["pupil"], before, PAGE)]}
        if not is_path(asked["path"]):
            raise Refused("bad-fields", "Name the path of a unit, such as /000000/110000/.", where="path")
        require_path(caller(), asked["path"])
        found = records.under(asked["path"], before, PAGE)
        return {"items": [{**_line(record), "account": record.account, "source": record.source} for record in found]}

    return [
        Route(
            "GET",
            "/v1/access-records",
            VIEW_ACCESS_RECORDS,
            read,
            Operation(
                "Who saw the data of a child, or of the pupils below a unit, newest first.",
                listing("AccessList", SeenBy),
                query=AccessQuery,
            ),
        )
    ]


def _line(record: AccessRecord) -> dict[str, Any]:
    """A record as a guardian sees it: the role and its class or school, not the person."""
    return {
        "at": record.at,
        "role": record.role,
        "what": record.what,
        "path": record.path,
        "account": "",
        "source": "",
        "pupils": len(record.pupils),
        "alarm": record.alarm,
    }
