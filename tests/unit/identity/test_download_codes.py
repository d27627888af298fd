"""Download codes: given/when/then of every line of their table, and everything of them over HTTP."""

from __future__ import annotations

import json
import logging
import random

import pytest

from services.identity.domain.download_code import (
    HOLDS,
    LEADER,
    LIFE_MS,
    MOST_WRONG,
    NONE,
    OVER,
    REGISTRY,
    USED,
    VOID,
    DownloadCode,
    MakeCode,
    TryWrongCode,
    UseCode,
    decide,
    download_code_decider,
    evolve,
)
from services.identity.use_cases.staff.download_codes import MADE
from shared.eventsourcing.event import to_wire
from shared.infrastructure.errors import Refused
from shared.infrastructure.log_setup import JsonFormatter
from shared.language import codes
from shared.service.authentication_methods import ONE_TIME_CODE, PASSWORD
from shared.service.authentication_methods import REGISTRY as FROM_REGISTRY
from tests.support.tokens import service_auth
from tests.unit.identity.world import CLASS, COUNTY, SCHOOL, STEADY, problem

NOW, OTHER_SCHOOL = 1_000_000, "/000000/110000/110102/2111000002/"
MADE_ONE = DownloadCode(1, "leader", LEADER, SCHOOL, NOW, NOW + LIFE_MS)
RUN, OTHER_RUN = "0190f2ab-0000-7000-8000-000000000001", "0190f2ab-0000-7000-8000-000000000002"


def but(code=MADE_ONE, **fields):
    return DownloadCode(**{**{name: getattr(code, name) for name in code.__slots__}, **fields})


WRONG_AGAIN = but(wrong=MOST_WRONG - 1)
USED_ONE = but(run=RUN, used_at=NOW + 5, path=CLASS)
ANOTHER = MakeCode("leader", LEADER, SCHOOL, NOW + 7)


# ---- the table
@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (DownloadCode(), MakeCode("leader", LEADER, SCHOOL, NOW), ["code-made"]),
        (but(ends_at=NOW + 7), ANOTHER, ["code-made"]),
        (USED_ONE, ANOTHER, ["code-made"]),
        (but(wrong=MOST_WRONG), ANOTHER, ["code-made"]),
        (MADE_ONE, ANOTHER, ["code-voided", "code-made"]),
        (MADE_ONE, UseCode(1, CLASS, RUN, NOW + LIFE_MS - 1), ["code-used"]),
        (WRONG_AGAIN, UseCode(1, SCHOOL, RUN, NOW), ["code-used"]),
        (USED_ONE, UseCode(1, CLASS, RUN, NOW + 2 * LIFE_MS), []),
        (MADE_ONE, TryWrongCode(NOW), ["wrong-code-tried"]),
        (DownloadCode(), TryWrongCode(NOW), []),
        (USED_ONE, TryWrongCode(NOW), []),
        (MADE_ONE, TryWrongCode(NOW + LIFE_MS), []),
    ],
)
def test_each_line_of_the_table(given, when, then):
    assert [event.type.removeprefix("download.") for event in decide(when, given)] == then


@pytest.mark.parametrize(
    ("given", "when", "code"),
    [
        (USED_ONE, UseCode(1, CLASS, OTHER_RUN, NOW), "download-code-used"),
        (USED_ONE, UseCode(1, SCHOOL, RUN, NOW), "download-code-used"),
        (USED_ONE, UseCode(1, OTHER_SCHOOL, RUN, NOW), "download-code-used"),
        (MADE_ONE, UseCode(1, CLASS, RUN, NOW + LIFE_MS), "download-code-over"),
        (but(wrong=MOST_WRONG), UseCode(1, CLASS, RUN, NOW), "download-code-void"),
        (but(number=2), UseCode(1, CLASS, RUN, NOW), "download-code-void"),
        (DownloadCode(), UseCode(0, CLASS, RUN, NOW), "download-code-void"),
        (MADE_ONE, UseCode(1, OTHER_SCHOOL, RUN, NOW), "outside-scope"),
        (MADE_ONE, UseCode(1, COUNTY, RUN, NOW), "outside-scope"),
    ],
)
def test_what_the_table_refuses(given, when, code):
    with pytest.raises(Refused) as refused:
        decide(when, given)
    assert refused.value.code == code


