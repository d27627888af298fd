"""Scope comes first: a foreign caller is refused before the Idempotency-Key and the file are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tokens import bearer, token_for
from tests.unit.roster.county import CLASS, SCHOOL, THERE, County
from tests.unit.roster.files import xlsx
from tests.unit.roster.test_roster_import import row

CHANGE = {"kind": "suspended", "school": "", "class": "", "reason": ""}


def pupil_of(county: County) -> str:
    return min(row.id for row in county.tables.pupils.find("school", [SCHOOL]))


@pytest.mark.parametrize(
    ("path", "body", "role", "scope"),
    [
        ("/v1/units", {"code": "2113000099", "name": "x", "level": "school", "parent": "130102"}, "county", THERE),
        ("/v1/units/{school}/classes", {"stage": "p", "entry_year": 2024, "number": 9}, "school", THERE),
        ("/v1/units/{school}/imports", None, "school", THERE),
        ("/v1/pupils/{pupil}/changes", CHANGE, "school", THERE),
        ("/v1/pupils/{pupil}/registration-code", None, "school", THERE),
        ("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", THERE),
    ],
)
def test_a_foreign_caller_is_refused_without_a_key_and_without_a_file(
    campaign: County, path: str, body: Any, role: str, scope: str
) -> None:
    assert campaign.import_(xlsx([row(1)])).status_code == 201
    token = token_for(role, [scope], (), clock=campaign.clock)
    address = path.format(school=SCHOOL, pupil=pupil_of(campaign))
    response = campaign.client.post(address, json=body, headers=bearer(token, ""))
    assert (response.status_code, response.json["title"]) == (403, "outside-scope"), response.text
