"""Initial passwords that the release before issued: they are on slips in people's hands when this one takes over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.identity.world import SCHOOL, STEADY, problem

DAY_MS = 86_400_000


@pytest.fixture
def issued(world):
    """The id of an account as the release before has left it: with an initial password for seven days."""
    account, _ = world.staff("school", SCHOOL, "old.admin", ("county", "/000000/110000/110101/"))
    people = world.deps.records.people
    people.set_password(account, world.deps.hasher.hash(STEADY), True, None)
    validity = people.get(account).validity
    people.set_validity(account, replace(validity, activation_ends_at=world.clock.now() + 7 * DAY_MS), None)
    return account


def test_it_opens_a_session_that_only_chooses_another_password(world, issued):
    response = world.sign_in("old.admin", STEADY)
    assert response.status_code == 201 and response.json["account"]["must_change_password"]


def test_it_ends_after_its_days(world, issued):
    session = world.sign_in("old.admin", STEADY).json
    world.clock.advance(days=7)
    problem(world.sign_in("old.admin", STEADY), 403, "account-not-activated")
    problem(
        world.http.post("/v1/sessions/refresh", json={"refresh_token": session["refresh_token"]}), 401, "session-ended"
    )