def test_the_events_rebuild_the_state_and_a_new_code_forgets_the_one_before():
    _, made = download_code_decider.run(MakeCode("leader", LEADER, SCHOOL, NOW), DownloadCode())
    assert made == MADE_ONE
    _, tried = download_code_decider.run(TryWrongCode(NOW), made)
    assert tried.wrong == 1
    _, used = download_code_decider.run(UseCode(1, CLASS, RUN, NOW + 5), tried)
    assert used == but(USED_ONE, wrong=1)
    _, next_one = download_code_decider.run(ANOTHER, used)
    assert next_one == but(number=2, made_at=NOW + 7, ends_at=NOW + 7 + LIFE_MS)
    assert evolve(used, type("Fact", (), {"type": "download.of-a-later-release", "data": {}})) == used


@pytest.mark.parametrize(
    ("code", "at", "state"),
    [
        (DownloadCode(), NOW, NONE),
        (MADE_ONE, NOW + LIFE_MS - 1, HOLDS),
        (MADE_ONE, NOW + LIFE_MS, OVER),
        (USED_ONE, NOW + LIFE_MS, USED),
        (but(wrong=MOST_WRONG), NOW, VOID),
    ],
)
def test_the_state_of_a_code(code, at, state):
    assert code.state_at(at) == state


# ---- over HTTP
LEADER_ID = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def admin(world):
    """The account of the school's registry admin, who prints."""
    return world.staff("school", SCHOOL, "admin.wang", ("county", COUNTY))[0]


def make(world, account, by=("leader", SCHOOL), key=None):
    return world.ask("POST", "/v1/download-codes", {"account": account}, world.token(*by), key)


def use(world, account, code, run=RUN, path=SCHOOL, command=None):
    body = {"account": account, "path": path, "run": run, "code": code, "command": command or f"{world.unique():032x}"}
    headers = service_auth("roster", world.clock).headers("identity")
    return world.http.post("/internal/download-codes/use", json=body, headers=headers)


def own(world, account, methods=(FROM_REGISTRY,), since=0, role="school", path=SCHOOL):
    """Ask for the own code in a session proved by these methods, `since` seconds ago."""
    proved = world.clock.now() - since * 1000
    token = world.deps.issuer.access(account, role, (path,), (), "no-session", proved, 0, (), methods)
    return world.ask("POST", "/v1/me/download-codes", token=token)


def printers(world, by=("leader", SCHOOL)):
    return world.ask("GET", "/v1/download-codes", token=world.token(*by))


def acts(world):
    return [(each.act, each.account, each.target) for each in world.deps.trail.chains.chain("2111000001")]


def types(world, account):
    return [event.type.removeprefix("download.") for event in world.store.load(f"download-{account}")]


def test_a_leader_makes_a_code_that_unlocks_one_run_of_that_person(world, admin):
    made = make(world, admin)
    assert (made.status_code, made.json["account"]) == (201, admin)
    assert codes.is_code(codes.normalise(made.json["download_code"]), codes.DOWNLOAD)
    used = use(world, admin, made.json["download_code"].lower(), path=CLASS)
    assert (used.status_code, used.json) == (200, {"by": LEADER_ID, "origin": LEADER})
    assert use(world, admin, made.json["download_code"], path=CLASS).status_code == 200, "the same run again"
    problem(use(world, admin, made.json["download_code"], OTHER_RUN), 409, "download-code-used")
    assert types(world, admin) == ["code-made", "code-used"]
    assert acts(world)[-2:] == [("download-code-made", LEADER_ID, admin), ("download-code-used", admin, RUN)]


def test_who_comes_fresh_from_the_registry_makes_the_own_code_and_nobody_else_does(world, admin):
    made = own(world, admin)
    assert made.status_code == 201
    assert use(world, admin, made.json["download_code"]).json == {"by": admin, "origin": REGISTRY}
    problem(own(world, admin, (PASSWORD,)), 403, "registry-sign-in-needed")
    problem(own(world, admin, (PASSWORD, ONE_TIME_CODE)), 403, "registry-sign-in-needed")
    problem(own(world, admin, since=601), 403, "registry-sign-in-needed")
    problem(own(world, admin, role="teacher", path=CLASS), 403, "outside-scope")
    assert types(world, admin) == ["code-made", "code-used"]


def test_a_repeated_request_shows_the_same_code_and_makes_no_second_one(world, admin):
    first, again = (make(world, admin, key="the-same-key").json for _ in range(2))
    assert first == again and types(world, admin) == ["code-made"]
    assert make(world, admin, key="another-key").json["download_code"] != first["download_code"]


