"""Pages before, during and after a campaign: every one says in which state it is, and what still counts."""

from __future__ import annotations

import pytest

from services.roster.api.requests import ChangePlan, MoveLastDay, PlanCampaign
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


# ---- a campaign of its own page
PLANNED = {
    "id": "2027a",
    "name": "2027年春季学籍核查",
    FIRST_DAY: "2027-03-01",
    CUTOFF: "2027-04-01",
    LAST_DAY: "2027-04-10",
    "population": {"stages": ["p"]},
    "open": False,
    "ready": False,
}
NEW_PLAN = {"name": "改名", FIRST_DAY: "2027-03-02", CUTOFF: "2027-04-02", LAST_DAY: "2027-04-12", "stages": ["j", "s"]}


def test_a_plan_is_shown_with_what_it_is_and_changed_as_roster_takes_it(fakes: Fakes, visitor: Visitor):
    fakes.campaigns.append(dict(PLANNED))
    visitor.sign_in("ministry")
    assert 'href="/campaigns/2027a"' in visitor.get("/campaigns").text
    page = visitor.get("/campaigns/2027a").text
    assert all(f'value="{PLANNED[name]}"' in page for name in ("name", FIRST_DAY, CUTOFF, LAST_DAY))
    assert [stage for stage in "pjsx" if f'value="{stage}" checked' in page] == ["p"]
    wrong = visitor.send("/campaigns/2027a", {**NEW_PLAN, CUTOFF: "soon"}, to="/campaigns/2027a/plan")
    assert wrong.status_code == 400 and 'value="改名"' in wrong.text
    assert [stage for stage in "pjsx" if f'value="{stage}" checked' in wrong.text] == ["j", "s"]
    sent = visitor.send("/campaigns/2027a", NEW_PLAN, to="/campaigns/2027a/plan")
    assert "计划已更改" in visitor.get(sent.headers["Location"]).text
    [asked] = fakes.commands("/v1/campaigns/2027a/plan")
    assert ChangePlan().load(asked.json)["population"] == {"stages": ["j", "s"]}


def test_a_plan_is_cancelled_after_a_tick_and_leaves_the_list(fakes: Fakes, visitor: Visitor):
    fakes.campaigns.append(dict(PLANNED))
    visitor.sign_in("ministry")
    to = "/campaigns/2027a/cancellation"
    assert visitor.send("/campaigns/2027a", {}, to=to).status_code == 422 and not fakes.commands("/v1" + to)
    sent = visitor.send("/campaigns/2027a", {"sure": "yes"}, to=to)
    page = visitor.get(sent.headers["Location"]).text
    assert "这次核查已取消" in page and PLANNED["name"] not in page
    assert visitor.get("/campaigns/2027a").status_code == 404


@pytest.mark.parametrize(
    ("last_day", "act", "effect", "done"),
    [
        ("2027-01-15", "extension", "从2026年12月31日延长到2027年1月15日", "核查已延长"),
        ("2026-10-15", "early-close", "从2026年12月31日提前到2026年10月15日", "已改为提前结束"),
    ],
)
def test_what_another_last_day_does_is_shown_before_it_is_done(
    fakes: Fakes, visitor: Visitor, last_day: str, act: str, effect: str, done: str
):
    visitor.sign_in("ministry")
    page, to, route = "/campaigns/2026a", "/campaigns/2026a/last-day", f"/v1/campaigns/2026a/{act}"
    asked = {LAST_DAY: last_day, "reason": "多地因暴雪停课"}
    shown = visitor.send(page, asked, to=to)
    assert shown.status_code == 422 and effect in shown.text and "已经过去的日子的数字和已发布的通报不变" in shown.text
    assert f'value="2026-12-31 {last_day}"' in shown.text and not fakes.commands(route)
    other = visitor.send(page, asked | {"sure": "2026-12-31 2027-02-01"}, to=to)  # ticked for another day
    assert other.status_code == 422 and not fakes.commands(route)
    sent = visitor.send(page, asked | {"sure": f"2026-12-31 {last_day}"}, to=to)
    [received] = fakes.commands(route)
    assert MoveLastDay().load(received.json)["reason"] == asked["reason"]
    after = visitor.get(sent.headers["Location"]).text
    assert done in after and "原定最后一天" in after and asked["reason"] in after and "正在写入每个学生的记录" in after


@pytest.mark.parametrize("wrong", [{LAST_DAY: "2026-12-31"}, {LAST_DAY: ""}, {"reason": " "}])
def test_the_last_day_moves_to_another_day_and_for_a_reason(fakes: Fakes, visitor: Visitor, wrong: dict[str, str]):
    visitor.sign_in("ministry")
    asked = {LAST_DAY: "2027-01-15", "reason": "停课", "sure": "2026-12-31 2027-01-15"} | wrong
    assert visitor.send("/campaigns/2026a", asked, to="/campaigns/2026a/last-day").status_code == 422
    assert not fakes.commands("/v1/campaigns/2026a/extension")


def test_an_ended_campaign_offers_nothing_but_a_second_round(ended: Fakes, visitor: Visitor):
    visitor.sign_in("ministry")
    page = visitor.get("/campaigns/2026a").text
    assert "<form" not in page.split("<main")[1].split("</main>")[0] and "第二轮" in page
    plan = {name: value for name, value in PLANNED.items() if name not in ("population", "open", "ready")}
    visitor.send("/campaigns", plan | {"stages": ["p"], "follows": "2026a"})
    [asked] = ended.commands("/v1/campaigns")
    assert PlanCampaign().load(asked.json)["follows"] == "2026a"
    assert "第二轮，接着</dt><dd>" in visitor.get("/campaigns/2027a").text


@pytest.mark.parametrize("role", ["province", "county", "school", "teacher"])
def test_nobody_below_the_ministry_has_the_page_of_a_campaign(fakes: Fakes, visitor: Visitor, role: str):
    visitor.sign_in(role)
    assert visitor.get("/campaigns/2026a").status_code == 403


def test_every_page_follows_a_last_day_that_has_moved(fakes: Fakes, visitor: Visitor):
    """The clock of these tests stands at 2026-09-21; the campaign is closed early on the day before, then it is not."""
    visitor.sign_in("teacher")
    pages = {CLASS_PAGE: "2026年9月20日", f"/figures/{people.CLASS}": "2026年9月20日24时"}
    fakes.campaigns[0] |= {LAST_DAY: "2026-09-20", "planned_last_day": "2026-12-31", "reason": "已完成"}
    assert all("已结束" in visitor.get(page).text and day in visitor.get(page).text for page, day in pages.items())
    fakes.campaigns[0] |= {LAST_DAY: "2026-09-30"}
    assert not any("已结束" in visitor.get(page).text for page in pages)


def test_whom_a_campaign_covers_is_shown_before_it_is_planned_and_before_it_is_opened(fakes: Fakes, visitor: Visitor):
    fakes.campaigns.append(PLANNED | {"population": {"stages": ["p", "j"]}})
    visitor.sign_in("ministry")
    page = visitor.get("/campaigns").text
    assert page.count("1所学校，120名学生") == 4 and "数到2026年9月21日" in page
    assert "2所学校，240名学生" in visitor.get("/campaigns/2027a").text
    assert "所学校，" not in visitor.get("/campaigns/2026a").text  # its entries are there
    uncounted = {"counted_at": 0, "schools": 0, "pupils": 0, "stages": []}
    fakes.overrides["GET /v1/campaign-coverage"] = lambda received: respond(uncounted)
    for path in ("/campaigns", "/campaigns/2027a"):
        assert "还没有数完" in (page := visitor.get(path).text) and "0所学校" not in page
