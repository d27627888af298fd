"""Receipt numbers: what the sender reads out, and who finds the photo by it."""

from __future__ import annotations

import pytest

from shared.language import receipts
from tests.integration.upload.world import (
    ANN,
    BO,
    CHEN,
    COUNTY,
    COUNTY_PATH,
    GUARDIAN,
    NEIGHBOUR,
    OTHER_SCHOOL,
    SCHOOL_ADMIN,
    SCHOOL_PATH,
    STRANGER,
    TEACHER,
    World,
    good_photo,
    upload_code,
)
from tests.support.tokens import bearer, token_for


def receipt_of(world: World, photo: str, who: dict[str, str] | None = None) -> str:
    found = world.client.get(f"/v1/photos/{photo}", headers=who or SCHOOL_ADMIN).json
    return str(found["receipt"])  # type: ignore[index]


def found(world: World, typed: str, who: dict[str, str]) -> list[str]:
    response = world.client.get("/v1/photos", query_string={"receipt": typed}, headers=who)
    assert response.status_code == 200, response.text
    return [item["photo"] for item in response.json["items"]]  # type: ignore[index]


def test_a_photo_has_one_receipt_number_from_the_request_to_every_list(world: World) -> None:
    photo = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    receipt = receipt_of(world, photo, GUARDIAN)
    assert receipts.is_receipt(receipt)
    line = world.client.get(f"/v1/pupils/{ANN}/forms", headers=GUARDIAN).json["items"][0]  # type: ignore[index]
    assert (line["photo"], line["receipt"]) == (photo, receipt)
    world.send(good_photo(), GUARDIAN, pupil=ANN)  # a repeated request
    assert receipt_of(world, photo) == receipt
    waiting = world.sent(good_photo(), key="key-00002", upload_code=upload_code(ANN))
    assert receipt_of(world, waiting) != receipt


def test_teacher_and_school_find_the_photo_and_whose_it_is_and_the_view_is_recorded(world: World) -> None:
    photo = world.sent(good_photo(), upload_code=upload_code(ANN))
    receipt = receipt_of(world, photo)
    for who, typed in ((TEACHER, receipts.grouped(receipt)), (SCHOOL_ADMIN, receipt)):
        response = world.client.get("/v1/photos", query_string={"receipt": typed}, headers=who)
        [item] = response.json["items"]  # type: ignore[index]
        assert (item["photo"], item["pupil"], item["campaign"], item["state"]) == (photo, ANN, "2026a", "archived")
    records = world.deps.views.records.of_pupil(ANN, world.clock.now() + 1, 9)
    assert sorted((record.role, record.what) for record in records) == [("school", "forms"), ("teacher", "forms")]


def test_a_photo_of_another_class_is_answered_like_a_number_that_nobody_has(world: World) -> None:
    receipt = receipt_of(world, world.sent(good_photo(), GUARDIAN, pupil=ANN))
    assert found(world, receipt, NEIGHBOUR) == found(world, receipt, OTHER_SCHOOL) == []
    assert found(world, receipts.make(int(receipt[:9]) + 1), TEACHER) == []
    assert world.deps.views.records.of_pupil(ANN, world.clock.now() + 1, 9) == []
    for who in (GUARDIAN, STRANGER, COUNTY, {}):
        status = world.client.get("/v1/photos", query_string={"receipt": receipt}, headers=who).status_code
        assert status == (403 if who else 401)


def test_technical_support_reads_where_a_photo_of_its_region_stands_and_nothing_of_the_pupil(world: World) -> None:
    receipt = receipt_of(world, world.sent(good_photo(), GUARDIAN, pupil=ANN))
    support = bearer(token_for("support", [COUNTY_PATH]))
    asked = {"receipt": receipts.grouped(receipt)}
    answer = world.client.get("/v1/photo-traces", query_string=asked, headers=support)
    [item] = answer.json["items"]  # type: ignore[index]
    assert (item["receipt"], item["state"], item["accepted"]) == (receipt, "archived", False)
    assert item["school"] == SCHOOL_PATH
    assert ANN not in answer.text and "photo" not in item and "campaign" not in item
    elsewhere = bearer(token_for("support", ["/000000/110000/"]))
    assert world.client.get("/v1/photo-traces", query_string=asked, headers=elsewhere).json == {"items": []}
    for who in (TEACHER, SCHOOL_ADMIN, COUNTY, GUARDIAN):
        assert world.client.get("/v1/photo-traces", query_string=asked, headers=who).status_code == 403
    for path in ("/v1/photos", f"/v1/pupils/{ANN}/forms"):
        assert world.client.get(path, query_string=asked, headers=support).status_code == 403


def test_of_two_photos_with_one_number_each_school_finds_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.upload.use_cases.tickets.receipt_of", lambda deps, id: receipts.make(1))
    anns = world.sent(good_photo(ANN), key="key-00001", upload_code=upload_code(ANN))
    chens = world.sent(good_photo(CHEN), key="key-00002", upload_code=upload_code(CHEN))
    assert found(world, receipts.make(1), TEACHER) == [anns]
    assert found(world, receipts.make(1), NEIGHBOUR) == [chens]
    assert found(world, receipts.make(1), SCHOOL_ADMIN) == [anns, chens]


def test_a_number_of_a_ticket_without_bytes_finds_nothing_and_a_mistyped_one_is_refused(world: World) -> None:
    given = world.post("/v1/tickets", {"content_type": "image/jpeg", "size": 9, "pupil": BO}, TEACHER).json
    status = world.client.get(f"/v1/photos/{given['ticket']}", headers={"X-Ticket-Token": given["token"]}).json
    assert (status["state"], status["received_at"]) == ("open", "")
    assert found(world, status["receipt"], TEACHER) == []
    refused = world.client.get("/v1/photos", query_string={"receipt": "482-177-3053"}, headers=TEACHER)
    assert (refused.status_code, refused.json["title"], refused.json["where"]) == (422, "receipt-mistyped", "receipt")  # type: ignore[index]


def test_who_has_only_the_ticket_does_not_learn_the_pupil(world: World) -> None:
    sent = world.send(good_photo(), upload_code=upload_code(ANN)).json
    world.check_all()
    by_token = world.client.get(f"/v1/photos/{sent['photo']}", headers={"X-Ticket-Token": sent["token"]}).json  # type: ignore[index]
    assert (by_token["pupil"], by_token["campaign"]) == ("", "2026a")  # type: ignore[index]
    assert world.client.get(f"/v1/photos/{sent['photo']}", headers=GUARDIAN).json["pupil"] == ANN  # type: ignore[index]


def test_a_reviewed_photo_says_so_to_its_sender(world: World) -> None:
    photo = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    before = world.client.get(f"/v1/photos/{photo}", headers=GUARDIAN).json
    world.review(ANN, photo, "accept")
    after = world.client.get(f"/v1/photos/{photo}", headers=GUARDIAN).json
    assert (before["accepted"], after["accepted"]) == (False, True)  # type: ignore[index]
