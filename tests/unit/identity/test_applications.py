"""Applications for a missing county: the rules, the way up to the ministry, the grant, and the public form."""

from __future__ import annotations

import pytest

from services.identity.domain.application import (
    Approve,
    Climb,
    Complete,
    EraseContact,
    GiveBack,
    Grant,
    Refuse,
    Start,
    application_decider,
)
from services.identity.domain.validity import DAY_MS
from services.identity.roster_client import Division
from services.identity.use_cases.staff import application_clock, application_steps
from shared.eventsourcing.event import NewEvent
from tests.support.given import given, happened
from tests.unit.identity.world import code, problem

ROOT, PROVINCE, CITY = "/000000/", "/000000/320000/", "/000000/320000/320500/"
MINISTRY, OF_PROVINCE, OF_CITY = ("ministry", ROOT), ("province", PROVINCE), ("city", CITY)
A, B = (f"0190d6a0-0000-7000-8000-00000000000{n}" for n in (1, 2))
WAIT = 7 * DAY_MS


# ---- the rules
def started(holder: str = CITY, climbs_at: int = 5 + WAIT, by: str = A) -> NewEvent:
    return happened("application.started", parent=CITY, by=by, holder=holder, at=5, climbs_at=climbs_at)


def granted(unit: str = "320571") -> NewEvent:
    return happened("application.granted", unit=unit, by=B, at=9)


AT_TOP = started(ROOT, 0)
REFUSED = happened("application.refused", by=B, at=9)
COMPLETED = happened("application.completed", at=10)


def test_an_application_is_passed_on_level_by_level_granted_and_completed():
    after = given(application_decider).when(Start(CITY, CITY, A, 5, WAIT)).then(started())
    up = happened("application.approved", by=B, holder=PROVINCE, at=6, climbs_at=6 + WAIT)
    after = after.when(Approve(CITY, B, 6, WAIT)).then(up)
    top = happened("application.approved", by=B, holder=ROOT, at=7, climbs_at=0)
    after = after.when(Approve(PROVINCE, B, 7, WAIT)).then(top)
    after.when(Grant("320571", B, 9)).then(granted()).when(Complete(10)).then(COMPLETED)


def test_it_climbs_when_its_days_are_over_and_never_above_the_ministry():
    before = given(application_decider, started())
    before.when(Climb(4 + WAIT, WAIT)).then_nothing()
    climbed = happened("application.climbed", holder=PROVINCE, at=5 + WAIT, climbs_at=5 + 2 * WAIT)
    before.when(Climb(5 + WAIT, WAIT)).then(climbed).when(Climb(5 + WAIT, WAIT)).then_nothing()
    given(application_decider, AT_TOP).when(Climb(99 * WAIT, WAIT)).then_nothing()


@pytest.mark.parametrize(
    ("history", "command", "refusal"),
    [
        ((), Approve(CITY, B, 6, WAIT), "not-found"),
        ((), Climb(6, WAIT), "not-found"),
        ((started(),), Start(CITY, CITY, A, 5, WAIT), "application-exists"),
        ((started(),), Approve(PROVINCE, B, 6, WAIT), "application-elsewhere"),
        ((started(),), Refuse(PROVINCE, B, 6), "application-elsewhere"),
        ((started(),), Grant("320571", B, 6), "application-elsewhere"),
        ((AT_TOP,), Approve(ROOT, B, 6, WAIT), "unit-code-needed"),
        ((AT_TOP, granted()), Grant("320572", B, 9), "application-decided"),
        ((AT_TOP, granted()), Refuse(ROOT, B, 9), "application-decided"),
        ((AT_TOP, granted(), COMPLETED), Approve(ROOT, B, 9, WAIT), "application-decided"),
        ((started(), REFUSED), Approve(CITY, B, 9, WAIT), "application-decided"),
    ],
)
def test_what_is_refused(history, command, refusal):
    given(application_decider, *history).when(command).then_refused(refusal)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ((started(),), Complete(9)),
        ((started(),), GiveBack("unit-exists", 9)),
        ((started(),), EraseContact()),
        ((AT_TOP, granted()), EraseContact()),
        ((AT_TOP, granted()), Climb(9 * WAIT, WAIT)),
        ((AT_TOP, granted(), COMPLETED), Complete(9)),
        ((AT_TOP, granted(), COMPLETED), GiveBack("unit-exists", 9)),
        ((started(), REFUSED), Climb(9 * WAIT, WAIT)),
        ((started(), REFUSED, happened("application.contact-erased")), EraseContact()),
    ],
)
def test_what_changes_nothing(history, command):
    given(application_decider, *history).when(command).then_nothing()


