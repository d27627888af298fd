"""Grants: what an admin may give to a colleague, where and until when; and the last admin of a unit, who stays."""

from __future__ import annotations

import threading

import jwt
import pytest

from services.identity.domain.account import Account, GrantPath, OpenStaff, account_decider
from services.identity.domain.account_lifecycle import CloseAccount
from services.identity.domain.grants import MOST_GRANTS, GrantPermission, RevokePermission
from services.identity.domain.unit_admins import CloseAdmin, unit_admins_decider
from shared.infrastructure.clock import FixedClock, day_of
from shared.language.grants import Grant, of_claim
from shared.language.permissions import CATALOGUE, PRINT_FORMS, PUBLISH_REPORTS, VIEW_FIGURES
from tests.support.given import Given, given, happened
from tests.support.together import run_together
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, SCHOOL, STEADY, problem

TODAY = day_of(FixedClock().ms)
YESTERDAY, TOMORROW = day_of(FixedClock().ms - 86_400_000), day_of(FixedClock().ms + 86_400_000)
PRINT = Grant("print-forms", SCHOOL, TODAY)


def account(role: str, *grants: Grant) -> Given:
    state = account_decider.run(OpenStaff(role, SCHOOL), account_decider.initial)[1]
    for grant in grants:
        state = account_decider.run(GrantPermission(grant, TODAY, "admin"), state)[1]
    return Given(account_decider, state)


def give(permission: str = "print-forms", path: str = SCHOOL, first: str = TODAY, last: str = "") -> GrantPermission:
    return GrantPermission(Grant(permission, path, first, last), TODAY, "admin")


def granted(permission: str, path: str, first_day: str, last_day: str):
    data = {"permission": permission, "path": path, "by": "admin", "first_day": first_day, "last_day": last_day}
    return happened("account.permission-granted", **data)


# ---- the rules
def test_a_permission_is_granted_for_a_place_and_for_days():
    given = account("leader").when(give(last=TOMORROW)).then(granted("print-forms", SCHOOL, TODAY, TOMORROW))
    assert given.state.grants == (Grant("print-forms", SCHOOL, TODAY, TOMORROW),)


def test_the_same_grant_once_more_changes_nothing():
    account("leader", PRINT).when(give()).then()


def test_a_grant_at_the_same_place_replaces_the_days():
    given = account("leader", PRINT).when(give(last=TOMORROW)).then(granted("print-forms", SCHOOL, TODAY, TOMORROW))
    assert given.state.grants == (Grant("print-forms", SCHOOL, TODAY, TOMORROW),)


def test_a_grant_at_another_place_stands_beside_it():
    given = account("leader", PRINT).when(give(path=CLASS)).then(granted("print-forms", CLASS, TODAY, ""))
    assert len(given.state.grants) == 2


def test_a_grant_is_revoked():
    revoked = happened("account.permission-revoked", permission="print-forms", path=SCHOOL)
    given = account("leader", PRINT).when(RevokePermission("print-forms", SCHOOL)).then(revoked)
    assert given.state.grants == ()


@pytest.mark.parametrize(("permission", "path"), [("print-forms", CLASS), ("view-figures", SCHOOL)])
def test_revoking_what_was_not_granted_changes_nothing(permission, path):
    account("leader", PRINT).when(RevokePermission(permission, path)).then()


@pytest.mark.parametrize(
    "permission", [each.name for each in CATALOGUE.values() if not each.grantable] + ["unheard-of"]
)
def test_what_belongs_to_roles_alone_is_not_granted(permission):
    account("leader").when(give(permission)).then_refused("not-grantable")


@pytest.mark.parametrize(("first", "last"), [(TOMORROW, TODAY), (YESTERDAY, YESTERDAY), ("", YESTERDAY)])
def test_days_that_are_over_or_in_the_wrong_order_are_refused(first, last):
    account("leader").when(give(first=first, last=last)).then_refused("days-reversed")


@pytest.mark.parametrize("permission", [each.name for each in CATALOGUE.values() if each.grantable and each.approves])
def test_who_audits_never_approves_not_even_on_another_day(permission):
    account("auditor").when(give(permission, first=TOMORROW)).then_refused("approves-and-audits")


def test_who_audits_may_get_what_approves_nothing():
    account("auditor").when(give("draft-reports")).then(granted("draft-reports", SCHOOL, TODAY, ""))


def test_an_account_carries_a_limited_number_of_grants():
    many = [Grant("print-forms", f"{SCHOOL}{number}/", TODAY) for number in range(MOST_GRANTS)]
    account("leader", *many).when(give()).then_refused("too-many-grants")
    account("leader", *many).when(give(path=f"{SCHOOL}1/", last=TOMORROW)).then(
        granted("print-forms", f"{SCHOOL}1/", TODAY, TOMORROW)
    )


