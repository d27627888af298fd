"""A print run: unlocked by a download code of identity, continued class by class, and asked before it voids sheets."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import httpx
import pypdfium2
import pytest

from services.identity.repositories.memory import memory_records
from services.roster.domain.print_run import RUN_MS, Continue, Fetch, Make, PrintRun, decide, print_run_decider
from services.roster.identity_client import HttpDownloadCodes
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.infrastructure.typesetting import PROCESSES
from shared.service.service_client import InternalClient
from tests.support.stores import memory_store
from tests.support.tokens import bearer, service_auth, token_for
from tests.unit.identity.world import World
from tests.unit.roster import county as county_of
from tests.unit.roster.county import CLASS, COUNTY, HERE, SCHOOL, SECOND, STARTED, THERE, County, row

PRINTS = "/v1/campaigns/2026a/prints"
NOW = 1_000_000
MADE = Make("2026a", SCHOOL, 2, "10.0.0.1", "who", NOW, (CLASS,), 0, "one")
ONE = print_run_decider("one").run(MADE, PrintRun("one"))[1]
NEXT = Continue("two", "who", "2026a", SCHOOL, (SECOND,), NOW + 1)


def but(**fields):
    return Continue(**{**{name: getattr(NEXT, name) for name in NEXT.__slots__}, **fields})


# ---- the table
def test_each_line_of_the_table():
    assert [event.type for event in decide(MADE, PrintRun("one"))] == ["print.made"]
    events, continued = print_run_decider("one").run(NEXT, ONE)
    assert [event.type for event in events] == ["print.continued"] and continued.printed == (CLASS, SECOND)
    assert [event.type for event in decide(Fetch(2, "10.0.0.1"), ONE)] == ["print.fetched"]


@pytest.mark.parametrize(
    ("given", "when", "code"),
    [
        (ONE, but(classes=(CLASS,)), "printed-in-run"),
        (ONE, but(at=NOW + RUN_MS), "run-over"),
        (ONE, but(by="another"), "not-found"),
        (ONE, but(school="2113000018"), "not-found"),
        (ONE, but(campaign="2027a"), "not-found"),
        (print_run_decider("two").run(MADE, PrintRun("two"))[1], but(print="three"), "not-found"),
        (PrintRun("none"), NEXT, "not-found"),
        (PrintRun("none"), Fetch(2, "10.0.0.1"), "not-found"),
    ],
)
def test_what_the_table_refuses(given, when, code):
    with pytest.raises(Refused) as refused:
        decide(when, given)
    assert refused.value.code == code


# ---- over HTTP, with the codes of identity itself
class School:
    """A county whose roster asks a real identity; both are in memory."""

    def __init__(self) -> None:
        clock = FixedClock(STARTED)
        self.identity = World(memory_store(clock), memory_records(clock), clock)
        transport = httpx.WSGITransport(app=self.identity.http.application)
        client = InternalClient("identity", "http://identity", service_auth("roster", clock), transport)
        self.county: County = county_of.county(clock=clock, download_codes=HttpDownloadCodes(client))
        self.county.open()
        self.admin = self.identity.staff("school", HERE, "admin.wang", ("county", COUNTY))[0]

    def code(self, account: str = "", at: str = HERE) -> str:
        asked, leader = {"account": account or self.admin}, self.identity.token("leader", at)
        made = self.identity.ask("POST", "/v1/download-codes", asked, leader)
        assert made.status_code == 201, made.text
        return str(made.json["download_code"])

    def print(self, code: str = "", key: str = "", account: str = "", path: str = HERE, **asked):
        county = self.county
        token = token_for("school", [path], account=account or self.admin, clock=county.clock)
        body = {"class": CLASS, "download_code": code, **asked}
        return county.client.post(PRINTS, json=body, headers=bearer(token, key or county.key()))


@pytest.fixture
def school() -> School:
    school = School()
    school.county.enrol(row(1), row(2), row(3, **{"班级": "2班"}))
    return school


def refused(response, code: str, status: int, where: str = "download_code") -> None:
    told = response.json.get("title"), response.json.get("where")
    assert (response.status_code, *told) == (status, code, where), response.text


def test_a_code_unlocks_one_run_and_every_other_code_is_refused_with_a_sentence(school):
    refused(school.print(), "download-code-needed", 422)
    refused(school.print("AAAA"), "code-length", 422)
    other = school.identity.staff("school", HERE, "admin.li", ("school", HERE))[0]
    refused(school.print(school.code(other)), "download-code-wrong", 422)
    code = school.code()
    school.county.clock.ms += 16 * 60_000
    refused(school.print(code), "download-code-over", 410)
    void, code = school.code(), school.code()
    refused(school.print(void, key="print-0001"), "download-code-wrong", 422)
    made = school.print(code, key="print-0001")
    assert (made.status_code, made.json["forms"], made.json["void"]) == (201, 2, 0)
    assert school.print(code, key="print-0001").json == made.json, "a repeated request is the same print"
    refused(school.print(code, **{"class": SECOND}), "download-code-used", 409)
    assert len(school.county.pupils()) == 2
    [recorded] = school.county.store.load(f"print-{made.json['print']}")
    assert recorded.data["by"] == school.admin and recorded.data["origin"] == "leader" and recorded.data["code_by"]
    assert code not in str(recorded.data)


def test_a_code_of_another_school_prints_nothing(school):
    there = school.identity.staff("school", THERE, "admin.zhao", ("county", COUNTY))[0]
    code = school.code(there, THERE)
    refused(school.print(code, account=there), "outside-scope", 403)
    assert not any(pupil["serial"] for pupil in school.county.pupils())


def test_a_run_goes_on_with_each_other_class_once_and_for_its_person_alone(school):
    made = school.print(school.code())
    run, on = made.json["run"], {"class": SECOND, "run": made.json["run"]}
    other = school.identity.staff("school", HERE, "admin.li", ("school", HERE))[0]
    refused(school.print(account=other, **on), "not-found", 404, "run")
    second = school.print(**on)
    assert (second.status_code, second.json["run"], second.json["run_ends_at"]) == (201, run, made.json["run_ends_at"])
    refused(school.print(**on, confirm=True), "printed-in-run", 409, "class")
    refused(school.print(run=run, confirm=True), "printed-in-run", 409, "class")
    refused(school.print(run="0" * 32, **{"class": SECOND}, confirm=True), "not-found", 404, "run")
    pupil = school.county.pupils()[0]["pupil"]
    refused(school.print(run=run, pupils=[pupil], confirm=True, **{"class": ""}), "bad-fields", 422, "run")
    school.county.clock.ms += RUN_MS
    refused(school.print(**on, confirm=True), "run-over", 410, "run")


# ---- a run of several classes


def go_on(school: School, run: str, **asked):
    return school.print(**{"class": "", "run": run, **asked})


def run_of(school: School, run: str, role: str = "school", path: str = HERE, account: str = ""):
    token = token_for(role, [path], account=account or school.admin, clock=school.county.clock)
    return school.county.client.get(f"/v1/print-runs/{run}", headers=bearer(token))


def archive_of(school: School, run: str):
    token = token_for("school", [HERE], account=school.admin, clock=school.county.clock)
    return school.county.client.get(f"/v1/print-runs/{run}/forms.zip", headers=bearer(token))


def test_a_run_of_several_classes_goes_on_class_by_class_to_its_end(school):
    first = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]})
    assert (first.status_code, first.json["forms"], first.json["left"]) == (201, 2, [SECOND]), first.text
    run = first.json["run"]
    half = run_of(school, run).json
    assert [[each["id"] for each in item["classes"]] for item in half["prints"]] == [[CLASS]]
    assert ([each["id"] for each in half["left"]], half["may_go_on"]) == ([SECOND], True)
    second = go_on(school, run)
    assert (second.status_code, second.json["forms"], second.json["left"]) == (201, 1, []), second.text
    done = run_of(school, run).json
    assert (done["left"], done["forms"], len(done["prints"])) == ([], 3, 2)
    assert all(pupil["serial"] for pupil in school.county.pupils())
    refused(go_on(school, run), "nothing-left", 409, "run")
    school.county.clock.ms += RUN_MS
    assert run_of(school, run).json["may_go_on"] is False


def test_a_repeated_step_prints_its_class_once(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    steps = [go_on(school, run, key="step-0002") for _ in range(2)]
    assert steps[0].json == steps[1].json and len(run_of(school, run).json["prints"]) == 2


def test_a_class_in_which_nobody_is_expected_is_told_and_stops_nothing(school):
    opened = school.county.post(
        f"/v1/units/{SCHOOL}/classes", {"stage": "p", "entry_year": 2025, "number": 9}, "school", HERE
    )
    third = opened["id"]
    first = school.print(school.code(), **{"class": "", "classes": [third, CLASS, SECOND]})
    assert (first.json["forms"], first.json["left"]) == (2, [SECOND]), first.text
    assert [each["id"] for each in run_of(school, first.json["run"]).json["empty"]] == [third]
    last = school.print(school.code(), confirm=True, **{"class": "", "classes": [CLASS, third]})
    step = go_on(school, last.json["run"])
    assert (step.status_code, step.json["print"], step.json["forms"], step.json["left"]) == (201, "", 0, [])
    assert [each["id"] for each in run_of(school, last.json["run"]).json["empty"]] == [third]


def test_the_yes_to_void_sheets_is_asked_once_for_all_classes_of_a_run(school):
    school.print(school.code(), **{"class": SECOND})
    school.county.clock.ms += 1000
    code, both = school.code(), {"class": "", "classes": [CLASS, SECOND]}
    asked = school.print(code, **both)
    refused(asked, "sheets-would-be-void", 409, "confirm")
    assert asked.json["sheets"] == 1, "the sheet of the class that comes second counts, too"
    run = school.print(code, **both, confirm=True).json["run"]
    assert go_on(school, run).json["void"] == 1


def colleague(school: School) -> str:
    return school.identity.staff("school", HERE, "admin.li", ("school", HERE))[0]


@pytest.mark.parametrize("yes", [True, False])
def test_a_yes_is_none_to_what_a_colleague_prints_afterwards(school, yes):
    school.print(school.code())
    school.county.clock.ms += 1000
    classes = [CLASS, SECOND] if yes else [SECOND, CLASS]
    run = school.print(school.code(), confirm=True, **{"class": "", "classes": classes}).json["run"]
    school.county.clock.ms += 1000
    other, last = colleague(school), classes[-1]
    school.print(school.code(other), account=other, confirm=True, **{"class": last})
    asked = go_on(school, run)
    refused(asked, "sheets-would-be-void", 409, "confirm")
    assert asked.json["sheets"] == len(school.county.tables.pupils.find("class", [last]))
    assert go_on(school, run, confirm=True).json["void"] == asked.json["sheets"]


def meanwhile(school: School, act) -> None:
    """Something that happens once, between the look at the sheets and the print."""
    real, left = school.county.deps.download_codes, [act]

    class Slow:
        def use(self, *given):
            found = real.use(*given)
            if left:
                left.pop()()
            return found

    school.county.with_deps(replace(school.county.deps, download_codes=Slow()))


def test_a_sheet_that_a_colleague_prints_meanwhile_is_not_voided_unasked(school):
    other = colleague(school)
    theirs = school.code(other)
    meanwhile(school, lambda: school.print(theirs, account=other))
    refused(school.print(school.code()), "sheets-would-be-void", 409, "confirm")


def test_a_pupil_who_moves_meanwhile_takes_no_class_out_of_the_run(school):
    pupil = school.county.tables.pupils.find("class", [CLASS])[0].id
    moved = {"kind": "class-moved", "class": SECOND}
    meanwhile(school, lambda: school.county.post(f"/v1/pupils/{pupil}/changes", moved, "school", HERE))
    first = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json
    assert (first["forms"], first["left"]) == (1, [SECOND])
    assert go_on(school, first["run"]).json["forms"] == 2


def test_a_run_is_for_its_person_and_its_school_alone(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    other = school.identity.staff("school", HERE, "admin.li", ("school", HERE))[0]
    refused(go_on(school, run, account=other), "not-found", 404, "run")
    assert run_of(school, run, account=other).json["may_go_on"] is False
    assert run_of(school, run, path=THERE).status_code == 403
    assert run_of(school, "0" * 32).status_code == 404
    for wrong in ({"classes": [CLASS], "run": run, "class": ""}, {"classes": [CLASS]}):
        assert school.print(**wrong).status_code == 422


def test_the_archive_of_a_run_holds_a_document_for_each_class_and_names_what_was_replaced(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    go_on(school, run)
    response = archive_of(school, run)
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        pages = [len(pypdfium2.PdfDocument(archive.read(name))) for name in names]
    assert (response.content_type, pages) == ("application/zip", [5, 2]), "a cover and four pages, and two pages"
    assert [event.type for event in school.county.store.load(f"print-{run}")][-1] == "print.fetched"
    school.print(school.code(), confirm=True)
    with zipfile.ZipFile(io.BytesIO(archive_of(school, run).data)) as archive:
        assert len(archive.namelist()) == 2 and "已作废.txt" in archive.namelist()
    school.print(school.code(), confirm=True, **{"class": SECOND})
    refused(archive_of(school, run), "gone", 410, "run")


def test_a_class_that_is_reprinted_while_the_archive_is_sent_is_not_in_it(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    go_on(school, run)
    token = token_for("school", [HERE], account=school.admin, clock=school.county.clock)
    response = school.county.client.get(f"/v1/print-runs/{run}/forms.zip", headers=bearer(token), buffered=False)
    chunks = response.iter_encoded()
    sent = [next(chunks)]
    school.print(school.code(), confirm=True, **{"class": SECOND})
    with zipfile.ZipFile(io.BytesIO(b"".join([*sent, *chunks]))) as archive:
        assert archive.namelist() == ["01-三年级1班.pdf", "已作废.txt"]
    fetched = [event for event in school.county.store.load(f"print-{run}") if event.type == "print.fetched"]
    assert [event.correlation_id for event in fetched] == [response.headers["X-Request-Id"]]


def test_an_archive_that_nobody_reads_gives_its_seat_back(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    token = token_for("school", [HERE], account=school.admin, clock=school.county.clock)
    for _ in range(2 * PROCESSES):
        school.county.client.head(f"/v1/print-runs/{run}/forms.zip", headers=bearer(token)).close()
    assert archive_of(school, run).status_code == 200


def test_who_may_print_some_classes_gets_their_archive_also_when_one_was_replaced(school):
    run = school.print(school.code(), **{"class": "", "classes": [CLASS, SECOND]}).json["run"]
    go_on(school, run)
    school.print(school.code(), confirm=True)
    paths = [f"{HERE}{CLASS}/", f"{HERE}{SECOND}/"]
    token = token_for("school", paths, account=school.admin, clock=school.county.clock)
    response = school.county.client.get(f"/v1/print-runs/{run}/forms.zip", headers=bearer(token))
    assert response.status_code == 200
    alone = token_for("school", paths[:1], account=school.admin, clock=school.county.clock)
    assert school.county.client.get(f"/v1/print-runs/{run}/forms.zip", headers=bearer(alone)).status_code == 403


def test_the_schools_record_lists_the_latest_prints_first(school):
    made = school.print(school.code()).json
    school.county.clock.ms += 1000
    school.print(run=made["run"], **{"class": SECOND})
    school.county.clock.ms += 1000
    school.print(school.code(), confirm=True)
    items = school.county.get(f"/v1/units/{SCHOOL}/prints", "leader", HERE)["items"]
    shown = [([each["id"] for each in item["classes"]], item["forms"], item["void"], item["origin"]) for item in items]
    assert shown == [([CLASS], 2, 2, "leader"), ([SECOND], 1, 0, ""), ([CLASS], 2, 0, "leader")]
    assert {item["by"] for item in items} == {school.admin} and {item["source"] for item in items} == {"127.0.0.1"}
    assert school.county.ask("GET", f"/v1/units/{SCHOOL}/prints", "leader", [THERE]).status_code == 403


def test_a_reprint_says_how_many_sheets_it_voids_before_the_code_is_used_up(school):
    assert school.print(school.code()).status_code == 201
    code = school.code()
    asked = school.print(code)
    refused(asked, "sheets-would-be-void", 409, "confirm")
    assert asked.json["sheets"] == 2
    again = school.print(code, confirm=True)
    assert (again.status_code, again.json["void"]) == (201, 2)


def test_nothing_is_printed_while_identity_is_away(school):
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    client = InternalClient(
        "identity", "http://identity", service_auth("roster", school.county.clock), httpx.MockTransport(away)
    )
    county = county_of.county(clock=school.county.clock, download_codes=HttpDownloadCodes(client))
    county.open()
    county.enrol(row(1))
    response = county.ask("POST", PRINTS, "school", [HERE], json={"class": CLASS, "download_code": school.code()})
    assert (response.status_code, response.json["title"]) == (503, "unavailable")
    assert not county.pupils()[0]["serial"]