def test_what_cannot_be_made_goes_back_to_the_ministry_and_an_ended_one_loses_its_contact():
    back = happened("application.given-back", reason="unit-exists", holder=ROOT, at=9, climbs_at=0)
    after = given(application_decider, AT_TOP, granted()).when(GiveBack("unit-exists", 9)).then(back)
    after.when(Grant("320573", B, 9)).then(granted("320573"))
    given(application_decider, started(), REFUSED).when(EraseContact()).then(happened("application.contact-erased"))


# ---- over HTTP
@pytest.fixture
def nation(world):
    world.roster.tree = [
        Division("000000", "全国", "nation", ROOT),
        Division("320000", "江苏省", "province", PROVINCE),
        Division("320500", "苏州市", "city", CITY),
        Division("320505", "虎丘区", "county", f"{CITY}320505/"),
    ]
    world.roster.names = {unit.code: unit.name for unit in world.roster.tree}
    return world


def start(world, by=OF_CITY, key=None, **more):
    asked = {"parent": "320500", "name": "苏州工业园区", "code": "320571", "note": "没有账号", **more}
    return world.ask("POST", "/v1/applications", asked, world.token(*by), key)


def apply(world, key=None, parent="320500", **more):
    asked = {"parent": parent, "name": "苏州工业园区", "contact_name": "某科长", "contact": "0512-0000000", **more}
    return world.ask("POST", "/v1/public-applications", asked, key=key)


def look_up(world, answer_code):
    return world.ask("POST", "/v1/public-applications/look-up", {"answer_code": answer_code})


def decide(world, id, by, accept=True, key=None, **more):
    return world.ask("POST", f"/v1/applications/{id}/decisions", {"accept": accept, **more}, world.token(*by), key)


def listed(world, by):
    return world.ask("GET", "/v1/applications", token=world.token(*by)).json["items"]


def test_a_city_applies_the_province_passes_it_on_and_the_ministry_grants_unit_and_account_in_one_go(nation):
    id = start(nation).json["id"]
    assert [(line["holder"], line["is_mine"]) for line in listed(nation, OF_CITY)] == [(PROVINCE, False)]
    assert [line["is_mine"] for line in listed(nation, OF_PROVINCE)] == [True] and not listed(
        nation, ("province", "/000000/330000/")
    )
    assert decide(nation, id, OF_PROVINCE).json["holder"] == ROOT
    done = decide(nation, id, MINISTRY, code="320571").json
    assert done["state"] == "completed" and [step["event"] for step in done["steps"]] == [
        "started",
        "approved",
        "granted",
        "completed",
    ]
    assert nation.roster.tree[-1] == Division("320571", "苏州工业园区", "county", f"{CITY}320571/")
    [account] = nation.ask("GET", "/v1/accounts", token=nation.token(*OF_CITY)).json["items"]
    assert (account["role"], account["paths"], account["state"]) == ("county", [f"{CITY}320571/"], "not-activated")
    problem(start(nation), 409, "unit-has-account")


def test_the_account_alone_is_made_where_the_unit_is_there_and_a_later_kick_off_makes_no_second(nation):
    id = start(nation, OF_PROVINCE, name="虎丘区", code="320505").json["id"]
    assert decide(nation, id, MINISTRY, code="320505").json["state"] == "completed" and len(nation.roster.tree) == 4
    assert nation.ask("POST", "/v1/kick-off", {"unit": "320505"}, nation.token(*MINISTRY)).json["had_one"] == 1


