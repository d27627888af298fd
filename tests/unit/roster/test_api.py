"""Roster over HTTP: what each role may do, what it is told, and what never leaves the service."""
from __future__ import annotations

import io

import orjson
import pypdfium2
import pytest
import zxingcpp

from services.roster.api import routes
from services.roster.internal_api import internal_routes
from shared.codes import PageOne, PageTwo, parse, parse_qr
from shared.contracts import is_public
from tests.support.tokens import token_for
from tests.unit.roster import county as county_of
from tests.unit.roster.county import BORN, CAMPAIGN, CLASS, COUNTY, ELSEWHERE, HERE, OTHER, PROVINCE, SCHOOL, SECOND, THERE, County, name_of, row
from tests.unit.roster.files import HEADINGS, encrypted, xlsx
from tests.unit.roster.numbers import id_number, pupil_number

NATION = "/000000/"


@pytest.fixture
def county() -> County:
    return county_of.county()


@pytest.fixture
def campaign(county) -> County:
    county.open()
    return county


def now(county: County, stream: str):
    return dict(county.store.load(stream)[-1].now)


# ---- the tree
def test_everybody_may_know_where_they_belong_and_nobody_sees_beside_it(county):
    teacher = f"{HERE}{CLASS}/"
    assert county.get(f"/v1/units/{SCHOOL}", "teacher", teacher)["path"] == HERE
    assert county.get("/v1/units/130000", "teacher", teacher)["name"] == "河北省"
    assert [unit["code"] for unit in county.get("/v1/units/130102/children", "school", HERE)["items"]] == [SCHOOL]
    assert [unit["code"] for unit in county.get("/v1/units/130102/children", "county", COUNTY)["items"]] == [SCHOOL, OTHER]
    assert county.ask("GET", f"/v1/units/{OTHER}", "school", [HERE]).status_code == 403
    assert county.ask("GET", f"/v1/units/{SCHOOL}", "guardian", pupils=["269.8e66991d0371571eb56d"]).status_code == 403
    assert county.ask("GET", "/v1/units/999999", "ministry", [NATION]).status_code == 404


def test_units_open_at_any_depth_within_the_scope_of_who_opens_them(county):
    school = {"code": "3413000001", "name": "省实验中学", "level": "school", "parent": "130000"}
    assert county.ask("POST", "/v1/units", "county", [COUNTY], json=school).status_code == 403
    opened = county.post("/v1/units", school, "province", PROVINCE)
    assert (opened["path"], opened["kind"]) == (f"{PROVINCE}3413000001/", "34")
    custom = county.post("/v1/units", {"code": "130190", "name": "高新区", "level": "county", "parent": "130100"}, "city", "/000000/130000/130100/")
    assert custom["path"] == "/000000/130000/130100/130190/"


@pytest.mark.parametrize(("changed", "code"), [
    ({"code": "341300000"}, "bad-fields"), ({"code": "130199"}, "bad-fields"), ({"level": "county"}, "bad-fields"), ({"kind": "21"}, "bad-fields"),
    ({"level": "nation"}, "bad-fields"), ({"name": " "}, "bad-fields"), ({"parent": SCHOOL}, "wrong-parent"), ({"code": SCHOOL}, "unit-exists"),
    ({"extra": 1}, "bad-fields"),
])
def test_a_wrong_unit_is_refused(county, changed, code):
    school = {"code": "3413000001", "name": "中学", "level": "school", "parent": "130102"}
    answer = county.ask("POST", "/v1/units", "county", [COUNTY], json=school | changed)
    assert (answer.json["title"], answer.content_type) == (code, "application/problem+json")


def test_classes_say_their_grade_of_today(county):
    classes = county.get(f"/v1/units/{SCHOOL}/classes", "school", HERE)["items"]
    assert [(of["id"], of["name"], of["grade"]) for of in classes] == [(CLASS, "小学2024级1班", "三年级"), (SECOND, "小学2024级2班", "三年级")]
    assert [of["id"] for of in county.get(f"/v1/units/{SCHOOL}/classes", "teacher", f"{HERE}{SECOND}/")["items"]] == [SECOND]
    again = county.ask("POST", f"/v1/units/{SCHOOL}/classes", "school", [HERE], json={"stage": "p", "entry_year": 2024, "number": 1})
    assert (again.status_code, again.json["title"]) == (409, "class-exists")