def test_one_key_for_two_people_makes_two_codes(world, admin):
    colleague = world.staff("school", SCHOOL, "admin.li", ("school", SCHOOL))[0]
    one, other = (make(world, each, key="the-same-key").json["download_code"] for each in (admin, colleague))
    assert one != other


def test_a_newer_code_voids_the_one_before(world, admin):
    old, new = (make(world, admin).json["download_code"] for _ in range(2))
    problem(use(world, admin, old), 422, "download-code-wrong")
    assert use(world, admin, new).status_code == 200
    assert types(world, admin) == ["code-made", "code-voided", "code-made", "wrong-code-tried", "code-used"]


def test_a_code_lives_for_minutes(world, admin):
    made = make(world, admin).json["download_code"]
    world.clock.advance(seconds=LIFE_MS / 1000)
    problem(use(world, admin, made), 410, "download-code-over")


def test_a_code_is_of_one_person_and_one_school(world, admin):
    colleague = world.staff("school", SCHOOL, "admin.li", ("school", SCHOOL))
    made = make(world, admin).json["download_code"]
    problem(use(world, admin, made, path=OTHER_SCHOOL), 403, "outside-scope")
    problem(use(world, colleague[0], made), 422, "download-code-wrong")
    assert use(world, admin, made).status_code == 200
    problem(use(world, admin, made, path=OTHER_SCHOOL), 409, "download-code-used")


def test_an_account_that_was_closed_uses_no_code(world, admin):
    made = make(world, admin).json["download_code"]
    world.staff("school", SCHOOL, "admin.li", ("school", SCHOOL))
    closed = world.ask("POST", f"/v1/accounts/{admin}/closure", token=world.token("school", SCHOOL))
    assert closed.status_code == 204
    problem(use(world, admin, made), 403, "account-closed")
    problem(make(world, admin), 403, "outside-scope")


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (("leader", OTHER_SCHOOL), "outside-scope"),
        (("leader", CLASS), "outside-scope"),
        (("school", SCHOOL), "outside-scope"),
        (("county", COUNTY), "outside-scope"),
        (("ministry", "/000000/"), "outside-scope"),
        (("teacher", CLASS), "outside-scope"),
        (("auditor", "/000000/"), "outside-scope"),
    ],
)
def test_only_the_leader_of_the_school_makes_codes_for_others(world, admin, by, code):
    problem(make(world, admin, by), 403, code)
    assert types(world, admin) == []


def test_a_leader_makes_none_for_himself_for_who_does_not_print_and_for_nobody(world, admin):
    teacher = world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))[0]
    problem(make(world, teacher), 403, "outside-scope")
    problem(make(world, LEADER_ID.replace("8", "9")), 404, "not-found")
    token = world.deps.issuer.access(admin, "leader", (SCHOOL,), (), "none", world.clock.now(), 0)
    problem(world.ask("POST", "/v1/download-codes", {"account": admin}, token), 403, "outside-scope")


def test_a_leader_proves_to_be_there(world, admin):
    proved = world.clock.now() - 601_000
    token = world.deps.issuer.access(LEADER_ID, "leader", (SCHOOL,), (), "no-session", proved, 0)
    problem(world.ask("POST", "/v1/download-codes", {"account": admin}, token), 403, "sign-in-again")


def test_a_colleague_who_was_granted_to_print_gets_a_code_for_the_school_of_the_class(world, admin):
    teacher = world.staff("teacher", CLASS, "li.teacher", ("school", SCHOOL))[0]
    grant = {"permission": "print-forms", "path": CLASS, "first_day": "", "last_day": ""}
    granted = world.ask("POST", f"/v1/accounts/{teacher}/grants", grant, world.token("school", SCHOOL, account=admin))
    assert granted.status_code == 200, granted.json
    assert [each["account"] for each in printers(world).json["items"]] == [admin, teacher]
    made = make(world, teacher).json["download_code"]
    assert use(world, teacher, made, path=CLASS).status_code == 200


def test_the_leader_sees_who_prints_and_what_became_of_the_last_code(world, admin):
    [before] = printers(world).json["items"]
    assert (before["account"], before["role"], before["state"], before["ends_at"]) == (admin, "school", NONE, "")
    made = make(world, admin).json
    [held] = printers(world).json["items"]
    assert (held["state"], held["ends_at"], held["used_at"]) == (HOLDS, made["ends_at"], "")
    use(world, admin, made["download_code"])
    [after] = printers(world).json["items"]
    assert after["state"] == USED and after["used_at"]
    assert printers(world, ("leader", OTHER_SCHOOL)).json["items"] == []
    problem(printers(world, ("school", SCHOOL)), 403, "outside-scope")


