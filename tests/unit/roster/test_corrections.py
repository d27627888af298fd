"""Roster over HTTP: corrections from the change column, at once or through leader and bureau."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from services.roster.domain.correction import KEY_FIELDS, LEADER
from services.roster.personal_data import PersonalData
from services.roster.proofs.protocol import KEPT_MS
from services.roster.use_cases.correcting.following import key_fields
from tests.unit.roster.correcting import PDF, TEACHER, decide, enter, history, record, send, waiting, withdraw
from tests.unit.roster.county import (
    CLASS,
    COUNTY,
    HERE,
    OTHER,
    PROVINCE,
    SCHOOL,
    SECOND,
    THERE,
    County,
    copy_of,
    name_of,
    opened,
    row,
)
from tests.unit.roster.files import HEADINGS
from tests.unit.roster.numbers import id_number

RENAMED = {"name": "王改名"}


@pytest.fixture
def school(campaign: County) -> County:
    campaign.enrol(row(1), row(2), row(3))
    return campaign


@pytest.fixture
def pupil(school: County) -> str:
    return str(school.pupils()[0]["pupil"])


def test_other_fields_take_effect_at_once_and_the_family_sees_it(school, pupil):
    done = enter(school, pupil, {"phone": "１３８00138000", "address": "新街1号"}, role="teacher", path=TEACHER)
    assert (bool(done["applied"]), done["waiting"]) == (True, "")
    assert (record(school, pupil)["phone"], record(school, pupil)["address"]) == ("13800138000", "新街1号")
    (item,) = history(school, pupil)
    assert (item["status"], item["changes"][1]["after"]) == ("applied", "新街1号")
    assert waiting(school, SCHOOL, "leader", HERE)["items"] == []


def test_a_key_field_changes_nothing_until_leader_and_bureau_have_said_yes(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    before = record(school, pupil)
    assert waiting(school, SCHOOL, "leader", HERE)["leader"] == 1
    assert waiting(school, "130102", "county", COUNTY)["items"] == []  # the leader's turn
    assert decide(school, pupil, id, "leader").json["status"] == "bureau"
    assert record(school, pupil) == before
    for unit, role, path in (("130102", "county", COUNTY), ("130000", "province", PROVINCE)):
        found = waiting(school, unit, role, path)
        assert (found["bureau"], found["items"][0]["titles"], found["more"]) == (1, ["姓名"], False)
        assert found["items"][0]["name"] != before["name"]  # masked
    assert decide(school, pupil, id, "county").json["status"] == "applied"
    assert record(school, pupil)["name"] == "王改名"
    assert [item["status"] for item in history(school, pupil)] == ["applied"]
    assert waiting(school, "130102", "county", COUNTY)["items"] == []


def test_a_list_reads_the_tree_as_often_for_many_as_for_one(school, monkeypatch):
    read: list[str] = []
    get = school.tables.units.get
    monkeypatch.setattr(school.tables.units, "get", lambda id: read.append(id) or get(id))

    def reads_for(pupil: str) -> int:
        decide(school, pupil, enter(school, pupil, RENAMED, PDF)["waiting"], "leader")
        read.clear()
        assert waiting(school, "130102", "county", COUNTY)["bureau"] > 0
        return len(read)

    assert len({reads_for(each["pupil"]) for each in school.pupils()}) == 1


def test_key_and_other_fields_in_one_form_part(school, pupil):
    done = enter(school, pupil, {**RENAMED, "phone": "13800138000"}, PDF)
    assert done["applied"] and done["waiting"]
    assert (record(school, pupil)["phone"], record(school, pupil)["name"] == "王改名") == ("13800138000", False)
    assert len(history(school, pupil)) == 2


def test_a_refusal_has_a_reason_that_the_family_reads_and_changes_nothing(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    before = record(school, pupil)
    assert decide(school, pupil, id, "leader", False).json["title"] == "reason-missing"
    assert decide(school, pupil, id, "leader", False, "户口本看不清").json["status"] == "refused"
    (item,) = history(school, pupil)
    assert (item["status"], item["refused_by"], item["reason"]) == ("refused", LEADER, "户口本看不清")
    assert record(school, pupil) == before
    assert decide(school, pupil, id, "county").json["title"] == "correction-over"
    assert enter(school, pupil, RENAMED, PDF)["waiting"] != id


def test_the_bureau_refuses_too(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    decide(school, pupil, id, "leader")
    assert decide(school, pupil, id, "county", False, "请补出生证").json["status"] == "refused"
    assert history(school, pupil)[0]["refused_by"] == "bureau"


def test_a_class_is_corrected_like_a_key_field_and_the_entry_follows(school, pupil):
    id = enter(school, pupil, {"class": SECOND}, PDF)["waiting"]
    decide(school, pupil, id, "leader")
    assert record(school, pupil)["class"] == CLASS
    decide(school, pupil, id, "county")
    assert record(school, pupil)["class"] == SECOND
    assert school.tables.entries.find("pupil", [pupil])[0].state.class_ == SECOND
    assert send(school, pupil, {"class": f"{OTHER}p202401"}, PDF).json["title"] == "class-unknown"


def test_a_second_one_for_a_waiting_field_is_refused_until_the_first_is_withdrawn(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    again = send(school, pupil, {"name": "王又改", "phone": "13800138000"}, PDF)
    assert (again.status_code, again.json["title"], again.json["fields"]) == (409, "correction-waits", ["name"])
    assert "phone" not in record(school, pupil)  # nothing of the form was taken
    assert withdraw(school, pupil, id, "teacher", TEACHER).json["status"] == "withdrawn"
    assert enter(school, pupil, {"name": "王又改"}, PDF)["waiting"]
    assert [item["status"] for item in history(school, pupil)] == ["leader", "withdrawn"]


def test_what_is_wrong_is_told_by_field_and_without_the_value(school, pupil):
    wrong = send(school, pupil, {"id_number": "11010119900101", "birth_date": "明天", "phone": "1"}, PDF)
    assert (wrong.status_code, wrong.json["title"]) == (422, "bad-correction")
    assert {reason["field"] for reason in wrong.json["reasons"]} == {"id_number", "birth_date"}
    assert "11010119900101" not in wrong.text
    for fields, code in (({"grade": "3"}, "bad-fields"), ({}, "bad-fields"), ({"name": " "}, "bad-fields")):
        assert send(school, pupil, fields, PDF).json["title"] == code, fields
    same = send(school, pupil, {"name": record(school, pupil)["name"]}, PDF)
    assert (same.status_code, same.json["title"]) == (409, "nothing-differs")
    assert history(school, pupil) == []


def test_a_document_type_that_the_number_of_the_record_cannot_have_is_refused(school, pupil):
    id = enter(school, pupil, {"id_type": "A", "id_number": "E12345678"}, PDF)["waiting"]
    decide(school, pupil, id, "leader")
    decide(school, pupil, id, "county")
    wrong = send(school, pupil, {"id_type": "1"}, PDF)
    assert (wrong.json["title"], wrong.json["where"]) == ("bad-correction", "id_type")
    assert enter(school, pupil, {"id_type": "1", "id_number": id_number("2017-05-01", 77)}, PDF)["waiting"]


def test_a_proof_is_a_pdf_or_a_picture_of_limited_size(school, pupil):
    big = b"%PDF-" + bytes(8 << 20) + b"%%EOF"
    for proof, status, code in (
        (b"", 422, "proof-missing"),
        (b"MZ\x90\0", 415, "proof-kind"),
        (b"<html>%PDF-", 415, "proof-kind"),
        (b"%PDF-1.4 cut", 422, "proof-damaged"),
        (big, 413, "proof-too-large"),
    ):
        answer = send(school, pupil, RENAMED, proof)
        assert (answer.status_code, answer.json["title"], answer.json["where"]) == (status, code, "proof")


def test_the_proof_is_sealed_shown_to_those_who_decide_and_removed_half_a_year_later(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    assert PDF not in school.deps.proofs.get(id).sealed
    address = f"/v1/pupils/{pupil}/corrections/{id}/proof"
    shown = school.ask("GET", address, "leader", [HERE])
    assert (shown.data, shown.headers["Content-Disposition"]) == (PDF, 'attachment; filename="proof.pdf"')
    assert school.ask("GET", address, "county", [COUNTY]).data == PDF
    for role, path in (("leader", THERE), ("county", "/000000/650000/650100/"), ("teacher", TEACHER)):
        assert school.ask("GET", address, role, [path]).status_code == 403, role
    assert school.ask("GET", address, "guardian", pupils=[pupil]).status_code == 403
    records = school.deps.views.records.of_pupil(pupil, school.clock.now() + 1, 20)
    assert sorted(each.role for each in records if each.what == "proof") == ["county", "leader"]
    school.deps.proofs.remove_due(school.clock.now() + 10 * KEPT_MS)
    assert school.deps.proofs.get(id)  # it waits
    withdraw(school, pupil, id)
    school.clock.advance(seconds=KEPT_MS / 1000 - 1)
    assert school.ask("GET", address, "leader", [HERE]).status_code == 200
    school.clock.advance(seconds=1)
    assert school.ask("GET", address, "leader", [HERE]).json["title"] == "proof-not-kept"
    assert school.deps.proofs.remove_due(school.clock.now()) == 1


def test_one_in_full_is_a_recorded_reveal(school, pupil):
    id = enter(school, pupil, {"id_number": id_number("2017-05-01", 77)}, PDF)["waiting"]
    shown = school.get(f"/v1/pupils/{pupil}/corrections/{id}", "leader", HERE)
    assert shown["changes"][0]["after"] == id_number("2017-05-01", 77)
    assert (shown["own"], shown["proof"]) == (False, "pdf")
    masked = school.get(f"/v1/pupils/{pupil}/corrections", "teacher", TEACHER)["items"][0]["changes"][0]
    assert "*" in masked["after"] and "*" in history(school, pupil)[0]["changes"][0]["after"]
    trail = school.get(f"/v1/audit-trail?path={HERE}", "auditor", COUNTY)["items"]
    assert {"reveal", "correction-entered"} <= {entry["act"] for entry in trail}


def test_no_guardian_learns_where_the_other_lives_works_or_is_called(school, pupil):
    theirs = {"address": "静安里七号", "work": "第二纺织厂", "phone": "13912345678", "id_number": "130102198001010019"}
    shared = {"guardian2_name": "李四", "guardian2_relation": "父亲", "address": "新街九号"}
    enter(school, pupil, {**shared, **{f"guardian2_{name}": value for name, value in theirs.items()}})
    shown = {change["field"]: change["after"] for change in history(school, pupil)[0]["changes"]}
    assert {name: shown[name] for name in shared} == shared
    for name, value in theirs.items():
        assert "*" in shown[f"guardian2_{name}"] and value not in shown[f"guardian2_{name}"], name


def test_each_role_does_its_own_part_in_its_own_place(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    for role, path in (("school", THERE), ("teacher", f"{HERE}{SECOND}/"), ("leader", HERE), ("county", COUNTY)):
        assert send(school, pupil, {"phone": "13800138000"}, role=role, path=path).status_code == 403, role
        if role in ("school", "teacher"):
            assert withdraw(school, pupil, id, role, path).status_code == 403, role
    for role, path in (("leader", THERE), ("county", "/000000/650000/650100/")):
        assert decide(school, pupil, id, role, path=path).status_code == 403, role
    for step in ("approval", "confirmation"):
        for role, path in (("school", HERE), ("teacher", TEACHER), ("auditor", COUNTY), ("support", COUNTY)):
            address = f"/v1/pupils/{pupil}/corrections/{id}/{step}"
            assert school.ask("POST", address, role, [path], json={"accept": True}).status_code == 403, (step, role)
    assert decide(school, pupil, id, "county").json["title"] == "not-your-turn"
    assert (
        school.ask(
            "GET", f"/v1/pupils/{pupil}/corrections", "guardian", pupils=["3f7.018f2ab47c9d01e5ffff"]
        ).status_code
        == 403
    )
    assert record(school, pupil)["name"] != "王改名"


def test_a_pupil_who_moves_to_another_school_leaves_its_waiting_corrections_behind(school, pupil):
    id = enter(school, pupil, RENAMED, PDF)["waiting"]
    move = {"kind": "transferred", "school": OTHER, "class": f"{OTHER}p202401"}
    school.post(f"/v1/pupils/{pupil}/changes", move, "county", COUNTY)
    (item,) = history(school, pupil)
    assert (item["status"], item["why"]) == ("lapsed", "moved")
    assert waiting(school, SCHOOL, "leader", HERE)["items"] == []
    assert decide(school, pupil, id, "leader", path=THERE).json["title"] == "correction-over"
    assert enter(school, pupil, RENAMED, PDF, path=THERE)["waiting"]


def test_another_change_of_the_same_field_overtakes_what_waits_and_no_other(school, pupil):
    """A file's proposal that the leader accepts, and a move to another class."""
    enter(school, pupil, {"name": "王改名"}, PDF)
    enter(school, pupil, {"sex": "2"}, PDF)
    enter(school, pupil, {"class": SECOND}, PDF)
    number = next(n for n in (1, 2, 3) if name_of(n) == record(school, pupil)["name"])
    school.enrol(row(number, 姓名="王从文件"))
    decision = {"accept": True, "reason": ""}
    school.post(f"/v1/pupils/{pupil}/proposal/decisions", decision, "leader", HERE)
    assert [(item["status"], item["why"]) for item in history(school, pupil)] == [
        ("leader", ""),
        ("leader", ""),
        ("lapsed", "overtaken"),
    ]
    school.post(f"/v1/pupils/{pupil}/changes", {"kind": "class-moved", "class": SECOND}, "school", HERE)
    assert [item["status"] for item in history(school, pupil)] == ["lapsed", "leader", "lapsed"]
    assert record(school, pupil)["name"] == "王从文件"


