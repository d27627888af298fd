"""变更栏 and 更正审批: typed in beside the photo, decided by leader and bureau, seen by the family, printed anew."""

from __future__ import annotations

import io
import json

import pytest

from services.portal.pages.schools.correction_fields import CLASS, KEYS, NAMES
from services.portal.pages.schools.corrections import LIMIT
from services.roster.domain.correction import KEY_FIELDS
from services.roster.proofs.file_kinds import MAX_BYTES
from services.roster.roster_file.correction_reader import CORRECTABLE
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

PAGE = f"/class/{people.CLASS}/pupils/{people.PUPIL}/corrections"
ONE = f"/corrections/{people.PUPIL}/{people.CORRECTION}"
SENT = f"/v1/pupils/{people.PUPIL}/corrections"


def test_the_page_has_every_field_that_the_roster_takes():
    assert sorted(NAMES) == sorted(CORRECTABLE)
    assert {*KEYS, CLASS} == set(KEY_FIELDS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_teacher_types_beside_the_photo_of_this_child_only(visitor: Visitor, fakes: Fakes, lang: str):
    visitor.sign_in("teacher")
    mine = {"state": "archived", "pupil": people.PUPIL, "campaign": "2026a"}
    fakes.overrides["GET /v1/photos/photo-1"] = lambda received: respond(mine)
    assert 'src="/photos/photo-1/image"' in visitor.get(f"{PAGE}?photo=photo-1&lang={lang}").text
    fakes.overrides["GET /v1/photos/photo-1"] = lambda received: respond({**mine, "pupil": "3f7.018f2ab47c9d01e5ffff"})
    page = visitor.get(f"{PAGE}?photo=photo-1").text
    assert "/photos/photo-1/image" not in page and 'name="id_number"' in page and 'name="guardian2_phone"' in page
    fakes.overrides["GET /v1/photos/photo-1"] = lambda received: refuse(403, "outside-scope")
    assert visitor.get(f"{PAGE}?photo=photo-1").status_code == 200


def test_what_is_filled_in_is_sent_with_its_proof_and_nothing_else(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("teacher")
    proof = (io.BytesIO(b"%PDF-1.4 x %%EOF"), "户口簿.pdf")
    sent = visitor.send(
        PAGE, {"name": " 王依 ", "phone": "13800138000", "address": " ", "proof": proof, "photo": "p-1"}
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PAGE}?photo=p-1&done=corrections-both")
    (command,) = fakes.commands(SENT)
    parts = command.form()
    assert json.loads(parts["fields"]) == {"name": "王依", "phone": "13800138000"}
    assert parts["proof"] == b"%PDF-1.4 x %%EOF" and "户口簿".encode() not in command.body
    for fields, done in (({"phone": "13800138000"}, "applied"), ({"phone": "1", "email": "a@example.org"}, "applied")):
        assert visitor.send(PAGE, fields).headers["Location"] == f"{PAGE}?done=corrections-{done}"


def test_what_is_wrong_stands_at_its_field_with_what_was_typed(visitor: Visitor):
    visitor.sign_in("teacher")
    proof = {"proof": (io.BytesIO(b"%PDF-1.4 x %%EOF"), "a.pdf")}
    page = visitor.send(PAGE, {"birth_date": "明天", "name": "王依", **proof}, follow_redirects=True).text
    assert 'id="birth_date-problem"' in page and "不是日期" in page and 'value="王依"' in page
    page = visitor.send(PAGE, {"name": "王依"}, follow_redirects=True).text
    assert "改关键信息要附证明材料" in page
    assert "请至少填一项" in visitor.send(PAGE, {"name": " "}, follow_redirects=True).text


def test_a_value_that_the_roster_cannot_read_stands_at_its_field(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("teacher")
    errors = [{"where": "fields.name.value", "what": "Leave out control characters."}]
    fakes.overrides[f"POST {SENT}"] = lambda received: refuse(
        422, "bad-fields", where="fields.name.value", errors=errors
    )
    page = visitor.send(PAGE, {"name": "王\u200b依"}, follow_redirects=True).text
    assert 'id="name-problem"' in page and 'href="#wrong-name"' in page


def test_a_proof_that_is_too_large_to_be_read_at_all_is_told_its_own_limit(visitor: Visitor):
    visitor.sign_in("teacher")
    proof = (io.BytesIO(b"%PDF-" + bytes(LIMIT)), "a.pdf")
    page = visitor.send(PAGE, {"name": "王依", "proof": proof}, follow_redirects=True).text
    assert f"证明材料最大{MAX_BYTES >> 20} MB" in page.split('id="problem-box"')[1].split("</div>")[0]


def test_the_school_sees_the_history_and_withdraws_what_waits(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("school")
    page = visitor.get(PAGE).text
    assert page.count(f'action="{PAGE}/withdrawals"') == 1 and "户口本看不清" in page
    sent = visitor.send(PAGE, {"correction": people.CORRECTION}, f"{PAGE}/withdrawals")
    assert sent.headers["Location"] == f"{PAGE}?done=correction-withdrawn"
    assert len(fakes.commands(f"{SENT}/{people.CORRECTION}/withdrawal")) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("role", "leader"), [("school", True), ("leader", True), ("county", False)])
def test_each_side_sees_what_waits_with_counts(visitor: Visitor, role: str, leader: bool, lang: str):
    visitor.sign_in(role)
    page = visitor.get(f"/corrections?lang={lang}").text
    told = {"zh": ("等校长审批 1", "等主管部门审批 1"), "en": ("Waits for the leader 1", "Waits for the bureau 1")}[
        lang
    ]
    assert (told[0] in page, told[1] in page) == (leader, True)
    assert "王一" not in page and "王*" in page


def test_the_side_whose_turn_it_is_decides_and_nobody_else(app, fakes: Fakes):
    visitors = {role: Visitor(app) for role in ("school", "leader", "county")}
    for role, visitor in visitors.items():
        visitor.sign_in(role)
        page = visitor.get(ONE).text
        assert "王依" in page and ("同意，报主管部门" in page) == (role == "leader"), role
    for role, step in (("school", "approval"), ("county", "approval"), ("leader", "confirmation")):
        assert visitors[role].send(ONE, {"accept": "yes"}, f"{ONE}/{step}").status_code == 403, role
    path = f"{SENT}/{people.CORRECTION}/approval"
    assert fakes.commands(path) == []
    refused = visitors["leader"].send(ONE, {"accept": "no", "reason": " "}, f"{ONE}/approval", follow_redirects=True)
    assert 'id="reason-problem"' in refused.text
    assert visitors["leader"].send(ONE, {"accept": "yes"}, f"{ONE}/approval").status_code == 303
    assert [command.json for command in fakes.commands(path)] == [{"accept": True, "reason": ""}]
    proof = visitors["leader"].get(f"{ONE}/proof")
    assert (
        proof.headers["Content-Disposition"].startswith("attachment") and "no-store" in proof.headers["Cache-Control"]
    )


def test_nobody_is_offered_a_decision_on_an_own_one(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("county")
    item = {**people.CORRECTIONS[0], "status": "bureau", "pupil": people.PUPIL, "name": "王一", "own": True}
    item |= {"school_name": "史家小学", "class_name": "三年级1班"}
    fakes.overrides[f"GET {SENT}/{people.CORRECTION}"] = lambda received: respond(item)
    page = visitor.get(ONE).text
    assert "/confirmation" not in page and "由别人审批" in page


def test_the_family_sees_the_history_of_its_child(visitor: Visitor):
    visitor.sign_in("guardian")
    page = visitor.get(f"/children/{people.PUPIL}/registry").text
    assert "更正记录" in page and "户口本看不清" in page and "/withdrawals" not in page


def test_corrected_forms_are_printed_anew_together(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert "更正后要重新打印的" in page and "corrected=1" in page
    assert f'name="pupil" value="{people.CORRECTED_FORMS[0]["pupil"]}"' in visitor.get("/school/print?corrected=1").text
    first, second = people.CORRECTED_FORMS[0]["pupil"], people.PUPIL
    form = {"pupil": [first, second], "campaign": "2026a", "download_code": people.DOWNLOAD["download_code"]}
    visitor.send("/school/print?corrected=1", form, "/school/print")
    assert fakes.commands("/v1/campaigns/2026a/prints")[-1].json["pupils"] == [first, second]


def test_a_colleague_who_may_print_for_one_class_prints_it(visitor: Visitor, fakes: Fakes):
    school = people.CLASS[:10]
    fakes.overrides[f"GET /v1/units/{school}/corrected-forms"] = lambda received: refuse(403, "outside-scope")
    visitor.sign_in("school")
    page = visitor.get("/school/print")
    assert page.status_code == 200 and 'name="class"' in page.text and "更正后要重新打印的" not in page.text
