"""转入与更改: every side sees what waits for it, and answers with a yes or with a reason."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, Received, refuse, respond

TRANSFER, NEW = people.WAITING_ARRIVALS[0]["arrival"], [item["arrival"] for item in people.WAITING_ARRIVALS[2:]]
PUPIL = people.PROPOSALS[0]["pupil"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["school", "leader", "county"])
def test_each_side_sees_its_own_part(visitor: Visitor, role: str, lang: str):
    visitor.sign_in(role)
    page = visitor.get(f"/arrivals?lang={lang}").text
    assert "史家小学" in page and ("王依" in page) == (role != "county")
    assert ('action="/arrivals/proposals"' in page) == (role == "leader")
    assert ("学生仍在本校就读" in page) == (role != "county")
    assert (NEW[0] in page) == (role == "county")  # a school never confirms a new number


def test_a_list_that_goes_on_says_so(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    assert "答复以后会显示其余的" not in visitor.get("/arrivals").text
    items = people.WAITING_ARRIVALS
    fakes.overrides["GET /v1/units/110101/waiting-arrivals"] = lambda received: respond({"items": items, "more": True})
    assert f"这里只列出最早的{len(items)}项" in visitor.get("/arrivals").text


def test_a_yes_and_a_no_are_commands_of_their_own(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    for accept, reason in (("yes", ""), ("no", "学生在读")):
        sent = visitor.send("/arrivals", {"arrival": TRANSFER, "accept": accept, "reason": reason}, "/arrivals/answers")
        assert sent.headers["Location"] == f"/arrivals?done=arrival-{accept}"
    bodies = [command.json for command in fakes.commands(f"/v1/arrivals/{TRANSFER}/answers")]
    assert bodies == [{"accept": True, "reason": ""}, {"accept": False, "reason": "学生在读"}]


def test_a_bureau_confirms_all_new_pupils_of_a_school_at_once(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    visitor.send("/arrivals", {"arrival": NEW, "accept": "yes"}, "/arrivals/answers")
    keys = [command.key for arrival in NEW for command in fakes.commands(f"/v1/arrivals/{arrival}/answers")]
    assert len(set(keys)) == len(NEW)


def test_only_the_leader_decides_on_key_fields(app: Flask, fakes: Fakes):
    path = f"/v1/pupils/{PUPIL}/proposal/decisions"
    admin, leader = Visitor(app), Visitor(app)
    admin.sign_in("school")
    assert admin.send("/arrivals", {"pupil": PUPIL, "accept": "yes"}, "/arrivals/proposals").status_code == 403
    assert fakes.commands(path) == []
    leader.sign_in("leader")
    assert leader.send("/arrivals", {"pupil": PUPIL, "accept": "yes"}, "/arrivals/proposals").status_code == 303
    assert [command.json for command in fakes.commands(path)] == [{"accept": True, "reason": ""}]


def test_a_refusal_is_a_sentence_on_the_page(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")

    def refused(received: Received):
        return refuse(422, "reason-missing", "Give a reason.", "reason")

    fakes.overrides[f"POST /v1/arrivals/{TRANSFER}/answers"] = refused
    page = visitor.send("/arrivals", {"arrival": TRANSFER, "accept": "no"}, "/arrivals/answers")
    assert page.status_code == 422 and "要写明原因" in page.text