# ---- campaigns
def test_a_campaign_is_planned_and_opened_by_the_ministry_alone(county):
    assert county.ask("POST", "/v1/campaigns", "province", [PROVINCE], json=CAMPAIGN).status_code == 403
    assert county.post("/v1/campaigns", CAMPAIGN, "ministry", NATION)["open"] is False
    assert county.ask("POST", "/v1/campaigns/2026a/open", "province", [PROVINCE]).status_code == 403
    assert county.post("/v1/campaigns/2026a/open", {}, "ministry", NATION)["open"] is True
    assert [each["id"] for each in county.get("/v1/campaigns", "guardian")["items"]] == ["2026a"]
    assert county.ask("POST", "/v1/campaigns/2027a/open", "ministry", [NATION]).status_code == 404


@pytest.mark.parametrize("changed", [{"cutoff": "2026-08-01"}, {"opens": "soon"}, {"population": {"stages": ["q"]}}, {"population": {"stages": []}},
                                     {"id": "2026-A"}])
def test_a_wrong_campaign_is_refused(county, changed):
    assert county.ask("POST", "/v1/campaigns", "ministry", [NATION], json=CAMPAIGN | changed).status_code == 422


def test_opening_gives_every_pupil_an_entry_and_opening_again_gives_none(county):
    county.enrol(*(row(n) for n in range(1, 60)))
    assert county.open()["pupils"] == 59
    entries = [now(county, f"entry-2026a-{pupil['pupil']}") for pupil in county.pupils()]
    assert len(entries) == 59 and all(entry["expected"] and entry["school"] == SCHOOL for entry in entries)
    assert len({entry["upload_code"] for entry in entries}) == 59
    county.post("/v1/campaigns/2026a/open", {}, "ministry", NATION)
    assert all(len(county.store.load(f"entry-2026a-{pupil['pupil']}")) == 1 for pupil in county.pupils())


def test_who_is_enrolled_later_gets_an_entry_in_every_open_campaign(campaign):
    campaign.open("2026b")
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    assert [now(campaign, f"entry-{id}-{pupil}")["expected"] for id in ("2026a", "2026b")] == [True, True]


# ---- imports
def test_the_same_file_again_changes_nothing_and_another_file_changes_what_differs(campaign):
    rows = [row(n) for n in range(1, 121)]
    assert campaign.enrol(*rows)["added"] == 120
    again = campaign.enrol(*rows)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 120)
    rows[4] = row(5, 班级="2班")
    rows[6] = row(7, 姓名="王改名")
    third = campaign.enrol(*rows, row(121))
    assert (third["added"], third["changed"], third["unchanged"]) == (1, 2, 118)
    moved = campaign.pupils(SECOND)
    assert [pupil["name"] for pupil in moved] == [name_of(5)]
    assert now(campaign, f"entry-2026a-{moved[0]['pupil']}")["class"] == SECOND
    corrected = next(pupil for pupil in campaign.pupils() if pupil["name"] == "王改名")
    assert [event.type for event in campaign.store.load(f"enrolment-{corrected['pupil']}")] == ["enrolment.opened", "enrolment.corrected"]


def test_the_same_request_gets_the_first_answer_and_another_file_under_its_key_is_refused(campaign):
    data = xlsx([row(1), row(2, 姓名="")])
    first = campaign.import_(data, key="import-0001")
    assert (first.status_code, first.json["added"], len(first.json["errors"])) == (201, 1, 1)
    assert campaign.import_(data, key="import-0001").json == first.json
    other = campaign.import_(xlsx([row(3)]), key="import-0001")
    assert (other.status_code, other.json["title"]) == (422, "key-reused")
    assert campaign.get(f"/v1/imports/{first.json['import']}", "school", HERE) == first.json
    assert campaign.ask("GET", f"/v1/imports/{first.json['import']}", "school", [THERE]).status_code == 403


