"""Where in the tree a route acts: every route of roster and identity about a unit, an account or a pupil, by place.

Who may call it at all is asked in test_route_matrix.py. Here each role that may asks from the unit it is about, those
above and below, a sibling and a foreign one, and guardians for their own and another's child: on the real services
over memory, one of each for all cases. Upload and statistics on a running copy: tests/attacks/test_places.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.test import TestResponse

from services.identity.repositories.memory import memory_records
from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import FixedClock
from shared.language import contracts
from shared.service.app import Route
from tests.support.places import Case, filled, left_out, wrong
from tests.unit.identity import world as identity
from tests.unit.identity.world import World
from tests.unit.roster import county as roster
from tests.unit.roster.correcting import PDF, enter

# ---- roster
IN_CLASS, IN_SCHOOL, IN_COUNTY = f"{roster.HERE}{roster.CLASS}/", roster.HERE, roster.COUNTY
IN_CITY = roster.CITY  # the unit above the county of whose name it is
CHANGE = {"kind": "suspended", "school": "", "class": "", "reason": ""}
NEW_SCHOOL = {"code": "2113000099", "name": "育英小学", "level": "school", "parent": "130102"}
ROSTER: Mapping[str, Case] = {
    "POST /v1/units": Case(IN_COUNTY, NEW_SCHOOL),
    "POST /v1/units/<school>/classes": Case(IN_SCHOOL, {"stage": "p", "entry_year": 2024, "number": 9}),
    "POST /v1/units/<school>/imports": Case(IN_SCHOOL),
    "GET /v1/imports/<report>": Case(IN_SCHOOL),
    "GET /v1/imports/<report>/changes": Case(IN_SCHOOL),
    "GET /v1/imports/<report>/marked.xlsx": Case(IN_SCHOOL),
    "POST /v1/imports/<report>/runs": Case(IN_SCHOOL, {"dry_run": True}),
    "GET /v1/units/<school>/imports": Case(IN_SCHOOL),
    "GET /v1/imports/<report>/undo": Case(IN_SCHOOL),
    "POST /v1/imports/<report>/undo": Case(IN_SCHOOL, {"confirm": ""}),
    "GET /v1/classes/<class_>/pupils": Case(IN_CLASS),
    "GET /v1/pupils/<pupil>": Case(IN_CLASS),
    "GET /v1/pupils/<pupil>/registry": Case(""),
    "GET /v1/pupils/<pupil>/registry/copy": Case(""),
    "GET /v1/pupils/<pupil>/changes": Case(IN_CLASS),
    "POST /v1/pupils/<pupil>/changes": Case(IN_CLASS, CHANGE),
    "POST /v1/pupils/<pupil>/registration-code": Case(IN_CLASS),
    "POST /v1/campaigns/<campaign>/prints": Case(IN_CLASS, {"class": roster.CLASS}),
    "GET /v1/units/<school>/arrivals": Case(IN_SCHOOL),
    "GET /v1/units/<code>/waiting-arrivals": Case(IN_SCHOOL),
    "GET /v1/units/<school>/proposals": Case(IN_SCHOOL),
    "GET /v1/units/<school>/prints": Case(IN_SCHOOL),
    "POST /v1/pupils/<pupil>/proposal/decisions": Case(IN_CLASS, {"accept": True, "reason": ""}),
    "POST /v1/units/<code>/name": Case(IN_CITY, {"name": "新名称"}),
    "POST /v1/units/<code>/closure": Case(IN_CITY),
    "POST /v1/classes/<class_>/closure": Case(IN_CLASS),
    "POST /v1/pupils/<pupil>/corrections": Case(IN_CLASS),
    "GET /v1/pupils/<pupil>/corrections": Case(IN_CLASS),
    "GET /v1/pupils/<pupil>/corrections/<correction>": Case(IN_CLASS),
    "GET /v1/pupils/<pupil>/corrections/<correction>/proof": Case(IN_CLASS),
    "POST /v1/pupils/<pupil>/corrections/<correction>/approval": Case(IN_CLASS, {"accept": True, "reason": ""}),
    "POST /v1/pupils/<pupil>/corrections/<correction>/confirmation": Case(IN_CLASS, {"accept": False, "reason": "否"}),
    "POST /v1/pupils/<pupil>/corrections/<correction>/withdrawal": Case(IN_CLASS),
    "GET /v1/units/<code>/waiting-corrections": Case(IN_COUNTY),
    "GET /v1/units/<school>/corrected-forms": Case(IN_SCHOOL, query="?campaign=2026a"),
    "GET /v1/units/<code>/code-alone": Case(IN_COUNTY),
    "POST /v1/units/<code>/code-alone": Case(IN_COUNTY, {"code_alone": "off"}, levels=True),
    "GET /v1/pupils/<pupil>/listed-guardians": Case(IN_CLASS),
    "GET /v1/audit-trail": Case(IN_COUNTY, query=f"?path={IN_COUNTY}"),
    "GET /v1/access-records": Case(IN_CLASS, query=f"?path={IN_CLASS}"),
}
# About the caller or the whole nation, of a role alone, or of a thing that tests of its own ask for from everywhere.
ROSTER_ELSEWHERE = {
    "POST /v1/campaigns": "the nation's",
    "GET /v1/campaign-coverage": "the nation's",
    "POST /v1/campaigns/<campaign>/plan": "the nation's",
    "POST /v1/campaigns/<campaign>/cancellation": "the nation's",
    "POST /v1/campaigns/<campaign>/open": "the nation's",
    "POST /v1/campaigns/<campaign>/extension": "the nation's",
    "POST /v1/campaigns/<campaign>/early-close": "the nation's",
    "GET /v1/prints/<print>/forms.pdf": "test_printing.py",
    "GET /v1/print-runs/<run>": "test_print_runs.py",
    "GET /v1/print-runs/<run>/forms.zip": "test_print_runs.py",
    "POST /v1/arrivals/<arrival>/answers": "test_arrivals.py",
    "GET /v1/health": "the nation's",
}


# ---- identity
A_CLASS, A_SCHOOL, A_COUNTY = identity.CLASS, identity.SCHOOL, identity.COUNTY
A_GRANT = {"permission": "view-figures", "path": A_SCHOOL}
ISSUED = {"role": "teacher", "path": A_CLASS, "login": "new.teacher", "display_name": "李老师"}
IDENTITY: Mapping[str, Case] = {
    "POST /v1/accounts": Case(A_CLASS, ISSUED, levels=True),
    "GET /v1/accounts": Case(A_SCHOOL, query=f"?under={A_SCHOOL}"),
    "POST /v1/account-exports": Case(A_SCHOOL, {"under": A_SCHOOL}),
    "POST /v1/accounts/searches": Case(A_SCHOOL, {"text": "li", "under": A_SCHOOL}),
    "POST /v1/accounts/<account>/acceptance": Case(A_SCHOOL, {"accept": True}, levels=True),
    "GET /v1/accounts/<account>/history": Case(A_CLASS, levels=True),
    "POST /v1/accounts/<account>/closure": Case(A_CLASS, levels=True),
    "POST /v1/accounts/<account>/hand-over": Case(
        A_CLASS, {"login": "heir.one", "display_name": "王老师"}, levels=True
    ),
    "POST /v1/accounts/<account>/paths": Case(A_CLASS, {"path": identity.CLASS_2}, levels=True),
    "POST /v1/accounts/<account>/paths/revocations": Case(A_CLASS, {"path": A_CLASS}, levels=True),
    "POST /v1/accounts/<account>/password-reset": Case(A_CLASS, levels=True),
    "POST /v1/accounts/<account>/second-factor-reset": Case(A_CLASS, levels=True),
    "DELETE /v1/accounts/<account>/lock": Case(A_CLASS, levels=True),
    "POST /v1/accounts/<account>/grants": Case(A_SCHOOL, A_GRANT, levels=True),
    "POST /v1/accounts/<account>/grants/revocations": Case(A_SCHOOL, A_GRANT, levels=True),
    "POST /v1/activation-sheets": Case(A_SCHOOL, {"path": A_SCHOOL, "confirm": True}),
    "POST /v1/download-codes": Case(A_SCHOOL, {}, levels=True),
    "GET /v1/misuse-cases/<pupil>": Case(A_CLASS),
    "POST /v1/misuse-cases/<pupil>/closure": Case(A_CLASS),
    "GET /v1/misuse-counts": Case(A_COUNTY, query=f"?under={A_COUNTY}"),
    "GET /v1/application-counts": Case(A_COUNTY, query=f"?under={A_COUNTY}"),
    "GET /v1/bindings": Case(A_CLASS, query=f"?under={A_CLASS}"),
    "POST /v1/bindings/<pupil>/decisions": Case(A_CLASS, {"accept": True}),
    "GET /v1/access-records": Case(A_CLASS, query=f"?path={A_CLASS}"),
    "GET /v1/audit-trail": Case(A_COUNTY, query=f"?path={A_COUNTY}"),
}
IDENTITY_ELSEWHERE = {
    "POST /v1/account-files": "test_account_files.py, line by line",
    "POST /v1/account-names": "test_account_names.py: what is not of the region is left out",
    "GET /v1/account-files": "the caller's own",
    "GET /v1/account-files/<file>": "the caller's own",
    "GET /v1/account-files/<file>/wrong-lines": "the caller's own",
    "POST /v1/account-files/<file>/run": "the caller's own",
    "DELETE /v1/account-files/<file>": "the caller's own",
    "GET /v1/activation-sheets/<sheets>/sheets.pdf": "of who printed them: test_activation_sheets.py",
    "GET /v1/activation-sheets/<sheets>/sheets.zip": "of who printed them: test_activation_sheets.py",
    "GET /v1/download-codes": "the caller's school: test_download_codes.py",
    "POST /v1/me/download-codes": "the caller's own",
    "GET /v1/misuse-cases": "the caller's classes: test_misuse.py",
    "GET /v1/accounts/waiting": "the caller's schools: test_waiting_accounts.py",
    "GET /v1/kick-off": "the nation's",
    "POST /v1/kick-off": "the nation's",
    "GET /v1/health": "the nation's",
    **{
        f"{each} /v1/applications{rest}": "test_applications.py"
        for each, rest in (("POST", ""), ("GET", ""), ("GET", "/<application>"), ("POST", "/<application>/decisions"))
    },
}


# ---- the two services
def test_every_route_of_roster_answers_inside_its_place_and_nowhere_else():
    county = roster.county()
    county.open()
    report = county.enrol(roster.row(1), roster.row(2), roster.row(3, 出生日期="明天"))["import"]  # its file is kept
    pupil = county.pupils()[0]["pupil"]
    correction = enter(county, pupil, {"name": "王改名"}, PDF)["waiting"]

    def ask(route: Route, case: Case, role: str, path: str) -> TestResponse:
        code = "130102" if case.at in (IN_COUNTY, IN_CITY) else roster.SCHOOL
        named = {"pupil": pupil, "school": roster.SCHOOL, "code": code, "class_": roster.CLASS, "campaign": "2026a"}
        address = filled(route.rule, {**named, "report": report, "correction": correction}) + case.query
        return county.ask(route.method, address, role, [path], **({"json": case.body} if case.body else {}))

    siblings = {IN_CLASS: f"{IN_SCHOOL}{roster.SECOND}/", IN_SCHOOL: roster.THERE, IN_COUNTY: f"{roster.CITY}130104/"}
    siblings[IN_CITY] = f"{roster.PROVINCE}130200/"
    assert list(wrong("roster", ROSTER, siblings, ask)) == []
    assert left_out("roster", ROSTER, ROSTER_ELSEWHERE) == set()
    for rule in ("/v1/pupils/<pupil>", "/v1/pupils/<pupil>/registry", "/v1/pupils/<pupil>/registry/copy"):
        address = filled(rule, {"pupil": pupil})
        assert county.ask("GET", address, "guardian", pupils=[pupil]).status_code == 200
        assert county.ask("GET", address, "guardian", pupils=[FOREIGN_PUPIL]).status_code == 403


FOREIGN_PUPIL = "3f7.018f2ab47c9d01e5ffff"


def test_every_route_of_identity_answers_inside_its_place_and_nowhere_else():
    clock = FixedClock()
    store = MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate)
    world, targets = World(store, memory_records(clock), clock), {}
    guardian = world.register().json["account"]
    bureau = world.staff("county", A_COUNTY, "county.a", ("province", "/000000/110000/"))[0]
    world.staff("school", A_SCHOOL, "first.school", ("county", A_COUNTY))  # so that a further one waits

    def target(route: Route, case: Case) -> str:
        """An account of the case's own, so that what one case does to it is no matter for another."""
        if route.rule not in targets:
            role, at = ("teacher", A_CLASS) if case.at == A_CLASS else ("school", A_SCHOOL)
            login = f"target.{len(targets)}"
            waits = route.rule.endswith("acceptance")
            by = world.token("county", A_COUNTY, account=bureau) if waits else world.token("school", A_SCHOOL)
            issued = world.issue(role, at, login, by).json
            if not waits:
                assert world.activate(login, issued["activation_code"]).status_code == 200
            targets[route.rule] = issued["id"]
        return targets[route.rule]

    def ask(route: Route, case: Case, role: str, path: str) -> TestResponse:
        account = target(route, case)
        body = case.body
        if route.rule.startswith("/v1/bindings/"):
            body = {**(body or {}), "account": guardian}
        elif route.rule == "/v1/download-codes":
            body = {"account": account}
        address = filled(route.rule, {"account": account, "pupil": identity.PUPIL}) + case.query
        return world.ask(route.method, address, body, world.token(role, path))

    siblings = {A_CLASS: identity.CLASS_2, A_SCHOOL: f"{A_COUNTY}2111000009/", A_COUNTY: "/000000/110000/110102/"}
    assert list(wrong("identity", IDENTITY, siblings, ask)) == []
    assert left_out("identity", IDENTITY, IDENTITY_ELSEWHERE) == set()
