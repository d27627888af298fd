"""People of a drill look like the registry's, and the same seed makes the same people."""

import re
from pathlib import Path
from random import Random

import noto_cjk_sans_otc
import pytest
from PIL import ImageFont

from drill.county import PLANS, Region, Unit, build
from drill.people import LONG_NAME, RARE, Registry, check_digit

COUNTY = Unit("130102", "长安区", "county", "/000000/130000/130100/130102/")
CITY = Unit("130100", "石家庄市", "city", "/000000/130000/130100/")
OTHER = Unit("130202", "路南区", "county", "/000000/130000/130200/130202/")
NATION, PROVINCE = Unit("000000", "全国", "nation", "/000000/"), Unit("130000", "河北省", "province", "/000000/130000/")
OTHER_CITY = Unit("130200", "唐山市", "city", "/000000/130000/130200/")


def region(seed=7, pupils=500):
    return build(
        Region(COUNTY, (NATION, PROVINCE, CITY), OTHER, (NATION, PROVINCE, OTHER_CITY)), seed, pupils, "2026-11-23"
    )


@pytest.fixture(scope="module")
def pupils():
    return [pupil for school in region(pupils=3000).schools for pupil in school.pupils]


def test_published_id_numbers_have_the_right_check_digit():
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_id_numbers_hold_region_birth_date_and_sex_and_are_unique(pupils):
    numbers = [p.id_number for p in pupils if p.id_number]
    assert len(set(numbers)) == len(numbers)
    for p in pupils:
        if p.id_number:
            assert p.id_number[:6] == "130102"
            assert p.id_number[6:14] == p.born.replace("-", "")
            assert int(p.id_number[16]) % 2 == (p.sex == "1")
            assert p.id_number[17] == check_digit(p.id_number[:17])


def test_pupil_numbers_are_of_three_kinds_and_g_and_j_have_check_digits(pupils):
    numbers = [p.number for p in pupils if p.number]
    assert {number[0] for number in numbers} == set("GJL")
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[GJL]\d{17}[\dX]", number) for number in numbers)
    assert all(number[18] == check_digit(number[1:18]) for number in numbers if number[0] in "GJ")
    assert any(p.number[1:] != p.id_number for p in pupils if p.id_number and p.number)
    assert any(not p.number for p in pupils)


def test_names_hold_rare_characters_dots_single_names_and_planes_beyond_the_first(pupils):
    names = [p.name for p in pupils]
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert any("·" in name for name in names)
    assert LONG_NAME in names
    assert any("·" in p.name and "·" not in p.written for p in pupils)
    assert all(set(p.name) & set("•・‧．.") == set() for p in pupils)


def test_every_rare_character_is_in_the_font_that_forms_are_printed_with():
    font = ImageFont.truetype(str(Path(noto_cjk_sans_otc.__file__).parent / "NotoSansCJK-Regular.ttc"), 40, index=2)
    unknown = bytes(font.getmask("\ue123"))
    assert [character for character in RARE if bytes(font.getmask(character)) == unknown] == []


def test_the_same_seed_makes_the_same_county_and_another_seed_another():
    assert region(7) == region(7)
    assert region(7) != region(8)


@pytest.mark.parametrize("pupils", [200, 500, 1234])
def test_a_county_has_as_many_pupils_as_asked_for(pupils):
    schools = region(pupils=pupils).schools
    assert sum(len(school.pupils) for school in schools) == pupils
    assert len({klass.id for school in schools for klass in school.classes}) == sum(len(plan.classes) for plan in PLANS)


def test_pupils_are_as_old_as_their_class(pupils):
    for school in region().schools:
        for klass in school.classes:
            first = klass.entry_year - {"p": 7, "x": 7, "j": 13, "s": 16}[klass.stage]
            assert all(f"{first}-09-01" <= p.born <= f"{first + 1}-08-31" for p in klass.pupils)


def test_one_school_is_run_above_the_county_and_one_in_another_county():
    parents = [school.run_by for school in region().schools]
    assert parents.count(CITY) == parents.count(OTHER) == 1
    assert parents.count(COUNTY) == len(PLANS) - 2


def test_names_in_a_class_are_different():
    for school in region(pupils=2000).schools:
        for klass in school.classes:
            assert len({p.name for p in klass.pupils}) == len(klass.pupils)


def test_a_registry_never_repeats_a_number_under_pressure():
    registry = Registry(Random(1), "130102", "长安区")
    numbers = [registry.pupil(2019).id_number for _ in range(4000)]
    assert len({n for n in numbers if n}) == len([n for n in numbers if n])


def test_few_pupils_make_few_classes_and_pupils_can_still_change_class():
    small = region(pupils=30)
    assert sum(len(school.pupils) for school in small.schools) < 40
    assert len(small.schools) == len(PLANS)
    assert all(len(klass.pupils) >= 3 for school in small.schools for klass in school.classes)
    primary = [
        school
        for school in small.schools
        if school.run_by == COUNTY and any(klass.stage == "p" for klass in school.classes)
    ]
    assert primary and all(len(school.classes) > 1 for school in primary)