def test_a_dry_run_says_everything_and_does_nothing(campaign):
    answer = campaign.import_(xlsx([row(1), row(2, 性别="x")]), query="?dry_run=1").json
    assert (answer["added"], [error["code"] for error in answer["errors"]], answer["import"]) == (1, ["sex-unknown"], "")
    assert campaign.pupils() == []


def test_pupils_without_any_number_are_known_by_name_birth_date_and_class(campaign):
    without = {"学籍号": "", "身份证件号": "", "身份证件类型": ""}
    campaign.enrol(row(1, **without), row(2, **without))
    assert campaign.enrol(row(1, **without), row(2, **without))["unchanged"] == 2
    numbered = campaign.enrol(row(1), row(2, **without))
    assert (numbered["added"], numbered["changed"], numbered["unchanged"]) == (0, 1, 1)
    assert campaign.enrol(row(1, 姓名="王新名"))["changed"] == 1
    assert len(campaign.pupils()) == 2


def test_a_file_without_the_column_of_numbers_doubles_nobody_and_erases_nothing(campaign):
    campaign.enrol(row(1), row(2))
    narrow = [[cells[1], cells[2], cells[3], cells[4], cells[5]] for cells in (row(1), row(2))]
    assert campaign.enrol(*narrow, headings=["姓名", "性别", "出生日期", "年级", "班级"])["unchanged"] == 2
    assert campaign.enrol(row(1), row(2))["unchanged"] == 2


def test_a_pupil_of_another_school_is_a_row_error_until_the_other_school_lets_go(campaign):
    campaign.enrol(row(1))
    refused = campaign.enrol(row(1), row(2), school=OTHER)
    assert (refused["added"], [(error["row"], error["code"]) for error in refused["errors"]]) == (1, [(2, "registered-elsewhere")])
    pupil = campaign.pupils()[0]["pupil"]
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE)
    assert now(campaign, f"entry-2026a-{pupil}")["expected"] is False
    assert campaign.enrol(row(1), school=OTHER)["changed"] == 1
    entry = now(campaign, f"entry-2026a-{pupil}")
    assert (entry["school"], entry["class"], entry["expected"]) == (OTHER, ELSEWHERE, True)


def test_two_numbers_of_two_pupils_in_one_row_are_an_error(campaign):
    campaign.enrol(row(1), row(2))
    assert [error["code"] for error in campaign.enrol(row(1, 身份证件号=id_number(BORN, 2)))["errors"]] == ["two-pupils"]


def test_a_bad_file_is_a_problem_document_and_no_import(campaign):
    answer = campaign.import_(encrypted())
    assert (answer.status_code, answer.json["title"], answer.json["message_zh"]) == (422, "file-encrypted", "文件设有密码，请取消密码后再导入。")
    assert campaign.import_(b"x" * (11 << 20)).status_code == 413
    nothing = campaign.ask("POST", f"/v1/units/{SCHOOL}/imports", "school", [HERE], data={}, content_type="multipart/form-data")
    assert (nothing.status_code, nothing.json["title"]) == (400, "bad-request")


def test_only_the_school_itself_imports_its_roster(campaign):
    for role, path in (("school", THERE), ("county", COUNTY), ("teacher", f"{HERE}{CLASS}/"), ("ministry", NATION)):
        answer = campaign.ask("POST", f"/v1/units/{SCHOOL}/imports", role, [path], data={"file": (io.BytesIO(xlsx([row(1)])), "r.xlsx")})
        assert answer.status_code == 403, role
    assert campaign.client.post(f"/v1/units/{SCHOOL}/imports").status_code == 401


# ---- pupils
def test_names_in_clear_are_for_the_class_teacher_only(campaign):
    campaign.enrol(row(1))
    assert campaign.pupils()[0]["name"] == name_of(1)
    assert campaign.pupils(role="school")[0]["name"] == "王*"
    for role, path in (("teacher", f"{HERE}{SECOND}/"), ("school", THERE), ("county", COUNTY)):
        assert campaign.ask("GET", f"/v1/classes/{CLASS}/pupils", role, [path]).status_code == 403


