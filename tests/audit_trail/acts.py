"""Made-up entries of an audit trail."""

from __future__ import annotations

from uuid_utils import uuid7

from shared.service.audit_trail.entry import Entry

COUNTY, SCHOOL = "/000000/110000/110101/", "/000000/110000/110101/2111000001/"
NOW = 1_795_132_800_000


def entry(minute: int = 0, path: str = SCHOOL, act: str = "sign-in", account: str = "a1", target: str = "") -> Entry:
    at = NOW + minute * 60_000
    id = str(uuid7(nanoseconds=at * 1_000_000))
    return Entry(id, at, "identity", path, act, account, "school", target, "203.0.113.7", {"forms": 3})
