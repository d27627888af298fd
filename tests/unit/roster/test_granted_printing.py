"""Printing by a grant: the classes that it names and no others, on its days alone."""

from __future__ import annotations

import pytest

from shared.infrastructure.clock import day_of
from shared.language.grants import Grant, as_claim
from tests.support.tokens import bearer, token_for
from tests.unit.roster.county import CLASS, HERE, SECOND, County, row

pytestmark = pytest.mark.paper
ELSEWHERE = "/000000/130000/130100/130199/2113000099/"


def ask(county: County, method: str, path: str, at: str, first: int = 0, last: int = 0, **options):
    """As the school's leader, who may print at a path from a day to a day, counted from today."""
    days = [day_of(county.clock.now() + shift * 86_400_000) for shift in (first, last)]
    claim = as_claim([Grant("print-forms", at, *days)])
    token = token_for("leader", [HERE], clock=county.clock, grants=claim)
    return county.client.open(
        path, method=method, headers=bearer(token, county.key() if method == "POST" else ""), **options
    )


def print_class(county: County, at: str, class_: str = CLASS, **days: int):
    return ask(county, "POST", "/v1/campaigns/2026a/prints", at, json={"class": class_}, **days)


def test_who_may_print_in_a_class_prints_and_fetches_it(campaign):
    campaign.enrol(row(1))
    made = print_class(campaign, f"{HERE}{CLASS}/")
    assert made.status_code == 201, made.text
    assert ask(campaign, "GET", made.json["url"], f"{HERE}{CLASS}/").content_type == "application/pdf"
    assert ask(campaign, "GET", made.json["url"], HERE).content_type == "application/pdf"
    assert ask(campaign, "GET", made.json["url"], f"{HERE}{SECOND}/").status_code == 403


@pytest.mark.parametrize(
    ("at", "class_", "days"),
    [
        (f"{HERE}{CLASS}/", SECOND, {}),
        (ELSEWHERE, CLASS, {}),
        (HERE, CLASS, {"first": -5, "last": -1}),
        (HERE, CLASS, {"first": 1, "last": 5}),
    ],
)
def test_outside_of_the_grants_place_and_days_nothing_is_printed(campaign, at, class_, days):
    campaign.enrol(row(1))
    refused = print_class(campaign, at, class_, **days)
    assert (refused.status_code, refused.json["title"]) == (403, "outside-scope")
