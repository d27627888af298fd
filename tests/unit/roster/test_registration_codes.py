"""Roster over HTTP: registration codes."""

from __future__ import annotations

from shared.language.codes import REGISTRATION, make
from tests.unit.roster.county import CLASS, HERE, SECOND, County, check, row

NATION = "/000000/"


def registration_code(
    county: County, pupil: str, *, key: str = "", role: str = "teacher", path: str = f"{HERE}{CLASS}/"
) -> str:
    return str(county.post(f"/v1/pupils/{pupil}/registration-code", {}, role, path, key=key)["registration_code"])


def test_a_registration_code_and_the_birth_date_give_the_masked_pupil(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    assert check(campaign, code.lower()).json == {
        "pupil": pupil,
        "masked_name": "王*",
        "school_name": "长安区第三中心小学",
        "class_name": "三年级1班",
    }
    wrong, unknown = check(campaign, code, "2017-05-02"), check(campaign, make(lambda below: 5, kind=REGISTRATION))
    assert (wrong.json["title"], unknown.json["title"]) == ("birth-date-differs", "code-unknown")
    assert wrong.status_code == unknown.status_code == 422 and wrong.json["detail"] == unknown.json["detail"]


def test_a_new_registration_code_voids_the_old_one_and_the_same_request_gives_the_same_code(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    old = registration_code(campaign, pupil, key="code-0001")
    assert registration_code(campaign, pupil, key="code-0001") == old
    new = registration_code(campaign, pupil, role="school", path=HERE)
    assert (check(campaign, old).json["title"], check(campaign, new).status_code) == ("code-unknown", 200)
    gone = campaign.ask(
        "POST", f"/v1/pupils/{pupil}/registration-code", "teacher", [f"{HERE}{CLASS}/"], key="code-0001"
    )
    assert gone.status_code == 410


def test_a_spent_code_still_serves_further_guardians(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    for _ in range(2):
        assert campaign.service("/internal/registration-codes/spend", {"pupil": pupil}).json == {
            "pupil": pupil,
            "spent": True,
        }
    assert check(campaign, code).status_code == 200


DAY_MS = 86_400_000


def after_the_campaign(county: County) -> None:
    county.clock.ms += 120 * DAY_MS  # 2027-01-19


def test_a_code_ends_with_its_campaign_and_the_class_teachers_new_one_serves(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    after_the_campaign(campaign)
    ended = check(campaign, code)
    assert ended.status_code == 410
    assert (ended.json["title"], ended.json["where"]) == ("code-ended", "registration_code")
    assert check(campaign, code, "2017-05-02").json["title"] == "birth-date-differs"  # nothing is told for one fact
    assert check(campaign, registration_code(campaign, pupil)).status_code == 200


def test_a_code_of_a_pupil_without_a_campaign_does_not_end(county):
    county.enrol(row(1))
    code = registration_code(county, county.pupils()[0]["pupil"])
    after_the_campaign(county)
    assert check(county, code).status_code == 200


def test_a_code_survives_a_move(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = registration_code(campaign, pupil)
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "class-moved", "class": SECOND}, "school", HERE)
    assert check(campaign, code).json["pupil"] == pupil


def test_another_service_voids_a_code_and_gets_the_same_new_one_for_the_same_command(campaign):
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    old, asked = registration_code(campaign, pupil), {"pupil": pupil, "command": "c" * 32}
    first, again = (campaign.service("/internal/registration-codes/renew", asked).json for _ in range(2))
    assert first == again and check(campaign, first["registration_code"]).status_code == 200
    assert check(campaign, old).json["title"] == "code-unknown"
    registration_code(campaign, pupil)
    assert campaign.service("/internal/registration-codes/renew", asked).status_code == 410
    unknown = {"pupil": "3f7.00000000000000000000", "command": "d" * 32}
    assert campaign.service("/internal/registration-codes/renew", unknown).status_code == 404
