"""Reports on a running copy: drafts from below, published ones from beside, and without an account."""

from __future__ import annotations

import pytest

from drill.clients import Problem
from tests.support.made_up import NOBODY
from tests.system.county import CAMPAIGN, CITY, PROVINCE, Account, SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
BELOW = ("city", "county", "school", "leader", "teacher")
STRANGER = Account("00000000-0000-7000-8000-00000000fe01", "county", ("/000000/140000/140100/140102/",))


def reading(county: SmallCounty, who: str, report: str) -> int:
    """The status of a file of the report; 200 only if the list names it as well."""
    try:
        county.fetch("stats", f"/v1/reports/{report}.json", who)
    except Problem as problem:
        return problem.status
    listed = county.ask("GET", "stats", f"/v1/reports?campaign={CAMPAIGN}", who)["items"]
    return 200 if report in [each["id"] for each in listed] else 0


def test_a_draft_of_a_report_is_not_read_from_below_and_a_published_one_is_read_by_everybody_below(attacked):
    attacked.people["stranger-to-reports"] = STRANGER
    asked = {"campaign": CAMPAIGN, "unit": PROVINCE, "day": attacked.day, "draft": True}
    draft = attacked.post("stats", "/v1/reports", "province", asked)["id"]
    assert {who: reading(attacked, who, draft) for who in BELOW} == dict.fromkeys(BELOW, 403)
    for who in BELOW:
        for kind in ("pdf", "xlsx"):
            with pytest.raises(Problem) as refused:
                attacked.fetch("stats", f"/v1/reports/{draft}.{kind}", who)
            assert refused.value.status == 403
        unit = f"/v1/reports?campaign={CAMPAIGN}&unit={PROVINCE}"
        assert attacked.ask("GET", "stats", unit, who)["items"] == []
        with pytest.raises(Problem) as refused:
            attacked.post("stats", f"/v1/reports/{draft}/publication", who)
        assert refused.value.status == 403
    with pytest.raises(Problem) as refused:  # nor is it published by making a report in the name of the unit above
        attacked.post("stats", "/v1/reports", "county", asked | {"draft": False})
    assert refused.value.status == 403
    attacked.post("stats", f"/v1/reports/{draft}/publication", "province")
    assert {who: reading(attacked, who, draft) for who in BELOW} == dict.fromkeys(BELOW, 200)
    outside = {who: reading(attacked, who, draft) for who in ("stranger-to-reports", "guardian", NOBODY)}
    assert outside == {"stranger-to-reports": 403, "guardian": 403, NOBODY: 401}


def test_a_report_of_a_unit_beside_is_not_read_by_a_name_that_begins_like_ones_own(attacked):
    """The reader's path is compared unit by unit, not letter by letter."""
    asked = {"campaign": CAMPAIGN, "unit": CITY, "day": attacked.day}
    published = attacked.post("stats", "/v1/reports", "city", asked)["id"]
    attacked.people["beside"] = Account(STRANGER.account, "county", (f"/000000/{PROVINCE}/{CITY}0/130199/",))
    assert reading(attacked, "beside", published) == 403