def test_a_file_that_still_says_what_was_corrected_takes_nothing_back(school, pupil):
    school.enrol([*row(1), "旧街1号"], headings=(*HEADINGS, "现住址"))
    of = next(each["pupil"] for each in school.pupils() if each["name"] == name_of(1))
    enter(school, of, {"address": "新街9号"})
    id = enter(school, of, RENAMED, PDF)["waiting"]
    decide(school, of, id, "leader")
    decide(school, of, id, "county")
    again = school.enrol([*row(1), "旧街1号"], headings=(*HEADINGS, "现住址"))
    assert (again["unchanged"], again["proposed"], [each["code"] for each in again["warnings"]]) == (
        1,
        0,
        ["corrected-since"],
    )
    assert (record(school, of)["address"], record(school, of)["name"]) == ("新街9号", "王改名")
    later = school.enrol([*row(1, 姓名="王改名"), "后街3号"], headings=(*HEADINGS, "现住址"))
    assert (later["changed"], record(school, of)["address"]) == (1, "后街3号")  # the registry says something new


def test_a_file_brings_nobody_back_into_a_class_that_was_closed(school, pupil):
    id = enter(school, pupil, {"class": SECOND}, PDF)["waiting"]
    decide(school, pupil, id, "leader")
    decide(school, pupil, id, "county")
    school.post(f"/v1/pupils/{pupil}/changes", {"kind": "left"}, "school", HERE)
    school.post(f"/v1/classes/{SECOND}/closure", {}, "school", HERE)
    assert school.enrol(row(1), row(2), row(3))["rejoined"] == 1
    assert record(school, pupil)["class"] == CLASS


