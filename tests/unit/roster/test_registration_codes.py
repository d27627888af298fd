"""Roster over HTTP: registration codes."""

from __future__ import annotations

from shared.language.codes import parse
from tests.unit.roster.county import CLASS, HERE, County, check, row

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
    wrong, unknown = check(campaign, code, "2017-05-02"), check(campaign, parse("2222-2222-2222-2222"))
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
