"""Withdrawal of a pupil's photos by identity: all of them where consent has ended, or those sent by code alone."""

from __future__ import annotations

import pytest

from services.upload.photos.protocol import GIVEN_UP
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
    ticket = world.post("/v1/tickets", asked, GUARDIAN, "ticket-1").json["ticket"]
    assert world.send(good_photo(), GUARDIAN, pupil=ANN).status_code == 202
    refused = withdraw(world)
    assert refused.status_code == 409 and refused.json["title"] == "photo-in-check"
    assert world.deps.photos.get(ticket).expires_at == GIVEN_UP
    world.check_all()
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