def test_a_grant_that_dies_between_unit_and_account_is_finished_by_the_worker(nation, monkeypatch):

    id = start(nation, OF_PROVINCE).json["id"]
    really = application_steps.open_account

    def die(*of):
        raise ConnectionError

    monkeypatch.setattr(application_steps, "open_account", die)
    assert decide(nation, id, MINISTRY, code="320571", key="grant-00001").status_code == 500
    assert nation.roster.tree[-1].code == "320571" and nation.records.people.by_login("320571") is None
    monkeypatch.setattr(application_steps, "open_account", really)
    application_clock.tick(nation.deps)
    application_clock.tick(nation.deps)
    assert decide(nation, id, MINISTRY, code="320571", key="grant-00001").json["state"] == "completed"
    assert len(nation.ask("GET", "/v1/accounts", token=nation.token(*OF_CITY)).json["items"]) == 1


def test_while_roster_is_unavailable_a_grant_waits_and_what_roster_refuses_comes_back(nation):
    id = start(nation, OF_PROVINCE).json["id"]
    nation.roster.is_unavailable = True
    assert decide(nation, id, MINISTRY, code="320571").status_code == 503
    nation.roster.is_unavailable = False
    opened = nation.roster.open_county

    def gone(*of):
        nation.roster.is_unavailable = True
        return opened(*of)

    nation.roster.open_county = gone
    assert decide(nation, id, MINISTRY, code="320571").json["state"] == "granted"
    nation.roster.is_unavailable, nation.roster.open_county = False, opened
    nation.roster.tree.append(Division("320571", "别处", "county", f"{PROVINCE}320571/"))  # meanwhile
    application_clock.tick(nation.deps)
    back = listed(nation, MINISTRY)[0]
    assert (back["state"], back["is_mine"], back["holder"]) == ("waiting", True, ROOT)
    problem(decide(nation, id, MINISTRY, code="320571"), 409, "county-code-taken")


def test_nobody_decides_for_another_level_or_beside_it_and_a_refusal_has_a_reason(nation):
    id = start(nation).json["id"]
    problem(decide(nation, id, OF_CITY), 409, "application-elsewhere")
    problem(decide(nation, id, MINISTRY, code="320571"), 409, "application-elsewhere")
    problem(decide(nation, id, ("province", "/000000/330000/")), 403, "outside-scope")
    problem(decide(nation, id, ("county", f"{CITY}320505/")), 403, "outside-scope")
    problem(decide(nation, id, OF_PROVINCE, accept=False), 422, "reason-needed")
    assert decide(nation, id, OF_PROVINCE, accept=False, reason="归虎丘区管").json["answer"] == "归虎丘区管"
    problem(decide(nation, id, OF_PROVINCE), 409, "application-decided")
    problem(start(nation, parent="320505"), 422, "no-county-below")
    problem(start(nation, ("province", "/000000/330000/")), 403, "outside-scope")
    problem(start(nation, code="320505", by=("county", f"{CITY}320505/")), 403, "outside-scope")


def test_one_county_has_one_open_application_of_staff_and_a_repeated_request_is_the_same_one(nation):
    first = start(nation, key="start-00001").json
    assert start(nation, key="start-00001").json["id"] == first["id"]
    problem(start(nation), 409, "application-exists")


def test_what_nobody_answers_climbs_with_the_clock_and_levels_above_see_how_many_wait_and_since_when(nation):
    began = nation.clock.now()
    apply(nation)

    def counts():
        asked = f"/v1/application-counts?under={PROVINCE}"
        items = nation.ask("GET", asked, token=nation.token(*OF_PROVINCE)).json["items"]
        return [(item["holder"], item["waiting"], item["since"]) for item in items]

    assert counts() == [(CITY, 1, began)]
    nation.clock.ms += WAIT - 1
    assert application_clock.tick(nation.deps) == 0
    nation.clock.ms += 1
    application_clock.tick(nation.deps)
    assert counts() == [(PROVINCE, 1, began + WAIT)] and application_clock.tick(nation.deps) == 0
    nation.clock.ms += WAIT
    application_clock.tick(nation.deps)
    assert counts()[0][0] == ROOT
    nation.clock.ms += 9 * WAIT
    assert application_clock.tick(nation.deps) == 0, "at the ministry it waits without an end"