def test_guardians_see_their_own_child_masked_and_no_other(campaign):
    campaign.enrol(row(1), row(2))
    mine, other = (pupil["pupil"] for pupil in campaign.pupils())
    shown = campaign.get(f"/v1/pupils/{mine}", "guardian", pupils=[mine])
    assert (shown["name"][1:], shown["school_name"]) == ("*", "长安区第三中心小学")
    assert shown["campaigns"] == [{"campaign": "2026a", "expected": True, "printed": False}]
    assert campaign.ask("GET", f"/v1/pupils/{other}", "guardian", pupils=[mine]).status_code == 403
    assert campaign.ask("GET", f"/v1/pupils/{other}", "guardian", [NATION]).status_code == 403


@pytest.mark.parametrize(("kinds", "expected", "state"), [
    (["suspended"], False, "suspended"), (["suspended", "resumed"], True, "in-school"), (["left"], False, "left"),
    (["business-opened"], False, "in-school"), (["business-opened", "business-closed"], True, "in-school"),
])
def test_a_change_of_state_takes_the_entries_along(campaign, kinds, expected, state):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    for kind in kinds:
        answer = campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": kind, "reason": "家长申请"}, "school", HERE)
    assert (answer["state"], now(campaign, f"enrolment-{pupil}")["state"], now(campaign, f"entry-2026a-{pupil}")["expected"]) == (state, state, expected)


def test_a_move_takes_the_entries_along_and_the_same_request_twice_is_one_move(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    move = {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}
    first = campaign.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY, key="transfer-1")
    assert campaign.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY, key="transfer-1") == first
    entry = now(campaign, f"entry-2026a-{pupil}")
    assert (first["class"], entry["school"], entry["class"]) == (ELSEWHERE, OTHER, ELSEWHERE)
    assert campaign.ask("GET", f"/v1/pupils/{pupil}", "school", [HERE]).status_code == 403
    place = campaign.service(f"/internal/pupils/{pupil}/place").json
    assert place == {"school": OTHER, "class": ELSEWHERE, "path": f"{THERE}{ELSEWHERE}/"}
    assert campaign.ask("POST", f"/v1/pupils/{pupil}/changes", "school", [HERE], json={"kind": "left"}).status_code == 403


@pytest.mark.parametrize(("change", "code"), [
    ({"kind": "class-moved", "class": ELSEWHERE}, "another-school"), ({"kind": "class-moved", "class": f"{SCHOOL}p202409"}, "not-found"),
    ({"kind": "class-moved"}, "not-found"),
    ({"kind": "transferred", "school": SCHOOL, "class": ELSEWHERE}, "class-unknown"), ({"kind": "transferred", "class": SECOND}, "same-school"),
    ({"kind": "flown"}, "bad-fields"),
])
def test_a_change_that_cannot_be_is_refused(campaign, change, code):
    campaign.enrol(row(1))
    answer = campaign.ask("POST", f"/v1/pupils/{campaign.pupils()[0]['pupil']}/changes", "school", [HERE], json=change)
    assert answer.json["title"] == code


# ---- registration codes
def registration_code(county: County, pupil: str, *, key: str = "", role: str = "teacher", path: str = f"{HERE}{CLASS}/") -> str:
    return str(county.post(f"/v1/pupils/{pupil}/registration-code", {}, role, path, key=key)["registration_code"])


def check(county: County, code: str, born: str = BORN):
    return county.service("/internal/registration-codes/check", {"registration_code": code, "birth_date": born})


