"""A pupil's page for its school: changes of class and state."""

from __future__ import annotations

import json

from services.portal.texts import text
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, respond

PAGE = f"/class/{people.CLASS}/pupils/{people.PUPIL}"


def sent(fakes: Fakes) -> list[dict[str, str]]:
    return [json.loads(each.body) for each in fakes.commands(f"/v1/pupils/{people.PUPIL}/changes")]


def test_a_change_of_state_needs_its_kind_and_a_tick_and_keeps_what_was_given(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get(PAGE).text
    assert "学籍异动" in page and "复学" not in page.split('name="kind"')[-1].split("</select>")[0]
    refused = visitor.send(PAGE, {"change": "state", "kind": "suspended", "reason": "生病"}, to=f"{PAGE}/changes")
    assert refused.status_code == 422 and text("zh", "problem.tick-needed") in refused.text
    assert 'value="生病"' in refused.text and 'value="suspended" selected' in refused.text and not sent(fakes)
    given = {"change": "state", "kind": "suspended", "reason": "生病", "confirm": "1"}
    done = visitor.send(PAGE, given, to=f"{PAGE}/changes")
    assert (done.status_code, done.headers["Location"]) == (303, f"{PAGE}?done=pupil-changed")
    assert sent(fakes) == [{"kind": "suspended", "reason": "生病"}]


def test_a_move_goes_to_a_class_of_the_own_school_and_the_page_follows(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    other = next(each["id"] for each in people.CLASSES if each["id"] != people.CLASS)
    move = {"kind": "class-moved", "class": other}
    assert visitor.send(PAGE, move, to=f"{PAGE}/changes").headers["Location"].startswith(f"/class/{other}/pupils/")
    foreign = visitor.send(PAGE, {**move, "class": "9913000017p202401"}, to=f"{PAGE}/changes")
    assert foreign.status_code == 422 and sent(fakes) == [move]


def test_a_pupil_who_is_away_is_offered_to_come_back(fakes: Fakes, visitor: Visitor):
    away = {**people.CHILD, "pupil": people.PUPIL, "name": "赵敏", "number_masked": "G1*3", "class": people.CLASS}
    fakes.overrides[f"GET /v1/pupils/{people.PUPIL}"] = lambda received: respond(
        {**away, "state": "suspended", "business": True}
    )
    visitor.sign_in("school")
    options = visitor.get(PAGE).text.split('name="kind"')[-1].split("</select>")[0]
    assert 'value="resumed"' in options and 'value="suspended"' not in options and 'value="business-closed"' in options


def test_a_teacher_sees_the_history_and_changes_nothing(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    page = visitor.get(PAGE).text
    assert "建立学籍" in page and "恢复在校" in page and 'name="confirm"' not in page and 'id="to-class"' not in page
    refused = visitor.send(PAGE, {"kind": "class-moved", "class": people.CLASS}, to=f"{PAGE}/changes")
    assert refused.status_code == 403 and not sent(fakes)
