"""Where in the tree a route of upload or statistics acts: each role that may, asking from every place around it.

The same table as tests/unit/shared/test_place_matrix.py has for roster and identity, on a running copy.
"""

from __future__ import annotations

import httpx
import pytest

from shared.language.path import parent
from shared.service.app import Route
from tests.support.places import Answer, Case, filled, left_out, wrong
from tests.system.county import CAMPAIGN, CITY, CLASS, COUNTY, HERE, PATH_OF, SECOND, Account, SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]
IN_CLASS, IN_SCHOOL, IN_COUNTY = f"{HERE}{CLASS}/", HERE, PATH_OF["county"]
SIBLINGS = {
    IN_CLASS: f"{HERE}{SECOND}/",
    IN_SCHOOL: f"{PATH_OF['county']}2199130199/",
    IN_COUNTY: f"{PATH_OF['city']}130104/",
}
FIGURES = f"?campaign={CAMPAIGN}&unit={COUNTY}&day=<day>"
UPLOAD = {
    "GET /v1/photos/<photo>/image": Case(IN_CLASS),
    "GET /v1/photos/<photo>/thumbnail": Case(IN_CLASS),
    "GET /v1/classes/<class_id>/forms": Case(IN_CLASS, query=f"?campaign={CAMPAIGN}"),
    "GET /v1/pupils/<pupil>/forms": Case(IN_CLASS),
    "POST /v1/forms/<campaign>/<pupil>/reviews": Case(IN_CLASS, {"decision": "archive", "photo": "<photo>"}),
    "POST /v1/forms/<campaign>/<pupil>/paper": Case(IN_CLASS, {"reason": "impossible"}),
    "POST /v1/forms/<campaign>/<pupil>/withdrawal": Case(IN_CLASS),
    "GET /v1/access-records": Case(IN_CLASS, query=f"?path={IN_CLASS}"),
    "GET /v1/audit-trail": Case(IN_COUNTY, query=f"?path={IN_COUNTY}"),
}
UPLOAD_ELSEWHERE = {
    "GET /v1/photos": "test_a_receipt_number_finds_nothing_elsewhere",
    "GET /v1/photo-traces": "test_a_receipt_number_finds_nothing_elsewhere",
    "GET /v1/health": "the nation's",
}
STATS = {
    "GET /v1/figures": Case(IN_COUNTY, query=FIGURES),
    "GET /v1/figures/series": Case(IN_COUNTY, query=FIGURES),
    "POST /v1/reports": Case(IN_COUNTY, {"campaign": CAMPAIGN, "unit": COUNTY, "day": "<day>", "draft": True}),
    "POST /v1/reports/<id>/publication": Case(IN_COUNTY),
    "GET /v1/audit-trail": Case(IN_COUNTY, query=f"?path={IN_COUNTY}"),
}
STATS_ELSEWHERE = {
    "GET /v1/reports": "test_a_draft_is_read_where_it_is_drafted_and_a_report_below_too",
    "GET /v1/reports/<id>.<kind>": "test_a_draft_is_read_where_it_is_drafted_and_a_report_below_too",
    "POST /v1/days/<day>/close": "the nation's",
    "GET /v1/audit": "the nation's",
    "GET /v1/health": "the nation's",
}


def asked(county: SmallCounty, service: str, method: str, address: str, role: str, path: str, **options) -> Answer:
    """The answer to an account of the role at a path, with a session of its own."""
    county.people["asking"] = Account("00000000-0000-7000-8000-000000000099", role, (path,))
    key = {"Idempotency-Key": f"places-{county.number():06}"}
    headers = {**county.headers(service, "asking"), **(key if method == "POST" else {})}
    return httpx.request(method, county.addresses[service] + address, headers=headers, timeout=60, **options)


def put(value: object, names: dict[str, str]) -> object:
    return filled(value, names) if isinstance(value, str) else value


def places(county: SmallCounty, service: str, names: dict[str, str], **tables) -> None:
    def ask(route: Route, case: Case, role: str, path: str) -> Answer:
        body = {name: put(value, names) for name, value in (case.body or {}).items()}
        address = filled(route.rule + case.query, names)
        return asked(county, service, route.method, address, role, path, **({"json": body} if case.body else {}))

    assert list(wrong(service, tables["cases"], SIBLINGS, ask)) == []
    assert left_out(service, tables["cases"], tables["elsewhere"]) == set()


def test_every_route_of_upload_answers_inside_its_place_and_nowhere_else(attacked):
    names = {
        "photo": attacked.photos["archived 3"],
        "class_id": CLASS,
        "campaign": CAMPAIGN,
        "pupil": attacked.pupils[3],
    }
    places(attacked, "upload", names, cases=UPLOAD, elsewhere=UPLOAD_ELSEWHERE)


def test_every_route_of_statistics_answers_inside_its_place_and_nowhere_else(attacked):
    report = drafted(attacked, COUNTY, "county")
    places(attacked, "stats", {"day": attacked.day, "id": report}, cases=STATS, elsewhere=STATS_ELSEWHERE)


@pytest.mark.parametrize(("address", "role"), [("/v1/photos", "teacher"), ("/v1/photo-traces", "support")])
def test_a_receipt_number_finds_nothing_elsewhere(attacked, address, role):
    """The list is empty, as for a number that nobody has: whose it is stays unknown."""
    address = f"{address}?receipt={attacked.receipts['archived 0']}"
    places = (IN_CLASS, SIBLINGS[IN_CLASS], SIBLINGS[IN_SCHOOL], SIBLINGS[IN_COUNTY], f"{IN_CLASS}x1/")
    found = [len(asked(attacked, "upload", "GET", address, role, path).json()["items"]) for path in places]
    assert found == [1, 0, 0, 0, 0]


def test_a_draft_is_read_where_it_is_drafted_and_a_report_below_too(attacked):
    city = PATH_OF["city"]
    asking = {"city": city, "province": parent(city), "county": IN_COUNTY, "school": IN_SCHOOL}
    beside = f"{PATH_OF['province']}130200/"
    attacked.issue("province", "city", city, "drafting")

    def readers() -> list[str]:
        """Roles that get the file, and find it in the list, and nobody else does."""
        got = []
        for role, path in (*asking.items(), ("city", beside)):
            file = asked(attacked, "stats", "GET", f"/v1/reports/{id}.json", role, path).status_code
            listing = asked(attacked, "stats", "GET", f"/v1/reports?campaign={CAMPAIGN}&unit={CITY}", role, path)
            found = listing.status_code == 200 and any(item["id"] == id for item in listing.json()["items"])
            assert file == 200 if found else file in (403, 404), (role, path, file)
            got += [role] * found
        return got

    id = drafted(attacked, CITY, "drafting")
    assert readers() == ["city", "province"]
    attacked.post("stats", f"/v1/reports/{id}/publication", "drafting")
    assert readers() == ["city", "province", "county", "school"]


def drafted(county: SmallCounty, unit: str, who: str) -> str:
    """The id of a draft of a unit."""
    body = {"campaign": CAMPAIGN, "unit": unit, "day": county.day, "draft": True}
    return str(county.post("stats", "/v1/reports", who, body)["id"])