def test_a_repeated_request_is_one_correction(school, pupil):
    first = enter(school, pupil, RENAMED, PDF, key="the-same-key")
    assert enter(school, pupil, RENAMED, PDF, key="the-same-key") == first
    assert send(school, pupil, {"name": "王又改"}, PDF, key="the-same-key").json["title"] == "key-reused"
    for _ in range(2):
        assert decide(school, pupil, first["waiting"], "leader", key="leaders-key").json["status"] == "bureau"
    assert [event.type for event in school.store.load(f"correction-{pupil}")] == [
        "correction.entered",
        "correction.approved",
    ]


def test_a_province_adds_key_fields_of_its_own(school, pupil):
    school.with_deps(replace(school.deps, more_key_fields=frozenset((("13", "phone"), ("44", "email")))))
    assert send(school, pupil, {"phone": "13800138000"}).json["title"] == "proof-missing"
    assert enter(school, pupil, {"phone": "13800138000", "email": "a@example.org"}, PDF)["applied"]
    assert "phone" not in record(school, pupil)


def test_a_school_of_the_ministry_has_the_key_fields_of_no_province(school):
    """21 is the kind of a primary school, and Liaoning."""
    given = {"code": "2111000999", "name": "部属小学", "level": "school", "parent": "000000"}
    school.post("/v1/units", given, "ministry", "/000000/")
    school.with_deps(replace(school.deps, more_key_fields=frozenset((("21", "phone"), ("13", "email")))))
    assert key_fields(school.deps, given["code"]) == frozenset(KEY_FIELDS)
    assert key_fields(school.deps, SCHOOL) == {*KEY_FIELDS, "email"}


