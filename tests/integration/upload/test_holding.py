"""Holding of what one account has sent for a pupil, by identity: the account had used another family's code."""

from __future__ import annotations

import pytest

from services.upload.use_cases.intake import LEASE_MS, Intake
from tests.integration.upload.test_withdrawal import completed
from tests.integration.upload.world import ANN, BO, GUARDIAN, TEACHER, World, good_photo
from tests.support.tokens import bearer, service_auth, token_for

WRONG, RIGHT = "00000000-0000-7000-8000-00000000dead", "00000000-0000-7000-8000-00000000600d"
STRANGER = bearer(token_for("guardian", pupils=[ANN, BO], account=WRONG))
FAMILY = bearer(token_for("guardian", pupils=[ANN], account=RIGHT))
COMMAND = "c" * 32


def hold(world: World, pupil: str = ANN, account: str = WRONG, command: str = COMMAND):
    headers = service_auth("identity", world.clock).headers("upload")
    body = {"command": command, "account": account}
    return world.client.post(f"/internal/pupils/{pupil}/hold", json=body, headers=headers)


def test_what_the_account_sent_for_this_child_is_held_once_and_nothing_else(world: World) -> None:
    photo = world.sent(good_photo(), STRANGER, pupil=ANN)
    world.sent(good_photo(BO), STRANGER, pupil=BO, key="other-child")
    for _ in range(2):
        assert hold(world).json == {"photos": 1}
    assert (world.types(ANN), world.types(BO)) == (["form.archived", "form.held"], ["form.archived"])
    assert (world.state(ANN)["archive"], world.state(ANN)["waiting"]) == (None, True)
    assert (world.status(photo), held_now(world), held_now(world, BO)) == (("waiting", "on-hold"), 1, 0)
    assert hold(world, command="d" * 32).json == {"photos": 0}


def held_now(world: World, pupil: str = ANN) -> int:
    """The number of photos on hold, as identity asks for it before a case is closed."""
    headers = service_auth("identity", world.clock).headers("upload")
    return world.client.get(f"/internal/pupils/{pupil}/held", headers=headers).json["photos"]


def test_photos_of_others_stay_archived(world: World) -> None:
    world.sent(good_photo(), FAMILY, pupil=ANN)
    assert hold(world).json == {"photos": 0} and world.state(ANN)["archive"]


def test_the_teacher_releases_a_held_photo_on_its_own_day_or_returns_it(world: World) -> None:
    photo = world.sent(good_photo(), STRANGER, pupil=ANN)
    day = world.today()
    hold(world)
    world.clock.advance(days=3)
    assert world.client.get(f"/v1/photos/{photo}/image", headers=TEACHER).status_code == 200
    refused = world.review(ANN, photo, "archive", FAMILY, "family-1")
    assert refused.status_code == 403, "the family does not decide on a photo that is on hold"
    assert world.review(ANN, photo, "archive").status_code == 200
    assert (world.state(ANN)["archive"]["on"], world.state(ANN)["accepted"], held_now(world)) == (day, False, 0)
    hold(world, command="e" * 32)
    assert world.review(ANN, photo, "return", key="review-2", reason="misused-code").status_code == 200
    assert (world.status(photo), world.state(ANN)["returned"]) == (("refused", "misused-code"), True)


def test_the_familys_own_photo_takes_the_place_of_the_held_one(world: World) -> None:
    held = world.sent(good_photo(), STRANGER, pupil=ANN)
    hold(world)
    world.sent(good_photo(quality=60), FAMILY, pupil=ANN, key="family-photo")
    assert world.state(ANN)["archive"]["by"] == "guardian" and not world.state(ANN)["waiting"]
    assert world.status(held) == ("archived", "replaced")


def test_a_photo_in_the_check_is_held_by_who_checks_it_and_an_open_ticket_of_the_account_alone_is_closed(
    world: World,
) -> None:
    asked = {"pupil": ANN, "content_type": "image/jpeg", "size": 10}
    theirs, other = (world.post("/v1/tickets", asked, who, "ticket-1").json for who in (STRANGER, FAMILY))
    assert world.send(good_photo(), STRANGER, pupil=ANN).status_code == 202
    assert (hold(world).json, held_now(world)) == ({"photos": 1}, 1)
    assert [completed(world, ticket) for ticket in (theirs, other)] == [(410, "ticket-expired"), (409, "not-uploaded")]
    world.check_all()
    assert (world.types(ANN), world.state(ANN)["archive"]) == (["form.archived", "form.held"], None)
    assert (hold(world).json, held_now(world)) == ({"photos": 1}, 1)
    assert hold(world, command="d" * 32).json == {"photos": 0}


def test_a_photo_whose_check_has_begun_is_held_however_far_it_is(world: World) -> None:
    """The event is recorded, its record not settled: the hold comes between."""
    photo = world.send(good_photo(), STRANGER, pupil=ANN).json["photo"]
    intake = Intake(world.deps)
    settled = intake.check(world.deps.photos.claim(world.clock.now(), LEASE_MS))
    assert world.state(ANN)["archive"] and settled.hold == ""
    assert hold(world).json == {"photos": 1}
    assert not world.deps.photos.settle(settled), "the worker knows nothing of the hold"
    world.clock.advance(seconds=LEASE_MS // 1000 + 1)
    world.check_all()
    assert (world.state(ANN)["archive"], world.status(photo)) == (None, ("waiting", "on-hold"))


@pytest.mark.parametrize("who", [GUARDIAN, TEACHER, {}])
def test_no_person_calls_it(world: World, who: dict[str, str]) -> None:
    world.sent(good_photo(), STRANGER, pupil=ANN)
    body = {"command": COMMAND, "account": WRONG}
    assert world.client.post(f"/internal/pupils/{ANN}/hold", json=body, headers=who).status_code in (401, 403)
    assert world.types(ANN) == ["form.archived"]