def test_a_closed_account_and_one_that_does_not_exist_get_nothing():
    closed = account_decider.run(CloseAccount(), account("leader").state)[1]
    Given(account_decider, closed).when(give()).then_refused("account-closed")
    Given(account_decider, Account()).when(give()).then_refused("not-found")


def test_classes_and_grants_do_not_touch_each_other():
    teacher = account_decider.run(OpenStaff("teacher", CLASS), account_decider.initial)[1]
    state = account_decider.run(GrantPath(CLASS_2), account_decider.run(give(), teacher)[1])[1]
    assert (state.paths, state.grants) == ((CLASS, CLASS_2), (PRINT,))


# ---- over HTTP
@pytest.fixture
def admin(world):
    """A registry admin who works: (account, access token)."""
    account, password = world.staff("school", SCHOOL, "school.a", ("county", COUNTY))
    return account, world.sign_in("school.a", password).json["access_token"]


@pytest.fixture
def teacher(world, admin):
    """A class teacher of the school who works: (account, response of the sign-in)."""
    made = world.issue("teacher", CLASS, "teacher.a", admin[1]).json
    return made["id"], world.settle_in("teacher.a", made["activation_code"])


def grant(world, token: str, account: str, permission="print-forms", path=SCHOOL, **days: str):
    body = {"permission": permission, "path": path, **days}
    return world.ask("POST", f"/v1/accounts/{account}/grants", body, token)


def revoke(world, token: str, account: str, permission="print-forms", path=SCHOOL):
    return world.ask(
        "POST", f"/v1/accounts/{account}/grants/revocations", {"permission": permission, "path": path}, token
    )


def claimed(access_token: str):
    return of_claim(jwt.decode(access_token, options={"verify_signature": False}).get("grants", ()))


def test_a_colleague_gets_a_permission_with_the_next_token_and_loses_it_at_once(world, admin, teacher):
    account, tokens = teacher
    assert claimed(tokens["access_token"]) == ()
    made = grant(world, admin[1], account, path=CLASS, last_day=TOMORROW).json
    assert made["grants"] == [{"permission": "print-forms", "path": CLASS, "first_day": TODAY, "last_day": TOMORROW}]
    problem(world.ask("GET", "/v1/me", token=tokens["access_token"]), 401, "token-superseded")
    fresh = world.http.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]}).json
    assert claimed(fresh["access_token"]) == (Grant("print-forms", CLASS, TODAY, TOMORROW),)
    assert fresh["account"]["grants"] == made["grants"]
    listed = world.ask("GET", "/v1/accounts", token=admin[1]).json["items"]
    assert [item["grants"] for item in listed if item["id"] == account] == [made["grants"]]
    assert revoke(world, admin[1], account, path=CLASS).json["grants"] == []
    problem(world.ask("GET", "/v1/me", token=fresh["access_token"]), 401, "token-superseded")
    last = world.http.post("/v1/sessions/refresh", json={"refresh_token": fresh["refresh_token"]}).json
    assert claimed(last["access_token"]) == ()


def test_a_grant_that_is_over_is_neither_carried_nor_shown(world, admin, teacher):
    account, _ = teacher
    grant(world, admin[1], account, last_day=TODAY)
    assert len(claimed(world.sign_in("teacher.a", STEADY).json["access_token"])) == 1
    world.clock.ms += 86_400_000
    assert claimed(world.sign_in("teacher.a", STEADY).json["access_token"]) == ()
    listed = world.ask("GET", "/v1/accounts", token=world.token("school", SCHOOL)).json["items"]
    assert [item["grants"] for item in listed if item["id"] == account] == [[]]


def test_nobody_grants_wider_than_the_own_scope(world, admin, teacher):
    for path in (COUNTY, "/000000/", SCHOOL.replace("2111000001", "2111000002"), "", "rubbish"):
        refused = grant(world, admin[1], teacher[0], path=path)
        assert refused.status_code in (403, 422) and refused.json["title"] in ("outside-scope", "bad-fields")


def test_nobody_grants_what_the_own_role_does_not_have(world, admin, teacher):
    problem(grant(world, admin[1], teacher[0], PUBLISH_REPORTS.name), 422, "grant-wider")


def test_a_granted_permission_is_not_granted_on(world, admin, teacher):
    grant(world, admin[1], teacher[0])
    token = world.sign_in("teacher.a", STEADY).json["access_token"]
    problem(grant(world, token, admin[0]), 403, "outside-scope")


