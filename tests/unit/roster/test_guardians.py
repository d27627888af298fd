"""Guardians of a newer list: a guardian in another's place brings nothing of that person along."""

from __future__ import annotations

import pytest

from services.roster.domain.guardian import lists_guardian, with_given
from tests.unit.roster.county import SCHOOL, County
from tests.unit.roster.files import HEADINGS
from tests.unit.roster.test_one_child import child, outcome

GUARDIAN = (*HEADINGS, *(f"成员1{what}" for what in ("姓名", "关系", "身份证件类型", "身份证件号", "联系电话")))
FATHER = ["王五", "父亲", "1", "110105198001010016", "13800000001"]
ROUNDED = "110105199001010000"


def guardian(county: County) -> dict[str, str]:
    (pupil,) = county.tables.pupils.find("school", [SCHOOL])
    fields = county.deps.personal_data.fields(pupil)
    return {name.removeprefix("guardian1_"): value for name, value in fields.items() if name.startswith("guardian1_")}


def test_another_guardian_never_has_the_number_or_the_telephone_of_the_former_one(campaign):
    campaign.enrol([*child(10), *FATHER], headings=GUARDIAN)
    report = campaign.enrol([*child(10), "李四", "母亲", "1", ROUNDED, ""], headings=GUARDIAN)
    assert outcome(report) == {"changed": 1}
    assert guardian(campaign) == {"name": "李四", "relation": "母亲", "id_type": "1"}


@pytest.mark.parametrize("name", ["王五", ""])
def test_an_empty_cell_of_the_same_guardian_changes_nothing(campaign, name):
    campaign.enrol([*child(10), *FATHER], headings=GUARDIAN)
    before = guardian(campaign)
    assert outcome(campaign.enrol([*child(10), name, "", "", ROUNDED, ""], headings=GUARDIAN)) == {"unchanged": 1}
    assert outcome(campaign.enrol(child(10))) == {"unchanged": 1}  # a file without guardians
    assert guardian(campaign) == before


def test_another_guardian_of_a_child_who_waits_has_nothing_of_the_former_one(campaign):
    campaign.enrol(child(11))
    campaign.enrol(child(11) + [""] * 5, [*child(10), *FATHER], headings=GUARDIAN)
    campaign.enrol(child(11) + [""] * 5, [*child(10), "李四", "母亲", "", "", ""], headings=GUARDIAN)
    (arrival,) = campaign.tables.arrivals.find("school", [SCHOOL])
    fields = campaign.deps.personal_data.arrival(arrival)["fields"]
    assert {name: value for name, value in fields.items() if name.startswith("guardian")} == {
        "guardian1_name": "李四",
        "guardian1_relation": "母亲",
    }


KNOWN = {
    "phone": "13900000009",
    "guardian1_name": "阿里·买买提",
    "guardian1_relation": "父亲",
    "guardian1_phone": "1",
    "guardian2_name": "李四",
    "guardian2_relation": "母亲",
    "guardian2_phone": "2",
}


def test_guardians_who_change_places_keep_what_is_known_of_them():
    fields = with_given(KNOWN, {"guardian1_name": "李四", "guardian2_name": "阿里.买买提"})
    assert (fields["guardian1_phone"], fields["guardian1_relation"]) == ("2", "母亲")
    assert (fields["guardian2_phone"], fields["guardian2_relation"]) == ("1", "父亲")
    assert fields["phone"] == KNOWN["phone"]


def test_a_mother_without_a_name_is_not_the_father():
    fields = with_given(KNOWN, {"guardian1_relation": "母亲", "guardian1_phone": "3"})
    assert {name: value for name, value in fields.items() if name.startswith("guardian1")} == {
        "guardian1_relation": "母亲",
        "guardian1_phone": "3",
    }
    assert with_given(KNOWN, {"guardian1_relation": "爸爸"}) == {**KNOWN, "guardian1_relation": "爸爸"}


def test_a_name_completes_a_guardian_of_whom_a_telephone_is_known():
    assert with_given({"guardian1_phone": "1"}, {"guardian1_name": "李四"})["guardian1_phone"] == "1"


def test_a_guardian_is_listed_whichever_dot_the_name_has():
    assert lists_guardian(KNOWN, "阿里.买买提", "父亲")
    assert not lists_guardian(KNOWN, "阿里", "父亲") and not lists_guardian(KNOWN, "", "")
    assert not lists_guardian({"guardian1_phone": "1"}, "·", "")
