"""Pages before, during and after a campaign: every one says in which state it is, and what still counts."""

from __future__ import annotations

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond

CLASS_PAGE = f"/class/{people.CLASS}"
LAST_DAY, CUTOFF, FIRST_DAY = "last_day", "cutoff", "opens"


@pytest.fixture
def ended(fakes: Fakes) -> Fakes:
    """The only campaign has ended."""
    fakes.campaigns[0] |= {FIRST_DAY: "2026-08-20", CUTOFF: "2026-09-01", LAST_DAY: "2026-09-10"}
    return fakes


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("ministry", "/campaigns"),
        ("ministry", "/figures/000000"),
        ("ministry", "/reports"),
        ("teacher", CLASS_PAGE),
        ("school", CLASS_PAGE),
        ("county", "/figures/110101"),
    ],
)
def test_no_page_calls_an_ended_campaign_running(ended: Fakes, visitor: Visitor, role: str, path: str):
    visitor.sign_in(role)
    page = visitor.get(path).text
    assert "已结束" in page and "进行中" not in page


@pytest.mark.parametrize(("cutoff", "shown"), [("2026-09-21", "进行中<"), ("2026-09-20", "进行中，已过截止日<")])
def test_a_running_campaign_is_called_running_and_past_its_cutoff_so(fakes, visitor: Visitor, cutoff: str, shown: str):
    fakes.campaigns[0][CUTOFF] = cutoff
    visitor.sign_in("ministry")
    for path in ("/campaigns", "/figures/000000"):
        assert shown in visitor.get(path).text, path


def test_after_the_end_nothing_is_printed_and_nobody_is_led_to_send_a_photo(ended: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/print")
    assert "现在没有进行中的核查批次" in page.text and 'action="/school/print"' not in page.text
    assert "重新打印这一张" not in (listed := visitor.get(CLASS_PAGE).text) and "/u/for/" not in listed
    ended.overrides["GET /v1/prints/p1/forms.pdf"] = lambda received: refuse(409, "campaign-over")
    assert "不再打印确认表" in visitor.get("/school/prints/p1.pdf").text


def test_the_class_list_says_which_clock_its_numbers_have(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("teacher")
    assert "名单和人数是现在的情况。" in visitor.get(CLASS_PAGE).text
    fakes.campaigns[0] |= {CUTOFF: "2026-09-01", LAST_DAY: "2026-09-10"}
    assert "执行统计停在2026年9月10日24时" in visitor.get(CLASS_PAGE).text
    assert "数字停在2026年9月10日24时" in visitor.get(f"/figures/{people.CLASS}").text


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("decision", ["archive", "accept", "return", "paper"])
def test_a_decision_after_the_end_is_not_called_counted(fakes: Fakes, visitor: Visitor, decision: str, over: bool):
    fakes.over = over
    visitor.sign_in("teacher")
    pupil, form = next((p, f) for p, f in fakes.forms.items() if f.get("photo"))
    asked = {"campaign": "2026a", "pupil": pupil, "photo": form["photo"], "decision": decision}
    asked |= {"reason": {"return": "blurred", "paper": "refused"}.get(decision, "")}
    to = f"{CLASS_PAGE}/{'paper' if decision == 'paper' else 'reviews'}"
    shown = visitor.get(visitor.send(CLASS_PAGE, asked, to=to).headers["Location"]).text
    assert ("统计数字不再变化。" in shown) is over


def test_the_newest_running_campaign_is_shown_first_whatever_has_ended_since(fakes: Fakes, visitor: Visitor):
    older = fakes.campaigns[0]
    ended = {"id": "short", "name": "九月补查", FIRST_DAY: "2026-09-05", CUTOFF: "2026-09-06", LAST_DAY: "2026-09-06"}
    fakes.campaigns.insert(0, older | ended)
    visitor.sign_in("teacher")
    assert older["name"] in visitor.get(CLASS_PAGE).text
    assert visitor.get("/figures/" + people.CLASS).text.index("2026年秋季学籍核查") < visitor.get(
        "/figures/" + people.CLASS
    ).text.index("九月补查")


def test_a_campaign_that_was_never_opened_and_is_over_cannot_be_opened(fakes: Fakes, visitor: Visitor):
    fakes.campaigns[0] |= {"open": False, CUTOFF: "2026-09-01", LAST_DAY: "2026-09-10"}
    visitor.sign_in("ministry")
    page = visitor.get("/campaigns").text
    assert "已结束" in page and 'action="/campaigns/opened"' not in page


def test_after_the_end_nobody_takes_a_photo_in_vain(ended: Fakes, visitor: Visitor):
    visitor.sign_in("guardian")
    for address in (f"/u/for/{people.PUPIL}?campaign=2026a", f"/u/for/{people.PUPIL}"):
        page = visitor.get(address)
        assert page.status_code == 409 and "不再接收照片" in page.text and 'type="file"' not in page.text


def test_a_familys_running_campaign_stands_before_the_ended_one(fakes: Fakes, visitor: Visitor):
    past = {"id": "2026z", "name": "春季核查", FIRST_DAY: "2026-03-01", CUTOFF: "2026-04-01", LAST_DAY: "2026-04-10"}
    fakes.campaigns.insert(0, fakes.campaigns[0] | past)
    pupil = fakes.accounts["guardian"]["pupils"][0]
    fakes.overrides[f"GET /v1/pupils/{pupil}/forms"] = lambda received: respond(
        {"items": [{"campaign": id, "pupil": pupil, "state": "missing"} for id in ("2026z", "2026a", "gone")]}
    )
    visitor.sign_in("guardian")
    card = visitor.get("/children").text.split('<li class="card">')[1]
    assert card.index("2026年秋季学籍核查") < card.index("春季核查") < card.index("gone")
