"""Roster over HTTP: whose upload code is this."""

from __future__ import annotations

from shared.language import codes
from tests.unit.roster.county import CAMPAIGN, COUNTY, HERE, OTHER, SCHOOL, County, row

DAY_MS = 86_400_000


def upload_code(county: County, pupil: str) -> str:
    entry = county.deps.tables.entries.find("pupil", [pupil])[0]
    return str(county.deps.personal_data.codes_of(entry)["code"])


def ask(county: County, code: str):  # type: ignore[no-untyped-def]
    return county.client.post("/v1/upload-codes/owner", json={"upload_code": code})


def switch(campaign: County, code_alone: str) -> None:
    campaign.post("/v1/units/130102/code-alone", {"code_alone": code_alone}, "county", COUNTY)


def test_an_upload_code_gives_what_is_on_its_paper_masked_and_without_an_account(campaign: County) -> None:
    switch(campaign, "on")
    campaign.enrol(row(1))
    pupil = campaign.pupils()[0]["pupil"]
    code = upload_code(campaign, pupil)
    for typed in (code, codes.grouped(code).lower()):
        found = ask(campaign, typed)
        assert found.status_code == 200
        assert found.json == {
            "masked_name": "王*",
            "school_name": "长安区第三中心小学",
            "class_name": "三年级1班",
            "campaign": "2026a",
            "campaign_name": campaign.deps.tables.campaigns.get("2026a").state.name,
        }


def test_where_the_way_by_code_alone_is_off_nobody_is_told_anything(campaign: County) -> None:
    campaign.enrol(row(1))
    code = upload_code(campaign, campaign.pupils()[0]["pupil"])
    refused = ask(campaign, code)
    assert refused.status_code == 403
    assert refused.json["title"] == "code-alone-off"
    assert "长安区" not in refused.text


def test_an_unknown_or_mistyped_code_gives_nothing_and_is_not_repeated(campaign: County) -> None:
    campaign.enrol(row(1))
    unknown, mistyped = codes.make(lambda n: 3 % n, kind=codes.UPLOAD), "ABCD-EFGH-JKMN-PQRS"
    assert (ask(campaign, unknown).status_code, ask(campaign, unknown).json["title"]) == (404, "code-unknown")
    assert ask(campaign, mistyped).json["title"] == "code-mistyped"
    assert mistyped not in ask(campaign, mistyped).text


def test_who_has_the_old_paper_does_not_learn_where_the_pupil_went(campaign: County) -> None:
    switch(campaign, "on")
    campaign.enrol(row(1))
    code = upload_code(campaign, campaign.pupils()[0]["pupil"])
    on_paper = ask(campaign, code).json
    campaign.enrol(row(1), school=OTHER)
    [asked] = campaign.get(f"/v1/units/{SCHOOL}/waiting-arrivals", "school", HERE)["items"]
    campaign.answer(asked["arrival"], "school", HERE)
    found = ask(campaign, code)
    assert found.status_code == 200
    assert found.json == {**on_paper, "school_name": "", "class_name": ""}
    campaign.enrol(row(1), school=SCHOOL)
    [asked] = campaign.get(f"/v1/units/{OTHER}/waiting-arrivals", "school", f"{COUNTY}{OTHER}/")["items"]
    campaign.answer(asked["arrival"], "school", f"{COUNTY}{OTHER}/")
    assert ask(campaign, code).json == found.json, "a paper of the other school has the same code"


def test_the_code_ends_with_its_campaign_and_is_then_like_one_that_nobody_has(campaign: County) -> None:
    switch(campaign, "on")
    campaign.enrol(row(1))
    code = upload_code(campaign, campaign.pupils()[0]["pupil"])
    unknown = ask(campaign, codes.make(lambda n: 3 % n, kind=codes.UPLOAD))
    while campaign.deps.today() < CAMPAIGN["last_day"]:
        campaign.clock.ms += DAY_MS
    assert ask(campaign, code).status_code == 200
    campaign.clock.ms += DAY_MS
    ended = ask(campaign, code)
    assert ended.status_code == unknown.status_code == 404
    assert {**ended.json, "instance": ""} == {**unknown.json, "instance": ""}
    switch(campaign, "off")
    assert ask(campaign, code).json["title"] == "code-unknown"
