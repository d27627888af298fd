"""Uploads by the upload code alone where the region has not switched that way on, and where it has."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from services.upload.roster_view.memory import MemoryRosterStates
from services.upload.roster_view.mongo import MongoRosterStates
from services.upload.roster_view.view import RosterView
from shared.infrastructure.errors import Refused
from tests.integration.upload.world import (
    ANN,
    CHEN,
    ELSEWHERE,
    GUARDIAN,
    NEIGHBOUR,
    SCHOOL,
    SCHOOL_ADMIN,
    STRANGER,
    TEACHER,
    World,
    good_photo,
    upload_code,
)
from tests.paper.pictures import a_code
from tests.unit.upload.test_roster_view import entry

OFF = (403, "code-alone-off")
JPEG = {"content_type": "image/jpeg", "size": 6}


def tried(world: World, who: dict[str, str] | None = None, key: str = "ticket-1", pupil: str = ANN) -> tuple[int, str]:
    response = world.post("/v1/tickets", {**JPEG, "upload_code": upload_code(pupil)}, who, key)
    return response.status_code, (response.json or {}).get("title", "")


def checked(world: World, code: str, who: dict[str, str] | None = None) -> Any:
    return world.client.post("/v1/upload-codes/check", json={"upload_code": code}, headers=who or {})


@pytest.fixture
def off(world: World) -> World:
    """The county takes its decision back: nobody has decided."""
    world.decide_code_alone("130102", "")
    return world


# ---- the view
@pytest.mark.parametrize("kind", ["memory", "mongo"])
def test_the_lowest_region_with_a_decision_decides(kind: str, request: pytest.FixtureRequest) -> None:
    states = MemoryRosterStates() if kind == "memory" else MongoRosterStates(request.getfixturevalue("mongo_db"))
    view, versions = RosterView(states), iter(range(1, 99))
    line = {"000000": "", "130000": "000000", "130102": "130000", SCHOOL: "130102"}

    def decide(**decisions: str) -> bool:
        for code, parent in line.items():
            state = {"code": code, "parent": parent, "code_alone": decisions.get(f"_{code}", "")}
            version = next(versions)
            states.put(f"unit-{code}", version, f"{code}@{version}", state)
        states.put(f"entry-2026a-{ANN}", next(versions), f"entry {next(versions)}", entry(ANN, school=SCHOOL))
        found = view.entry("2026a", ANN)
        assert found
        return view.takes_code_alone(found)

    assert decide() is False
    assert decide(_130000="on") is True
    assert decide(_130000="on", _130102="off") is False
    assert decide(_130000="off", _130102="on") is True


def test_a_view_from_before_the_switch_and_one_that_lags_open_nothing(world: World) -> None:
    states = MemoryRosterStates()
    states.put(f"entry-2026a-{ANN}", 1, "entry", entry(ANN, school=SCHOOL))
    found = RosterView(states).entry("2026a", ANN)
    assert found
    with pytest.raises(Refused) as refused:
        RosterView(states).takes_code_alone(found)
    assert refused.value.code == "unavailable"
    for code, parent in (("000000", ""), (SCHOOL, "000000")):
        states.put(f"unit-{code}", 1, code, {"code": code, "parent": parent})
    assert RosterView(states).takes_code_alone(found) is False


# ---- the switch
def test_where_nobody_has_switched_it_on_the_upload_code_alone_is_not_enough(off: World) -> None:
    assert tried(off) == OFF
    refused = off.send(good_photo(), upload_code=upload_code(ANN))
    assert (refused.status_code, refused.json["title"]) == OFF  # type: ignore[index]
    assert "class teacher" in refused.json["detail"] and "registration code" in refused.json["detail"]  # type: ignore[index]
    assert off.types(ANN) == [] and off.check_all() == 0


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_an_account_without_the_pupil_is_no_way_around(off: World, who: dict[str, str]) -> None:
    assert tried(off, who) == OFF
    assert checked(off, upload_code(ANN), who).json["accepted"] is False


@pytest.mark.parametrize("who", [GUARDIAN, TEACHER, SCHOOL_ADMIN])
def test_guardian_teacher_and_school_send_with_or_without_the_code(off: World, who: dict[str, str]) -> None:
    assert tried(off, who)[0] == 201
    assert off.post("/v1/tickets", {**JPEG, "pupil": ANN}, who, "ticket-2").status_code == 201
    assert checked(off, upload_code(ANN), who).json["accepted"] is True


def test_the_decision_of_a_region_above_is_inherited(off: World) -> None:
    off.decide_code_alone("130000", "on")
    assert tried(off)[0] == 201
    off.decide_code_alone("130100", "off")
    assert tried(off, key="ticket-2") == OFF


def test_a_pupil_who_moves_to_another_region_comes_under_its_decision(world: World) -> None:
    assert tried(world, pupil=CHEN)[0] == 201
    world.set_state("unit-130199", {"code": "130199", "parent": "130100", "code_alone": ""})
    world.set_state(f"unit-{ELSEWHERE}", {"code": ELSEWHERE, "parent": "130199"})
    world.set_entry(CHEN, school=ELSEWHERE)
    assert tried(world, pupil=CHEN, key="ticket-2") == OFF


def test_a_ticket_and_a_photo_from_before_the_decision_stay_good(world: World) -> None:
    content = good_photo()
    asked = {"content_type": "image/jpeg", "size": len(content), "upload_code": upload_code(ANN)}
    given: Any = world.post("/v1/tickets", asked, None, "ticket-1").json
    before = world.send(good_photo(quality=60), upload_code=upload_code(ANN))
    world.decide_code_alone("130102", "off")
    assert tried(world, key="ticket-2") == OFF
    assert httpx.put(given["put_url"], content=content, headers=given["put_headers"]).is_success
    headers = {"X-Ticket-Token": given["token"]}
    assert world.client.post(f"/v1/tickets/{given['ticket']}/complete", headers=headers).status_code == 202
    repeated = world.send(good_photo(quality=60), upload_code=upload_code(ANN))
    assert (repeated.status_code, repeated.json) == (202, before.json)
    world.check_all()
    assert world.state(ANN)["archive"]["by"] == "code"


# ---- before a photo is taken
def test_a_code_is_checked_before_a_photo_is_taken_and_nothing_is_told_of_the_pupil(world: World) -> None:
    assert checked(world, upload_code(ANN)).json == {"campaign": "2026a", "accepted": True}
    world.decide_code_alone("130102", "off")
    for pupil in (ANN, CHEN):
        assert checked(world, upload_code(pupil)).json == {"campaign": "2026a", "accepted": False}
    assert world.types(ANN) == []


def test_families_that_ask_first_fill_no_security_log_and_those_who_go_on_are_in_it(
    off: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "security")
    checked(off, upload_code(ANN))
    assert [line for line in caplog.records if line.name == "security"] == []
    tried(off)
    assert [vars(line)["code"] for line in caplog.records if line.name == "security"] == ["code-alone-off"]


@pytest.mark.parametrize(
    ("code", "status", "title"),
    [(a_code(99), 404, "code-unknown"), ("2345", 422, "code-length"), ("", 422, "bad-fields")],
)
def test_a_wrong_code_is_refused_as_a_ticket_for_it_would_be(world: World, code: str, status: int, title: str) -> None:
    refused = checked(world, code)
    assert (refused.status_code, refused.json["title"]) == (status, title)


def test_a_code_of_a_campaign_that_is_over_is_refused(world: World) -> None:
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": "2026-01-01"})
    assert (checked(world, upload_code(ANN)).status_code, tried(world)) == (409, (409, "campaign-over"))
