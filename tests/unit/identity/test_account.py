from __future__ import annotations

import pytest

from services.identity.domain.account import (
    ChangePassword,
    GrantPath,
    LinkChild,
    OpenGuardian,
    OpenStaff,
    ResetPassword,
    account_decider,
)
from services.identity.domain.issuing_rules import ISSUES, UNIT_KIND, check_above, check_issue, kind_of
from shared.eventsourcing.event import NewEvent
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import ROLES

NATION, PROVINCE, CITY, COUNTY = (
    "/000000/",
    "/000000/130000/",
    "/000000/130000/130100/",
    "/000000/130000/130100/130102/",
)
SCHOOL, CLASS = f"{COUNTY}2113000001/", f"{COUNTY}2113000001/2113000001p202301/"
PUPIL, OTHER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"


def state_after(*commands):
    """Given: the account after these commands."""
    state = account_decider.initial
    for command in commands:
        _, state = account_decider.run(command, state)
    return state


def types_of(command, *given):
    """When: the types of the events that follow."""
    return [event.type for event in account_decider.decide(command, state_after(*given))]


def refusal(command, *given):
    with pytest.raises(Refused) as refused:
        account_decider.decide(command, state_after(*given))
    return refused.value.code


def test_staff_begin_with_a_path_and_a_password_that_must_be_changed():
    state = state_after(OpenStaff("teacher", CLASS))
    assert (state.role, state.paths, state.must_change_password) == ("teacher", (CLASS,), True)


def test_a_guardian_begins_with_a_child_and_the_version_of_the_consent():
    given = OpenGuardian(PUPIL, True, "2026-11")
    assert types_of(given) == ["account.opened", "account.consented", "account.child-linked"]
    state = state_after(given)
    assert (state.role, state.paths, state.children, state.consent, state.must_change_password) == (
        "guardian",
        (),
        (PUPIL,),
        "2026-11",
        False,
    )


def test_an_account_is_opened_once():
    assert refusal(OpenStaff("teacher", CLASS), OpenStaff("teacher", CLASS)) == "account-exists"
    assert refusal(OpenGuardian(PUPIL, True, "2026-11"), OpenStaff("teacher", CLASS)) == "account-exists"


@pytest.mark.parametrize("command", [GrantPath(CLASS), LinkChild(PUPIL, True), ChangePassword(), ResetPassword()])
def test_nothing_happens_to_an_account_that_does_not_exist(command):
    assert refusal(command) == "not-found"


def test_a_teacher_gets_a_further_class_once():
    second = f"{SCHOOL}2113000001p202302/"
    assert types_of(GrantPath(second), OpenStaff("teacher", CLASS)) == ["account.path-granted"]
    assert types_of(GrantPath(second), OpenStaff("teacher", CLASS), GrantPath(second)) == []
    assert state_after(OpenStaff("teacher", CLASS), GrantPath(second)).paths == (CLASS, second)


def test_only_teachers_have_several_paths():
    assert refusal(GrantPath(COUNTY), OpenStaff("county", COUNTY)) == "one-place-only"


def test_a_child_is_linked_once():
    given = OpenGuardian(PUPIL, True, "2026-11")
    assert types_of(LinkChild(PUPIL, True), given) == []
    assert state_after(given, LinkChild(OTHER, False)).children == (PUPIL, OTHER)


def test_a_changed_password_is_the_owners_and_a_reset_one_must_be_changed():
    given = OpenStaff("teacher", CLASS)
    assert not state_after(given, ChangePassword()).must_change_password
    assert state_after(given, ChangePassword(), ResetPassword()).must_change_password


def test_an_event_of_an_unknown_type_changes_nothing():
    state = state_after(OpenStaff("teacher", CLASS))
    assert account_decider.evolve(state, NewEvent("account.unheard-of", {})) == state


def test_accounts_are_private_and_say_nothing_to_others():
    assert account_decider.public(state_after(OpenGuardian(PUPIL, True, "2026-11"))) == {}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (NATION, "bureau"),
        (PROVINCE, "bureau"),
        (COUNTY, "bureau"),
        ("/000000/420000/429004/", "bureau"),
        (SCHOOL, "school"),
        (CLASS, "class"),
        ("/", ""),
        ("", ""),
        ("/130000/", ""),
        ("/000000/130000", ""),
        ("/000000//", ""),
        ("/000000/ 130000/", ""),
        ("/000000/../", ""),
    ],
)
def test_a_path_leads_to_a_bureau_a_school_a_class_or_nowhere(path, kind):
    assert kind_of(path) == kind


