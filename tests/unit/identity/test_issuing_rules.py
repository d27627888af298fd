"""Permissions to issue accounts and to reset passwords."""

from __future__ import annotations

import pytest

from services.identity.domain.issuing_rules import (
    ISSUES,
    UNIT_KIND,
    check_above,
    check_issue,
    check_over,
    kind_of,
    may_accept,
)
from shared.infrastructure.errors import Refused
from shared.language.roles import ROLES
from shared.language.scope import Scope

NATION, PROVINCE, CITY, COUNTY = (
    "/000000/",
    "/000000/130000/",
    "/000000/130000/130100/",
    "/000000/130000/130100/130102/",
)
SCHOOL, CLASS = f"{COUNTY}2113000001/", f"{COUNTY}2113000001/2113000001p202301/"


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


def test_the_level_above_and_colleagues_of_the_unit_are_over_an_account():
    check_over("county", Scope.of([COUNTY]), "school", (SCHOOL,))
    check_over("school", Scope.of([SCHOOL]), "school", (SCHOOL,))
    check_over("province", Scope.of([PROVINCE]), "province", (PROVINCE,))
    for role, home, target, paths in (
        ("school", f"{COUNTY}2113000002/", "school", (SCHOOL,)),
        ("leader", SCHOOL, "leader", (SCHOOL,)),
        ("leader", SCHOOL, "school", (SCHOOL,)),
        ("teacher", CLASS, "teacher", (CLASS,)),
        ("ministry", NATION, "ministry", (NATION,)),
        ("school", SCHOOL, "county", (COUNTY,)),
    ):
        with pytest.raises(Refused):
            check_over(role, Scope.of([home]), target, paths)


@pytest.mark.parametrize(
    ("role", "home", "asked_by", "may"),
    [
        ("school", SCHOOL, (), True),
        ("leader", SCHOOL, (COUNTY,), True),
        ("city", CITY, (COUNTY,), True),
        ("ministry", NATION, (PROVINCE,), True),
        ("county", COUNTY, (COUNTY,), False),
        ("city", CITY, (), False),
        ("city", CITY, (CITY,), False),
        ("county", COUNTY, (CITY,), False),
        ("teacher", CLASS, (COUNTY,), False),
        ("auditor", PROVINCE, (COUNTY,), False),
        ("school", f"{COUNTY}2113000002/", (COUNTY,), False),
        ("city", "/000000/130000/130200/", (COUNTY,), False),
    ],
)
def test_a_waiting_school_account_is_accepted_by_the_school_or_above_the_asking_bureau(role, home, asked_by, may):
    assert may_accept(role, Scope.of([home]), SCHOOL, asked_by) is may