def test_a_registration_code_and_the_birth_date_name_the_masked_child(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    assert check(campaign, code.lower()).json == {"pupil": pupil, "school": SCHOOL, "class": CLASS, "masked_name": "王*", "school_name": "长安区第三中心小学",
                                                  "class_name": "小学2024级1班"}
    wrong, unknown = check(campaign, code, "2017-05-02"), check(campaign, parse("2222-2222-2222-2222"))
    assert (wrong.json["title"], unknown.json["title"]) == ("birth-date-differs", "code-unknown")
    assert wrong.status_code == unknown.status_code == 422 and wrong.json["detail"] == unknown.json["detail"]


def test_a_new_registration_code_voids_the_old_one_and_the_same_request_gives_the_same_code(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    old = registration_code(campaign, pupil, key="code-0001")
    assert registration_code(campaign, pupil, key="code-0001") == old
    new = registration_code(campaign, pupil, role="school", path=HERE)
    assert (check(campaign, old).json["title"], check(campaign, new).status_code) == ("code-unknown", 200)
    gone = campaign.ask("POST", f"/v1/pupils/{pupil}/registration-code", "teacher", [f"{HERE}{CLASS}/"], key="code-0001")
    assert gone.status_code == 410


def test_a_spent_code_still_serves_further_guardians(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    for _ in range(2):
        assert campaign.service("/internal/registration-codes/spend", {"pupil": pupil}).json == {"pupil": pupil, "spent": True}
    assert check(campaign, code).status_code == 200


def test_guardians_are_compared_by_name_and_relation(campaign):
    campaign.enrol([*row(1), "王建国", "父亲", "李梅", "母亲"], headings=(*HEADINGS, "jhr1xm", "jhr1gx", "jhr2xm", "jhr2gx"))
    pupil = campaign.pupils()[0]["pupil"]
    for name, relation, known in (("王建国", "父亲", True), ("王 建国", "爸爸", True), ("王建国", "母亲", False), ("李梅", "", True),
    ("李梅", "监护人", True), ("赵六", "父亲", False), ("王一", "", False)):
        assert campaign.service("/internal/guardians/compare", {"pupil": pupil, "name": name, "relation": relation}).json == {"known": known}, (name, relation)


def test_internal_questions_are_for_services_only(campaign):
    for path in ("/internal/registration-codes/check", "/internal/registration-codes/spend", "/internal/guardians/compare"):
        assert campaign.ask("POST", path, "ministry", [NATION], json={}).status_code == 401


# ---- prints
def qr_of(pdf: bytes) -> list[object]:
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)
        found.append(parse_qr(codes[0].text) if len(codes) == 1 else None)
    return found


def print_class(county: County, body=None):
    made = county.post("/v1/campaigns/2026a/prints", body or {"class": CLASS}, "school", HERE)
    return made, county.ask("GET", made["url"], "school", [HERE])


def test_a_print_holds_two_pages_per_pupil_with_their_codes(campaign):
    campaign.enrol(row(1), row(2), row(3))
    made, pdf = print_class(campaign)
    assert (made["forms"], made["pages"], pdf.content_type) == (3, 6, "application/pdf")
    pages = qr_of(pdf.data)
    assert [type(page) for page in pages] == [PageOne, PageTwo] * 3
    serials = {pupil["serial"]: pupil["pupil"] for pupil in campaign.pupils()}
    for one, two in zip(pages[::2], pages[1::2], strict=True):
        pupil = serials[one.serial]
        entry = now(campaign, f"entry-2026a-{pupil}")
        assert entry["upload_code"] == campaign.roster.secrets.hash("upload", one.code)
        assert entry["sheet"] == campaign.roster.secrets.hash("serial", one.serial)
        assert check(campaign, two.code).json["pupil"] == pupil


def test_a_reprint_voids_the_sheet_before_and_keeps_the_upload_code(campaign):
    campaign.enrol(row(1), row(2))
    first, _ = print_class(campaign)
    pupil = campaign.pupils()[0]["pupil"]
    before = now(campaign, f"entry-2026a-{pupil}")
    second, again = print_class(campaign, {"pupils": [pupil]})
    after = now(campaign, f"entry-2026a-{pupil}")
    assert (after["void_sheets"], after["upload_code"]) == ([before["sheet"]], before["upload_code"])
    assert after["sheet"] != before["sheet"]
    left = qr_of(campaign.ask("GET", first["url"], "school", [HERE]).data)
    assert len(left) == 2 and left[0].serial != qr_of(again.data)[0].serial   # the other pupil's sheet is still valid
    print_class(campaign)
    assert campaign.ask("GET", second["url"], "school", [HERE]).status_code == 410


def test_every_print_and_every_fetch_is_recorded(campaign):
    campaign.enrol(row(1))
    made, _ = print_class(campaign)
    campaign.ask("GET", made["url"], "school", [HERE])
    history = campaign.store.load(f"print-{made['print']}")
    assert [event.type for event in history] == ["print.made", "print.fetched", "print.fetched"]
    assert history[0].data == {"campaign": "2026a", "school": SCHOOL, "forms": 1, "source": "127.0.0.1"} and history[0].actor


def test_a_print_is_for_its_school_alone_and_the_same_request_is_one_print(campaign):
    campaign.enrol(row(1))
    made = campaign.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE, key="print-0001")
    assert campaign.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE, key="print-0001") == made
    assert len(campaign.store.load(f"entry-2026a-{campaign.pupils()[0]['pupil']}")) == 2
    assert campaign.ask("GET", made["url"], "school", [THERE]).status_code == 403
    assert campaign.ask("GET", made["url"], "teacher", [f"{HERE}{CLASS}/"]).status_code == 403
    for role, path in (("school", THERE), ("county", COUNTY)):
        assert campaign.ask("POST", "/v1/campaigns/2026a/prints", role, [path], json={"class": CLASS}).status_code == 403