HOME = {
    "ministry": NATION,
    "province": PROVINCE,
    "city": CITY,
    "county": COUNTY,
    "school": SCHOOL,
    "leader": SCHOOL,
    "teacher": CLASS,
    "support": CITY,
    "auditor": PROVINCE,
    "guardian": CLASS,
}
MAY = [
    ("ministry", "province"),
    ("ministry", "city"),
    ("ministry", "county"),
    ("ministry", "support"),
    ("ministry", "auditor"),
    ("province", "province"),
    ("province", "city"),
    ("province", "county"),
    ("province", "school"),
    ("city", "city"),
    ("city", "county"),
    ("city", "school"),
    ("county", "county"),
    ("county", "school"),
    ("school", "school"),
    ("school", "leader"),
    ("school", "teacher"),
]


@pytest.mark.parametrize("issuer", ROLES)
@pytest.mark.parametrize("wanted", ROLES)
def test_each_role_issues_exactly_the_roles_of_the_table(issuer, wanted):
    scope = Scope.of([HOME[issuer]])
    if (issuer, wanted) in MAY:
        check_issue(issuer, scope, wanted, HOME[wanted])
    else:
        with pytest.raises(Refused) as refused:
            check_issue(issuer, scope, wanted, HOME[wanted])
        assert refused.value.status == 403
    assert {(i, w) for i, several in ISSUES.items() for w in several} == set(MAY)


@pytest.mark.parametrize(
    ("issuer", "home", "wanted", "path"),
    [
        ("county", COUNTY, "school", "/000000/130000/130100/130104/2113000002/"),
        ("county", COUNTY, "school", "/000000/130000/130100/130102"),
        ("county", COUNTY, "school", "/000000/130000/130100/1301020/2113000002/"),
        ("city", CITY, "county", "/000000/130000/130200/130202/"),
        ("province", PROVINCE, "province", "/000000/140000/"),
        ("school", SCHOOL, "teacher", f"{COUNTY}2113000002/2113000002p202301/"),
        ("school", SCHOOL, "school", COUNTY),
    ],
)
def test_nobody_issues_sideways_or_upwards(issuer, home, wanted, path):
    with pytest.raises(Refused) as refused:
        check_issue(issuer, Scope.of([home]), wanted, path)
    assert (refused.value.status, refused.value.where) == (403, "path")


@pytest.mark.parametrize(
    ("issuer", "home", "wanted", "path"),
    [
        ("county", COUNTY, "school", COUNTY),
        ("county", COUNTY, "school", CLASS),
        ("school", SCHOOL, "teacher", SCHOOL),
        ("school", SCHOOL, "leader", CLASS),
        ("city", CITY, "county", CITY),
        ("city", CITY, "county", SCHOOL),
        ("province", PROVINCE, "city", PROVINCE),
        ("ministry", NATION, "province", COUNTY),
        ("ministry", NATION, "county", NATION),
        ("ministry", NATION, "city", PROVINCE),
    ],
)
def test_an_account_belongs_to_a_unit_of_its_kind(issuer, home, wanted, path):
    with pytest.raises(Refused) as refused:
        check_issue(issuer, Scope.of([home]), wanted, path)
    assert refused.value.code == "wrong-place"


def test_a_schools_first_account_is_issued_by_the_bureau_that_runs_it():
    for issuer, home, school in (
        ("county", COUNTY, SCHOOL),
        ("city", CITY, f"{CITY}3113000009/"),
        ("province", PROVINCE, f"{PROVINCE}3413000009/"),
    ):
        check_issue(issuer, Scope.of([home]), "school", school)


def test_the_level_above_is_never_the_same_role_and_covers_every_path():
    check_above("school", Scope.of([SCHOOL]), "teacher", (CLASS,))
    check_above("county", Scope.of([COUNTY]), "school", (SCHOOL,))
    for role, home, target, paths in (
        ("school", SCHOOL, "school", (SCHOOL,)),
        ("province", PROVINCE, "province", (PROVINCE,)),
        ("teacher", CLASS, "teacher", (CLASS,)),
        ("school", SCHOOL, "county", (COUNTY,)),
        ("school", SCHOOL, "teacher", (CLASS, f"{COUNTY}2113000002/2113000002p202301/")),
        ("school", SCHOOL, "teacher", ()),
    ):
        with pytest.raises(Refused):
            check_above(role, Scope.of([home]), target, paths)


def test_every_role_that_can_be_issued_has_a_kind_of_unit():
    assert {wanted for several in ISSUES.values() for wanted in several} == set(UNIT_KIND)