@pytest.mark.parametrize("role", ["leader", "teacher", "support", "auditor", "guardian"])
def test_who_is_no_admin_grants_nothing(world, teacher, role):
    refused = grant(world, world.token(role, SCHOOL), teacher[0])
    problem(refused, 403, "outside-scope")
    assert refused.json["permission"] == "grant-permissions"


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("school", "/000000/110000/110102/2111000002/"),
        ("county", COUNTY),
        ("county", "/000000/110000/110102/"),
        ("province", "/000000/110000/"),
        ("ministry", "/000000/"),
    ],
)
def test_only_an_admin_of_the_same_unit_grants_and_revokes(world, teacher, role, path):
    token = world.token(role, path)
    problem(grant(world, token, teacher[0], VIEW_FIGURES.name, path), 403, "outside-scope")
    problem(revoke(world, token, teacher[0]), 403, "outside-scope")


def test_nobody_grants_to_the_own_account_nor_to_a_family(world, admin):
    problem(grant(world, admin[1], admin[0]), 422, "own-permissions")
    problem(grant(world, admin[1], world.register().json["account"]), 403, "outside-scope")
    problem(grant(world, admin[1], "00000000-0000-7000-8000-0000000000ff"), 404, "not-found")


def test_the_history_tells_of_grants(world, admin, teacher):
    grant(world, admin[1], teacher[0])
    revoke(world, admin[1], teacher[0])
    told = world.ask("GET", f"/v1/accounts/{teacher[0]}/history", token=admin[1]).json["items"]
    assert [(entry["event"], entry["permission"], entry["path"]) for entry in told[:2]] == [
        ("permission-revoked", PRINT_FORMS.name, SCHOOL),
        ("permission-granted", PRINT_FORMS.name, SCHOOL),
    ]


# ---- the last admin
def close(world, account: str, *by: str):
    return world.ask("POST", f"/v1/accounts/{account}/closure", token=world.token(*by))


def test_the_last_admin_of_a_unit_is_not_closed_by_anybody(world, admin):
    for by in (("county", COUNTY), ("school", SCHOOL)):
        problem(close(world, admin[0], *by), 422, "last-admin")
    problem(world.ask("POST", f"/v1/accounts/{admin[0]}/closure", token=admin[1]), 422, "own-account")
    assert world.ask("GET", "/v1/me", token=admin[1]).status_code == 200


def test_a_reset_does_not_make_the_last_admin_one_who_may_be_closed(world, admin):
    assert world.reset(admin[0], "county", COUNTY).status_code == 200
    problem(close(world, admin[0], "county", COUNTY), 422, "last-admin")


def test_a_colleague_who_has_not_begun_does_not_count_and_one_who_works_does(world, admin):
    made = world.issue("school", SCHOOL, "school.b", admin[1]).json
    problem(close(world, admin[0], "county", COUNTY), 422, "last-admin")
    world.settle_in("school.b", made["activation_code"])
    assert close(world, admin[0], "county", COUNTY).status_code == 204


def test_an_admin_account_that_nobody_has_used_is_closed(world):
    account = world.issue("school", SCHOOL, "school.a", world.token("county", COUNTY)).json["id"]
    assert close(world, account, "county", COUNTY).status_code == 204


def test_an_admin_is_closed_while_another_one_works_who_was_not_closed_meanwhile():
    closed = happened("admins.admin-closed", account="a")
    given(unit_admins_decider).when(CloseAdmin("a", ("b",))).then(closed)
    given(unit_admins_decider).when(CloseAdmin("a", ())).then_refused("last-admin")
    given(unit_admins_decider, closed).when(CloseAdmin("b", ("a",))).then_refused("last-admin")
    given(unit_admins_decider, closed).when(CloseAdmin("a", ())).then_nothing()


def test_two_admins_who_close_each_other_at_the_same_moment_leave_one(world, admin, monkeypatch):
    """Both have found the other one at work before either is closed."""
    colleague, _ = world.staff("school", SCHOOL, "school.b", ("school", SCHOOL))
    found, both = world.records.people.staff, threading.Barrier(2)
    first = threading.local()

    def staff(*asked):
        answer = found(*asked)
        if not getattr(first, "over", False):
            first.over = True
            both.wait(10)
        return answer

    monkeypatch.setattr(world.records.people, "staff", staff)
    answers = run_together(
        *(
            lambda one=one, other=other: world.ask(
                "POST", f"/v1/accounts/{one}/closure", token=world.token("school", SCHOOL, account=other)
            )
            for one, other in ((admin[0], colleague), (colleague, admin[0]))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [204, 422]
    states = [world.records.people.get(one).validity.closed for one in (admin[0], colleague)]
    assert sorted(states) == [False, True]
