"""Withdrawal of a pupil's photos by identity: all of them where consent has ended, or those sent by code alone."""

from __future__ import annotations

import pytest

from services.upload.use_cases.intake import LEASE_MS, Intake
from tests.integration.upload.world import ANN, BO, GUARDIAN, TEACHER, World, good_photo, upload_code
from tests.support.tokens import service_auth

COMMAND = "c" * 32


def withdraw(world: World, pupil: str = ANN, code: str = "", command: str = COMMAND):
    headers = service_auth("identity", world.clock).headers("upload")
    body = {"command": command, "upload_code": code}
    return world.client.post(f"/internal/pupils/{pupil}/withdrawal", json=body, headers=headers)


def test_every_photo_of_every_form_is_withdrawn_once(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    world.sent(good_photo(quality=60), TEACHER, pupil=ANN, key="second-01")
    world.sent(good_photo(BO), TEACHER, pupil=BO, key="third-001")
    for _ in range(2):
        assert withdraw(world).json == {"photos": 2}
    assert world.types(ANN) == ["form.archived", "form.flagged", "form.withdrawn", "form.withdrawn"]
    assert world.state(ANN)["archive"] is None and world.types(BO) == ["form.archived"]
    assert withdraw(world, command="d" * 32).json == {"photos": 0}


def test_a_photo_that_is_in_the_check_is_awaited_and_an_open_ticket_is_closed(world: World) -> None:
    asked = {"pupil": ANN, "content_type": "image/jpeg", "size": 10}
    ticket = world.post("/v1/tickets", asked, GUARDIAN, "ticket-1").json
    assert world.send(good_photo(), GUARDIAN, pupil=ANN).status_code == 202
    refused = withdraw(world)
    assert refused.status_code == 409 and refused.json["title"] == "photo-in-check"
    assert completed(world, ticket) == (410, "ticket-expired")
    world.check_all()
    assert withdraw(world).json == {"photos": 1} and world.state(ANN)["archive"] is None


def completed(world: World, ticket: dict[str, str]) -> tuple[int, str]:
    done = world.client.post(f"/v1/tickets/{ticket['ticket']}/complete", headers={"X-Ticket-Token": ticket["token"]})
    return done.status_code, done.json.get("title", "")


def test_a_photo_that_is_recorded_while_its_ticket_is_closed_is_not_archived(world: World, monkeypatch) -> None:
    """The withdrawal has looked before the record was there: who checks the photo finds the ticket closed."""
    record = world.deps.photos.add
    monkeypatch.setattr(world.deps.photos, "add", lambda photo: (withdraw(world), record(photo))[1])
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]
    monkeypatch.undo()
    assert (world.check_all(), world.status(photo), world.types(ANN)) == (1, ("refused", "withdrawn"), [])
    world.clock.advance(seconds=1)
    again = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="second-01")
    assert world.status(again) == ("archived", "")


def test_a_check_that_a_withdrawal_has_awaited_goes_on_after_its_worker_has_died(world: World) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]
    Intake(world.deps).check(world.deps.photos.claim(world.clock.now(), LEASE_MS))
    assert withdraw(world).status_code == 409
    world.clock.advance(seconds=LEASE_MS // 1000 + 1)
    assert (world.check_all(), world.status(photo)) == (1, ("archived", ""))
    assert withdraw(world).json == {"photos": 1} and world.state(ANN)["archive"] is None


def test_the_codes_on_paper_withdraw_what_was_sent_by_code_and_nothing_else(world: World) -> None:
    world.sent(good_photo(), upload_code=upload_code(ANN))
    world.sent(good_photo(BO), TEACHER, pupil=BO, key="second-01")
    assert withdraw(world, BO, upload_code(BO)).json == {"photos": 0}
    assert withdraw(world, ANN, upload_code(ANN)).json == {"photos": 1}
    assert world.types(ANN) == ["form.archived", "form.withdrawn"] and world.types(BO) == ["form.archived"]


def test_the_upload_code_of_another_child_withdraws_nothing(world: World) -> None:
    world.sent(good_photo(), upload_code=upload_code(ANN))
    refused = withdraw(world, BO, upload_code(ANN))
    assert refused.status_code == 422 and refused.json["title"] == "other-child"
    assert world.types(ANN) == ["form.archived"]


@pytest.mark.parametrize("who", [GUARDIAN, TEACHER, {}])
def test_no_person_calls_it(world: World, who: dict[str, str]) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    body = {"command": COMMAND, "upload_code": ""}
    assert world.client.post(f"/internal/pupils/{ANN}/withdrawal", json=body, headers=who).status_code in (401, 403)
    assert world.types(ANN) == ["form.archived"]
