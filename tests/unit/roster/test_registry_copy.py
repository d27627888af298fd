"""Roster over HTTP: a guardian reads what the registry says of the own child."""

from __future__ import annotations

import pytest

from tests.unit.roster.county import BORN, CLASS, ELSEWHERE, HERE, THERE, name_of, row
from tests.unit.roster.files import HEADINGS
from tests.unit.roster.numbers import id_number, pupil_number

WIDER = (
    *HEADINGS,
    "现住址",
    "监护人1姓名",
    "监护人1关系",
    "监护人1联系电话",
    "监护人1身份证件号",
    "监护人1现住址",
    "监护人2姓名",
)
GUARDIAN = ("建设大街1号", "王秀英", "母亲", "13812345678", id_number("1985-01-02", 7), "和平里2号", "")


@pytest.fixture
def child(campaign):
    """(county, pupil), of a class of two."""
    campaign.enrol([*row(1), *GUARDIAN], [*row(2), *GUARDIAN], headings=WIDER)
    return campaign, next(found["pupil"] for found in campaign.pupils() if found["name"] == name_of(1))


def read(county, pupil, more=""):
    return county.get(f"/v1/pupils/{pupil}/registry{more}", "guardian", pupils=[pupil])


def values(registry):
    return {field["title"]: field["value"] for field in registry["fields"]}


def test_a_guardian_reads_the_fields_of_the_form_with_numbers_masked(child):
    registry = read(*child)
    shown = values(registry)
    assert (shown["姓名"], shown["性别"], shown["出生日期"]) == (name_of(1), "男", BORN)
    assert (shown["班级"], shown["现住址"]) == ("三年级1班", "建设大街1号")
    assert set(shown["身份证件号"][1:-1]) == set(shown["学籍号"][1:-1]) == {"*"}
    assert (registry["school_name"], registry["full"]) == ("长安区第三中心小学", False)
    assert registry["read_at"] == child[0].clock.now()


def test_numbers_are_shown_in_full_when_the_guardian_asks_for_them(child):
    shown = values(read(*child, "/copy"))
    assert (shown["身份证件号"], shown["学籍号"]) == (id_number(BORN, 1), pupil_number(BORN, 1))


def test_of_the_guardians_only_name_relation_and_a_masked_telephone_are_shown(child):
    registry = read(*child, "/copy")
    assert registry["guardians"] == [{"name": "王秀英", "relation": "母亲", "phone_masked": "138****5678"}]
    assert not {GUARDIAN[4], GUARDIAN[5], GUARDIAN[3]} & set(values(registry).values())


def test_it_is_read_as_it_is_now(child):
    county, pupil = child
    county.enrol([*row(1), "人民路9号", *GUARDIAN[1:]], headings=WIDER)
    assert values(read(county, pupil))["现住址"] == "人民路9号"


def test_nobody_else_reads_it(child):
    county, pupil = child
    other = next(found["pupil"] for found in county.pupils() if found["pupil"] != pupil)
    for path in (f"/v1/pupils/{pupil}/registry", f"/v1/pupils/{pupil}/registry/copy"):
        assert county.ask("GET", path, "guardian", pupils=[other]).status_code == 403
        for role, paths in (("teacher", [f"{HERE}{CLASS}/"]), ("school", [HERE]), ("ministry", ["/000000/"])):
            assert county.ask("GET", path, role, paths).status_code == 403, role
        assert county.ask("GET", path, "guardian").status_code == 403


def test_every_reading_is_recorded_as_what_it_was(child):
    county, pupil = child
    read(county, pupil), read(county, pupil, "/copy")
    records = county.deps.views.records.of_pupil(pupil, county.clock.now() + 1, 10)
    assert sorted(record.what for record in records if record.role == "guardian") == ["registry-copy", "registry-data"]


def test_teacher_and_school_read_whom_the_roster_lists_and_nobody_else(child):
    county, pupil = child
    path, teacher = f"/v1/pupils/{pupil}/listed-guardians", f"{HERE}{CLASS}/"
    assert county.get(path, "teacher", teacher)["items"] == [{"name": "王秀英", "relation": "母亲"}]
    assert county.get(path, "school", HERE)["items"]
    for role, paths in (("teacher", [f"{THERE}{ELSEWHERE}/"]), ("leader", [HERE]), ("county", ["/000000/"])):
        assert county.ask("GET", path, role, paths).status_code == 403, role
    assert county.ask("GET", path, "guardian", pupils=[pupil]).status_code == 403
    records = county.deps.views.records.of_pupil(pupil, county.clock.now() + 1, 10)
    assert sorted(r.role for r in records if r.what == "listed-guardians") == ["school", "teacher"]