def test_nothing_personal_is_in_events_or_remembered_responses(school, pupil):
    number = id_number("2017-05-01", 77)
    id = enter(school, pupil, {"name": "王改名", "id_number": number, "address": "新街九号"}, PDF)["waiting"]
    decide(school, pupil, id, "leader", False, "证件看不清楚")
    kept = repr([*school.store.load(f"correction-{pupil}"), school.tables.corrections.get(pupil)])
    for value in ("王改名", number, "新街九号", "证件看不清楚", "household"):
        assert value not in kept, value


def test_what_was_typed_is_not_guessed_from_the_mark_of_its_request_without_the_key():
    """A telephone has so few values that a hash which anybody can compute tells which."""
    marks = {}
    for key in (b"p", b"q"):
        county = copy_of(opened())
        county.with_deps(replace(county.deps, personal_data=PersonalData(key * 32, b"c" * 32, Random(1).randrange)))
        county.enrol(row(1))
        pupil = str(county.pupils()[0]["pupil"])
        enter(county, pupil, {"phone": "13800138000"})
        (mark,) = {event.fingerprint for event in county.store.load(f"correction-{pupil}")}
        marks[mark] = pupil
    assert len(marks) == 2 and len(set(marks.values())) == 1  # the same request


def test_a_corrected_form_is_due_for_a_reprint_whose_old_sheet_is_void_and_whose_code_lives_on(school, pupil):
    def due() -> list[str]:
        items = school.get(f"/v1/units/{SCHOOL}/corrected-forms?campaign=2026a", "school", HERE)["items"]
        return [item["pupil"] for item in items]

    enter(school, pupil, {"phone": "13800138000"})
    assert due() == []  # nothing is printed yet
    school.clock.advance(seconds=1)
    school.post("/v1/campaigns/2026a/prints", {"class": CLASS, "confirm": True}, "school", HERE)
    entry = school.tables.entries.find("pupil", [pupil])[0].state
    assert due() == []
    school.clock.advance(seconds=1)
    enter(school, pupil, {"phone": "13800138001"})
    assert due() == [pupil]
    school.clock.advance(seconds=1)
    school.post("/v1/campaigns/2026a/prints", {"pupils": [pupil], "confirm": True}, "school", HERE)
    after = school.tables.entries.find("pupil", [pupil])[0].state
    assert (due(), after.upload_code, after.void_sheets) == ([], entry.upload_code, (entry.sheet,))


def test_an_import_on_which_a_waiting_correction_stands_is_not_undone(school, pupil):
    run = school.enrol([*row(1), "旧街1号"], [*row(2), "旧街2号"], [*row(3), "旧街3号"], headings=(*HEADINGS, "现住址"))
    address = f"/v1/imports/{run['import']}/undo"
    assert school.get(address, "school", HERE)["standing"] == 0
    enter(school, pupil, RENAMED, PDF)
    view = school.get(address, "school", HERE)
    assert (view["standing"], [each["pupil"] for each in view["standing_pupils"]]) == (1, [pupil])
