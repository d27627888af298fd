"""The page of operations: sentences for the ministry alone, also while a service does not answer."""

from __future__ import annotations

import copy
import html
import json
import re

import httpx
import pytest

from services.portal.pages.operations.page import MOST_LOOKS
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse, respond


def told(fakes: Fakes, service: str, **numbers: float | None) -> None:
    """Have one service tell other numbers."""
    health = copy.deepcopy(people.HEALTH)
    health[service]["numbers"] |= numbers
    fakes.overrides["GET /v1/health"] = lambda received: respond(health[received.service])


def text_of(visitor: Visitor, path: str = "/operations") -> str:
    page = visitor.get(path)
    assert page.status_code == 200
    return html.unescape(re.sub(r"<[^>]+>", " ", page.text))


def test_the_ministry_reads_that_all_is_well_in_both_languages(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("ministry")
    assert "一切正常" in text_of(visitor) and "要处理" not in text_of(visitor)
    assert "All is well" in text_of(visitor, "/operations?lang=en")
    asked = [each for each in fakes.requests if each.path == "/v1/health"]
    assert {each.service for each in asked} == people.HEALTH.keys() and all(each.token for each in asked)


def test_a_backlog_of_photos_is_told_in_the_words_of_families(visitor: Visitor, fakes: Fakes):
    told(fakes, "upload", unchecked_photos=912.0, unchecked_seconds=250.0)
    visitor.sign_in("ministry")
    assert "家长的照片都已安全收到；检查晚了 4 分钟，还有 912 张在排队。" in text_of(visitor)
    english = text_of(visitor, "/operations?lang=en")
    assert "Families' photos are safe; checking is 4 min behind, and 912 of them wait." in english
    assert "Photos wait to be checked" in english


@pytest.mark.parametrize("service", people.HEALTH)
def test_the_page_names_the_service_that_does_not_answer_and_shows_the_others(visitor: Visitor, fakes: Fakes, service):
    visitor.sign_in("ministry")
    fakes.broken.add(service)
    page = text_of(visitor)
    assert page.count("没有回应") == 1 and page.count("能用。") == 3
    assert "A process does not answer" in page and "一切正常" not in page


@pytest.mark.parametrize("refusal", [(503, "unavailable"), (404, "not-found")], ids=["fails", "is of before"])
def test_a_service_that_refuses_counts_as_one_that_does_not_answer(visitor: Visitor, fakes: Fakes, refusal):
    visitor.sign_in("ministry")
    fakes.overrides["GET /v1/health"] = lambda received: (
        refuse(*refusal) if received.service == "stats" else respond(people.HEALTH[received.service])
    )
    assert "“统计与通报”没有回应" in text_of(visitor)


WELL_FORMED = {"numbers": {}, "workers": {}, "silent": {}}
STRANGE = {
    "no JSON": b"<html>all is well</html>",
    "not even text": b"\xff\xfe{",
    "nested too deep": b"[" * 100_000,
    "a list": b"[]",
    "nothing": b"",
    "no numbers": {"workers": {}},
    "no workers": {"numbers": {}},
    "numbers in a list": {**WELL_FORMED, "numbers": [1]},
    "a number in words": {**WELL_FORMED, "numbers": {"lag_records": "none"}},
    "a number below 0": {**WELL_FORMED, "numbers": {"lag_records": -1}},
    "a number without end": b'{"numbers": {"age_seconds": Infinity}, "workers": {}}',
    "no number": b'{"numbers": {"age_seconds": NaN}, "workers": {}}',
    "a number of workers in words": {**WELL_FORMED, "workers": {"relay": "many"}},
    "workers in a list": {**WELL_FORMED, "workers": ["relay"]},
    "silent workers without a number": {**WELL_FORMED, "silent": {"relay": None}},
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_an_answer_of_any_other_shape_is_shown_as_not_known_beside_the_others(visitor: Visitor, fakes: Fakes, answer):
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    fakes.overrides["GET /v1/health"] = lambda received: (
        httpx.Response(200, content=content)
        if received.service == "stats"
        else respond(people.HEALTH[received.service])
    )
    visitor.sign_in("ministry")
    page = text_of(visitor)
    assert "“统计与通报”有回应，但说的情况本页读不懂" in page and page.count("能用。") == 3
    assert "各级看到的数字是否最新，还不知道。" in page and "一切正常" not in page and "没有回应" not in page
    assert "answers, but with what this page cannot read" in text_of(visitor, "/operations?lang=en")


def test_a_problem_of_another_shape_counts_as_no_answer(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("ministry")
    fakes.overrides["GET /v1/health"] = lambda received: httpx.Response(
        500, content=b'{"detail": 1}', headers={"Content-Type": "application/problem+json"}
    )
    assert text_of(visitor).count("没有回应") == 4


def test_the_health_of_an_older_or_a_newer_release_is_read(visitor: Visitor, fakes: Fakes):
    of_before = {name: {"numbers": each["numbers"], "workers": each["workers"]} for name, each in people.HEALTH.items()}
    newer = {name: {**each, "disk": {"free": 0.4}} for name, each in people.HEALTH.items()}
    visitor.sign_in("ministry")
    for other in (of_before, newer):
        fakes.overrides["GET /v1/health"] = lambda received, other=other: respond(other[received.service])
        assert "一切正常" in text_of(visitor)


@pytest.mark.parametrize(
    ("others", "chinese", "english"),
    [
        (
            0,
            "计算统计数字的程序停住了，已有三分钟以上没有动静：各级看到的数字停在原处。请重启它。",
            "every level sees old ones",
        ),
        (1, "计算统计数字的程序有一个停住了", "others go on with its work"),
    ],
)
def test_a_worker_that_stands_still_is_told_with_what_it_means(
    visitor: Visitor, fakes: Fakes, others, chinese, english
):
    health = copy.deepcopy(people.HEALTH)
    health["stats"] |= {"silent": {"projector": 1}, "workers": {"projector": others, "audit": 1}}
    fakes.overrides["GET /v1/health"] = lambda received: respond(health[received.service])
    visitor.sign_in("ministry")
    page = text_of(visitor)
    assert chinese in page and "没有运行" not in page and "A worker stands still" in page
    assert english in text_of(visitor, "/operations?lang=en")


def test_nothing_of_the_inside_is_shown(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("ministry")
    fakes.broken.add("roster")
    page = visitor.get("/operations").text
    for address in (SETTINGS.identity_url, SETTINGS.roster_url, SETTINGS.upload_url, SETTINGS.stats_url):
        assert address.removeprefix("http://") not in page
    assert not re.search(r"rollcall_[a-z]|mongodb|kafka|127\.0\.0\.1", page)


@pytest.mark.parametrize("role", ["guardian", "teacher", "school", "leader", "county", "province", "auditor"])
def test_nobody_else_has_the_page(visitor: Visitor, fakes: Fakes, role):
    visitor.sign_in(role)
    assert visitor.get("/operations").status_code == 403
    assert [each for each in fakes.requests if each.path == "/v1/health"] == []


@pytest.mark.parametrize("looks", ["9" * 5000, "²", "-1", ""], ids=["long", "no digit", "negative", "none"])
def test_a_made_up_count_of_looks_is_none(visitor: Visitor, looks):
    visitor.sign_in("ministry")
    assert "looks=1" in visitor.get(f"/operations?looks={looks}").text


def test_a_stranger_is_sent_to_the_sign_in(visitor: Visitor):
    assert visitor.get("/operations").headers["Location"] == "/sign-in?next=%2Foperations"


def test_a_session_that_has_ended_does_not_look_like_four_broken_services(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("ministry")
    fakes.overrides["GET /v1/health"] = lambda received: refuse(401, "session-ended")
    assert visitor.get("/operations").headers["Location"].startswith("/sign-in")


def test_the_page_looks_again_by_itself_but_not_for_ever(visitor: Visitor):
    visitor.sign_in("ministry")
    assert 'content="20; url=/operations?looks=1"' in visitor.get("/operations").text
    assert f"looks={MOST_LOOKS}" in visitor.get(f"/operations?looks={MOST_LOOKS - 1}").text
    assert "http-equiv" not in visitor.get(f"/operations?looks={MOST_LOOKS}").text
    assert "looks=1" in visitor.get("/operations?looks=x").text