# ---- the public form
def test_the_county_itself_applies_without_an_account_and_reads_the_answer_with_its_code(nation):
    made = apply(nation, key="apply-00001")
    answer_code = made.json["answer_code"]
    assert made.status_code == 201 and apply(nation, key="apply-00001").json["answer_code"] == answer_code
    standing = look_up(nation, answer_code.lower()).json
    assert (standing["state"], standing["holder_name"], standing["levels"]) == ("waiting", "苏州市", 0)
    [line] = listed(nation, OF_CITY)
    shown = nation.ask("GET", f"/v1/applications/{line['id']}", token=nation.token(*OF_CITY)).json
    assert (shown["contact_name"], shown["contact"]) == ("某科长", "0512-0000000")
    decide(nation, line["id"], OF_CITY, accept=False, reason="请与虎丘区联系")
    assert look_up(nation, answer_code).json["answer"] == "请与虎丘区联系"


def test_contact_note_and_reason_are_erased_some_days_after_the_answer_and_are_in_no_event(nation):
    answer_code = apply(nation, note="急").json["answer_code"]
    [line] = listed(nation, OF_CITY)
    decide(nation, line["id"], OF_CITY, accept=False, reason="请与虎丘区联系")
    nation.clock.ms += 30 * DAY_MS - 1
    assert application_clock.tick(nation.deps) == 0
    nation.clock.ms += 1
    assert application_clock.tick(nation.deps) == 1 and application_clock.tick(nation.deps) == 0
    shown = nation.ask("GET", f"/v1/applications/{line['id']}", token=nation.token(*OF_CITY)).json
    assert [shown[field] for field in ("contact_name", "contact", "note", "answer")] == [""] * 4
    assert (look_up(nation, answer_code).json["state"], shown["name"]) == ("refused", "苏州工业园区")
    events = str([event.data for event in nation.store.load(f"application-{line['id']}")])
    assert not [text for text in ("某科长", "0512", "苏州工业园区", "虎丘", "急") if text in events]


def test_a_wrong_answer_code_tells_nothing_and_looking_is_limited_by_code(nation):
    problem(look_up(nation, code(9, "answer")), 422, "answer-code-wrong")
    problem(look_up(nation, code(9, "activation")), 422, "activation-code-here")
    own = apply(nation).json["answer_code"]
    for _ in range(60):
        assert look_up(nation, own).status_code == 200
    assert problem(look_up(nation, own), 429, "too-many")["retry_after"] > 0


def test_the_form_floods_no_level_and_stops_nobody_elsewhere_or_with_an_account(nation):
    for _ in range(5):
        assert apply(nation).status_code == 201
    problem(apply(nation), 429, "too-many")
    assert apply(nation, parent="320000").status_code == 201 and start(nation).status_code == 201
    nation.clock.ms += DAY_MS
    assert apply(nation).status_code == 201
    problem(apply(nation, parent="320505"), 422, "no-county-below")


def test_what_a_level_decides_stands_in_its_chain_and_what_the_clock_does_in_none(nation):
    id = start(nation).json["id"]
    decide(nation, id, OF_PROVINCE)
    decide(nation, id, MINISTRY, code="320571")
    apply(nation)
    nation.clock.ms += WAIT
    application_clock.tick(nation.deps)
    chains = nation.deps.trail.chains
    acts = {unit: [entry.act for entry in chains.chain(unit)] for unit in ("320500", "320000", "000000")}
    assert acts == {
        "320500": ["application-started"] * 2,
        "320000": ["application-approved"],
        "000000": ["unit-granted"],
    }
