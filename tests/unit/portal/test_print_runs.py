"""Pages of a print run: what it can be begun for, how far it is, and its documents."""

from __future__ import annotations

import pytest

from services.portal import service_client
from services.portal.service_client import Stream
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

PRINTS = "/v1/campaigns/2026a/prints"
RUN, PAGE = "r" * 32, f"/school/print-runs/{'r' * 32}"
CODE = {"campaign": "2026a", "download_code": people.DOWNLOAD["download_code"]}
IDS = [each["id"] for each in people.CLASSES]
GO_ON = "go_on"


def begun(fakes: Fakes, **state) -> None:
    fakes.runs[RUN] = {"prints": [], "left": IDS[1:], "voids": False, **state}


def test_a_run_is_begun_for_the_whole_school_and_the_page_goes_on_by_itself(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert f'<option value="all">全校（{len(IDS)} 个班）' in visitor.get("/school/print").text
    page = visitor.send("/school/print", {**CODE, "class": "all"})
    assert fakes.commands(PRINTS)[-1].json == {"classes": IDS, "download_code": CODE["download_code"]}
    assert page.request.path == PAGE and GO_ON in page.text and 'class="goes-on"' in page.text
    assert f"共 {len(IDS)} 个班" in page.text and ".zip" not in page.text
    for _ in IDS[1:]:
        page = visitor.send(PAGE, {})
    assert fakes.commands(PRINTS)[-1].json == {"run": RUN}
    assert GO_ON not in page.text and f'href="{PAGE}.zip"' in page.text


def test_a_grade_is_offered_where_it_has_several_classes(fakes: Fakes, visitor: Visitor):
    grade = [{"id": f"{people.SCHOOL}p20250{n}", "name": f"二年级{n}班", "stage": "p"} for n in (1, 2)]
    fakes.overrides[f"GET /v1/units/{people.SCHOOL}/classes"] = lambda a: respond({"items": grade})
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert '<option value="p2025">二年级（2 个班）' in page and 'value="all"' not in page, "one grade is the school"
    visitor.send("/school/print", {**CODE, "class": "p2025"})
    assert fakes.commands(PRINTS)[-1].json["classes"] == [each["id"] for each in grade]


def test_coming_back_to_a_run_shows_how_far_it_is_and_sends_nothing_by_itself(fakes: Fakes, visitor: Visitor):
    begun(fakes)
    visitor.sign_in("school")
    page = visitor.get(PAGE).text
    assert GO_ON not in page and "接着生成" in page and fakes.commands(PRINTS) == []


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"is_over": True, "may_go_on": False}, "这一批打印已过期"),
        ({"may_go_on": False}, "只有打印这一批的人可以接着做"),
        ({"left": [], "empty": IDS[:1]}, "没有需要核查的学生"),
    ],
)
def test_a_run_that_does_not_go_on_says_why(fakes: Fakes, visitor: Visitor, state, says: str):
    begun(fakes, **state)
    visitor.sign_in("school")
    page = visitor.get(f"{PAGE}?go=1").text
    assert says in page and GO_ON not in page and 'class="goes-on"' not in page


def test_a_step_that_is_refused_says_so_and_stops_the_run(fakes: Fakes, visitor: Visitor):
    begun(fakes)
    visitor.sign_in("school")
    fakes.overrides[f"POST {PRINTS}"] = lambda a: refuse(409, "campaign-over")
    page = visitor.send(PAGE, {})
    assert page.status_code == 409 and GO_ON not in page.text and "接着生成" in page.text


def test_the_archive_is_passed_on_as_it_comes_and_a_queue_is_a_page(fakes: Fakes, visitor: Visitor):
    begun(fakes)
    visitor.sign_in("school")
    response = visitor.get(f"{PAGE}.zip")
    assert (response.data, response.content_type) == (b"PK fake", "application/zip")
    fakes.overrides[f"GET /v1/print-runs/{RUN}/forms.zip"] = lambda a: refuse(503, "busy", ahead=2, retry_after=3)
    assert "前面还有" in visitor.get(f"{PAGE}.zip").text


def test_an_archive_is_closed_whether_it_is_read_or_not(fakes: Fakes, visitor: Visitor, monkeypatch):
    """A connection that is never closed is one less for everybody."""
    begun(fakes)
    visitor.sign_in("school")
    closed = []

    class Upstream(Stream):
        def __init__(self, response):
            monkeypatch.setattr(response, "close", lambda: closed.append(response))
            super().__init__(response)

    monkeypatch.setattr(service_client, "Stream", Upstream)
    visitor.client.get(f"{PAGE}.zip").close()
    visitor.client.head(f"{PAGE}.zip").close()
    assert len({id(response) for response in closed}) == 2


def test_a_run_that_asks_for_a_yes_has_a_place_for_it(fakes: Fakes, visitor: Visitor):
    begun(fakes)
    visitor.sign_in("school")
    fakes.overrides[f"POST {PRINTS}"] = lambda a: refuse(409, "sheets-would-be-void", where="confirm", sheets=3)
    page = visitor.send(PAGE, {})
    assert 'name="confirm"' in page.text and "3 张表会作废" in page.text and GO_ON not in page.text
    visitor.send(PAGE, {"confirm": "1"})
    assert fakes.commands(PRINTS)[-1].json == {"run": RUN, "confirm": True}
