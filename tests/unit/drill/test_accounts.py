"""After a drill, one account of each role is printed, with what it needs to sign in."""

from random import Random

import pytest

from drill.accounts import accounts, as_table
from drill.clients import Line
from drill.days import Days
from drill.family import Family
from drill.ledger import Ledger, Node
from drill.scripts import NOTHING
from drill.world import World
from tests.unit.drill.test_people import region

PORTAL = "http://127.0.0.1:8000"


@pytest.fixture
def world(tmp_path):
    """A county whose staff have accounts, and no family has one yet."""
    line, days, tree = Line({"portal": PORTAL}), Days(tmp_path / "clock"), region()
    ledger = Ledger("pjs", cutoff="2026-11-25", last_day="2026-11-27", opened=True)
    world = World(7, "run", line, days, tree, ledger, "drun", None)
    world.ministry = world.person("ministry", "ministry", "secret-ministry")
    for unit in (*tree.chain[1:], tree.county):
        world.bureaus[unit.code] = person(world, unit.level, unit.code)
    for school in tree.schools:
        world.schools[school.code] = person(world, "school", school.code)
        world.leaders[school.code] = person(world, "leader", school.code)
        ledger.nodes[school.code] = Node(school.code, school.name, "school", school.run_by.code)
        for klass in school.classes:
            world.teachers[klass.id] = person(world, "teacher", klass.id)
            ledger.nodes[klass.id] = Node(klass.id, f"{klass.grade_text}{klass.number}班", "class", school.code)
    return world


def person(world, role, word):
    return world.person(f"{role}-{word}", f"{role}.{word.lower()}.run", f"secret-{role}-{word}")


def family_of(world, klass, n, *, guardian=True):
    family = Family(world, klass.pupils[n], f"3f7.{klass.id}{n}", NOTHING, Random(n))
    world.ledger.enrol(family.id, klass.id)
    if guardian:
        family.guardian = person(world, "guardian", family.id)
        world.ledger.bound(family.id)
    return family


def test_every_role_of_the_drill_has_one_account_with_the_right_login_and_password(world):
    school = world.region.schools[0]
    family = family_of(world, school.classes[1], 0)
    found = accounts(world, [family])
    assert [(account.role, account.login, account.password) for account in found] == [
        ("ministry", "ministry", "secret-ministry"),
        ("province", "province.130000.run", "secret-province-130000"),
        ("city", "city.130100.run", "secret-city-130100"),
        ("county", "county.130102.run", "secret-county-130102"),
        ("school admin", f"school.{school.code}.run", f"secret-school-{school.code}"),
        ("school leader", f"leader.{school.code}.run", f"secret-leader-{school.code}"),
        ("class teacher", f"teacher.{school.classes[1].id}.run", f"secret-teacher-{school.classes[1].id}"),
        ("guardian", f"guardian.{family.id}.run".lower(), f"secret-guardian-{family.id}"),
    ]
    assert [account.sees for account in found][-3:] == [
        school.name,
        f"{school.name} {world.ledger.nodes[school.classes[1].id].name}",
        family.pupil.name,
    ]


def test_the_class_is_the_one_where_most_photos_wait(world):
    first, second = world.region.schools[0].classes[:2]
    families = [family_of(world, first, 0), family_of(world, second, 0), family_of(world, second, 1, guardian=False)]
    world.ledger.flagged(families[2].id)
    assert [account.login for account in accounts(world, families)][-2:] == [
        f"teacher.{second.id}.run",
        families[1].guardian.login,
    ]


def test_a_guardian_who_has_left_is_not_shown_nor_is_a_class_without_guardians(world):
    family = family_of(world, world.region.schools[0].classes[0], 0)
    world.ledger.left_by_guardian(family.id)
    assert [account.role for account in accounts(world, [family])] == ["ministry", "province", "city", "county"]


def test_the_table_holds_the_address_of_the_portal_and_one_line_for_each_account(world):
    found = accounts(world, [family_of(world, world.region.schools[0].classes[0], 0)])
    lines = as_table(found, PORTAL)
    assert any(f"{PORTAL}/sign-in" in line for line in lines)
    heading = next(line for line in lines if "where to look" in line)
    for account in found:
        [line] = [line for line in lines if account.password in line]
        assert line.startswith(f"  {account.role}") and account.pages in line and account.sees in line
        assert line.index(account.password) == heading.index("password")
    assert any("this terminal only" in line for line in lines)