def test_who_has_left_is_not_printed_and_takes_the_sheet_along(campaign):
    campaign.enrol(row(1), row(2))
    made, _ = print_class(campaign)
    pupil = campaign.pupils()[0]["pupil"]
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}, "school", HERE)
    assert len(qr_of(campaign.ask("GET", made["url"], "school", [HERE]).data)) == 2
    assert print_class(campaign)[0]["forms"] == 1
    assert campaign.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"pupils": [pupil]}).status_code == 403


@pytest.mark.parametrize(("body", "code"), [({}, "bad-fields"), ({"class": CLASS, "pupils": ["269.8e66991d0371571eb56d"]}, "bad-fields"),
                                            ({"class": SECOND}, "nothing-to-print"),
                                            ({"pupils": ["269.8e66991d0371571eb56d"]}, "not-found")])
def test_a_print_of_nothing_is_refused(campaign, body, code):
    campaign.enrol(row(1))
    assert campaign.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json=body).json["title"] == code


def test_nothing_is_printed_before_the_campaign_opens(county):
    county.enrol(row(1))
    county.post("/v1/campaigns", CAMPAIGN, "ministry", NATION)
    assert county.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS}).json["title"] == "campaign-not-open"


# ---- all of it
def test_no_event_holds_a_name_a_number_a_birth_date_or_a_code(campaign):
    campaign.enrol(row(1), row(2, 姓名="x1"))
    pupil = campaign.pupils()[0]["pupil"]
    _, pdf = print_class(campaign)
    one, two = qr_of(pdf.data)
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended", "reason": f"{name_of(1)}生病"}, "school", HERE)
    streams = {event.stream for event in campaign.store._events.values()}
    text = b"".join(orjson.dumps(event) for event in campaign.store._events.values()).decode()
    assert {"enrolment", "entry", "registration", "print", "import"} <= {stream.partition("-")[0] for stream in streams}
    for secret in (name_of(1), pupil_number(BORN, 1), id_number(BORN, 1), BORN, one.code, one.serial, two.code, "生病", "x1"):
        assert secret not in text
    assert not is_public("registration-x") and not is_public("print-x") and not is_public("import-x")


def test_every_route_says_who_may_call_it_and_every_command_wants_a_key(campaign):
    for route in [*routes(campaign.roster), *internal_routes(campaign.roster)]:
        assert route.needs
        if route.method == "POST" and not isinstance(route.needs, str):
            path = route.rule.replace("<school>", SCHOOL).replace("<class_>", CLASS).replace("<id>", "2026a").replace("<pupil>", "x")
            assert campaign.client.post(path).status_code == 401
    answer = campaign.client.post("/v1/campaigns", json=CAMPAIGN, headers={"Authorization": campaign_token(campaign)})
    assert (answer.status_code, answer.json["where"]) == (400, "Idempotency-Key")


def campaign_token(county: County) -> str:
    return f"Bearer {token_for('ministry', [NATION], clock=county.clock)}"