def test_people_do_not_reach_the_use_of_a_code(world, admin):
    made = make(world, admin).json["download_code"]
    body = {"account": admin, "path": SCHOOL, "run": RUN, "code": made, "command": "0" * 32}
    assert world.ask("POST", "/internal/download-codes/use", body, world.token("school", SCHOOL)).status_code == 401


# ---- guessing
def some_code(number):
    return codes.make(random.Random(number).randrange, kind=codes.DOWNLOAD)


def test_wrong_codes_are_counted_and_the_fifth_voids_the_right_one(world, admin):
    made = make(world, admin).json["download_code"]
    for number in range(MOST_WRONG - 1):
        problem(use(world, admin, some_code(number)), 422, "download-code-wrong")
    problem(use(world, admin, some_code(99)), 410, "download-code-void")
    problem(use(world, admin, made), 410, "download-code-void")
    problem(use(world, admin, some_code(98)), 410, "download-code-void")
    assert types(world, admin) == ["code-made"] + ["wrong-code-tried"] * MOST_WRONG
    assert use(world, admin, make(world, admin).json["download_code"]).status_code == 200, "another one helps"


def test_a_repeated_wrong_try_counts_once_and_another_code_under_its_command_is_refused(world, admin):
    made, command = make(world, admin).json["download_code"], "ab" * 16
    for _ in range(3):
        problem(use(world, admin, some_code(1), command=command), 422, "download-code-wrong")
    assert types(world, admin) == ["code-made", "wrong-code-tried"]
    assert use(world, admin, some_code(2), command=command).json["title"] == "key-reused"
    assert use(world, admin, made).status_code == 200


def test_a_command_whose_answer_was_lost_is_answered_again_after_a_newer_code(world, admin):
    made, command = make(world, admin).json["download_code"], "ab" * 16
    first = use(world, admin, made, command=command)
    newer = make(world, admin).json["download_code"]
    again = use(world, admin, made, command=command)
    assert (again.status_code, again.json) == (200, first.json)
    assert "wrong-code-tried" not in types(world, admin)
    assert use(world, admin, newer, OTHER_RUN).status_code == 200


def test_what_is_no_download_code_is_told_and_not_counted(world, admin):
    make(world, admin)
    other = codes.make(random.Random(3).randrange, kind=codes.REGISTRATION)
    problem(use(world, admin, other), 422, "page-two-code")
    problem(use(world, admin, some_code(1)[:-1] + "0"), 422, "code-characters")
    assert types(world, admin) == ["code-made"]


def test_codes_of_one_person_are_limited_and_a_guesser_has_no_chance(world, admin):
    """A guesser needs the session of the person who prints, and a valid code of that person."""
    answers = [make(world, admin) for _ in range(MADE.most + 1)]
    assert [answer.status_code for answer in answers] == [201] * MADE.most + [429]
    assert answers[-1].json["title"] == "too-many-download-codes"
    guesses = MADE.most * MOST_WRONG * 24 * 365
    assert MADE.window_ms == 3_600_000
    assert guesses / codes.BASE**codes.RANDOM < 1e-14, "a year of guesses at one person, without a pause"


def test_a_code_is_in_no_event_no_record_no_log_and_no_act(world, admin, caplog):
    caplog.set_level(logging.DEBUG)
    made = make(world, admin).json["download_code"]
    wrong = codes.grouped(some_code(1))
    use(world, admin, wrong)
    use(world, admin, made)
    kept = world.records.download_codes.get(admin)
    told = [to_wire(event) for event in world.store.load(f"download-{admin}")]
    chains = world.deps.trail.chains
    everything = json.dumps([str(each) for each in (told, kept, *(chains.chain(u) for u in chains.heads()))])
    everything += "\n".join(JsonFormatter("identity", world.clock).format(record) for record in caplog.records)
    for secret in (made, wrong):
        assert secret not in everything and secret.replace("-", "") not in everything
    assert kept.hashed != codes.code_hash(codes.DOWNLOAD, made, world.deps.code_key), "roster cannot test codes"


def test_a_registry_admin_uses_the_own_code_from_a_real_session(world, admin):
    token = world.sign_in("admin.wang", STEADY).json["access_token"]
    problem(world.ask("POST", "/v1/me/download-codes", token=token), 403, "registry-sign-in-needed")
