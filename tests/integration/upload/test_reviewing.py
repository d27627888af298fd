"""Lists of forms, pictures and decisions of teacher, school and guardian, each within their scope."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from services.upload.photos.protocol import archive_name, waiting_name
from services.upload.photos.sealed_objects import place
from shared.infrastructure.errors import Refused
from shared.language import codes
from tests.integration.upload.world import (
    ANN,
    BO,
    CHEN,
    CLASS,
    COUNTY,
    GUARDIAN,
    NEIGHBOUR,
    NEXT_DOOR,
    OTHER_SCHOOL,
    SCHOOL_ADMIN,
    STRANGER,
    TEACHER,
    World,
    good_photo,
    hash_of,
    serial,
    upload_code,
)
from tests.paper.pictures import photo
from tests.support.tokens import bearer, token_for

UNREADABLE = photo("https://elsewhere.example/menu")


def lines(world: World, class_id: str = CLASS, who: dict[str, str] = TEACHER) -> dict[str, dict[str, object]]:
    response = world.client.get(f"/v1/classes/{class_id}/forms", headers=who)
    assert response.status_code == 200, response.text
    return {line["pupil"]: line for line in response.json["items"]}  # type: ignore[index]


def test_the_teachers_list_counts_the_reprints_of_a_form(world: World) -> None:
    assert lines(world)[ANN]["void_sheets"] == 0
    world.set_entry(ANN, void_sheets=["of an older print", "of the last print"])
    assert lines(world)[ANN]["void_sheets"] == 2


def test_a_form_says_that_its_campaign_is_over_and_a_photo_can_still_be_archived(world: World) -> None:
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))
    assert lines(world)[ANN]["over"] is False
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": "2026-09-01"})
    asked = {"decision": "archive", "photo": sent}
    address = f"/v1/forms/2026a/{ANN}/reviews"
    line = world.client.post(address, json=asked, headers={**TEACHER, "Idempotency-Key": "after-the-end"}).json
    assert line and (line["state"], line["over"]) == ("archived", True)
    assert lines(world)[ANN]["over"] is True


def picture(world: World, sent: str, who: dict[str, str] = TEACHER) -> tuple[int, bytes]:
    response = world.client.get(f"/v1/photos/{sent}/image", headers=who)
    return response.status_code, response.data


def test_the_thumbnail_is_the_same_photo_at_a_small_size(world: World) -> None:
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))
    small = Image.open(BytesIO(world.client.get(f"/v1/photos/{sent}/thumbnail", headers=TEACHER).data))
    whole = Image.open(BytesIO(picture(world, sent)[1]))
    assert (small.format, max(small.size)) == ("JPEG", 480)
    assert abs(small.width / small.height - whole.width / whole.height) < 0.01
    assert not small.getexif()


def test_every_view_of_a_photo_or_a_form_leaves_a_record_with_the_viewer(world: World) -> None:
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))
    picture(world, sent)
    world.clock.advance(seconds=1)
    world.client.get(f"/v1/photos/{sent}/thumbnail", headers=TEACHER)
    world.clock.advance(seconds=1)
    lines(world)
    seen = world.deps.views.records.of_pupil(ANN, 1 << 50, 10)
    assert [(record.what, record.role, record.source) for record in seen] == [
        ("forms", "teacher", "127.0.0.1"),
        ("thumbnail", "teacher", "127.0.0.1"),
        ("photo", "teacher", "127.0.0.1"),
    ]
    assert len({record.path for record in seen}) == 1


def test_a_photo_whose_view_cannot_be_recorded_is_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))

    def unavailable(*_: object) -> None:
        raise Refused("unavailable", "The document store cannot be reached.")

    monkeypatch.setattr(type(world.deps.views.records), "add", unavailable)
    assert picture(world, sent)[0] == 503
    assert world.client.get(f"/v1/photos/{sent}/thumbnail", headers=TEACHER).status_code == 503


def test_the_thumbnail_of_a_corrupted_photo_is_unavailable(world: World) -> None:
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))
    found = world.deps.photos.get(sent)
    world.deps.objects.put(place(waiting_name(found.form, found.sha256), 1), b"somebody changed it", "image/jpeg")
    assert world.client.get(f"/v1/photos/{sent}/thumbnail", headers=TEACHER).status_code == 503


def test_the_teacher_sees_missing_forms_and_waiting_photos(world: World) -> None:
    assert {pupil: line["state"] for pupil, line in lines(world).items()} == {ANN: "missing", BO: "missing"}
    sent = world.sent(UNREADABLE, upload_code=upload_code(ANN))
    ann = lines(world)[ANN]
    assert (ann["state"], ann["by"], ann["reason"], ann["photo"], ann["expected"]) == (
        "waiting",
        "code",
        "unreadable-qr",
        sent,
        True,
    )
    assert ann["received_at"]


def test_a_decision_archives_the_very_bytes_that_waited(world: World) -> None:
    sent = world.sent(UNREADABLE, GUARDIAN, pupil=ANN)
    status, before = picture(world, sent)
    assert (status, Image.open(BytesIO(before)).format) == (200, "JPEG")
    response = world.review(ANN, sent, "archive")
    assert (response.status_code, response.json["state"], response.json["by"]) == (200, "archived", "guardian")  # type: ignore[index]
    archive = world.state(ANN)["archive"]
    form = f"form-2026a-{ANN}"
    assert world.deps.sealed.get(archive_name(form, archive["photo"]), 1 << 20) == before
    assert not world.deps.sealed.holds(waiting_name(form, archive["photo"]))
    assert picture(world, sent) == (200, before)
    assert world.status(sent) == ("archived", "")


def test_a_repeated_decision_gets_the_first_response(world: World) -> None:
    sent = world.sent(UNREADABLE, GUARDIAN, pupil=ANN)
    responses = [
        world.review(ANN, sent, "archive"),
        world.review(ANN, sent, "archive"),
        world.review(ANN, sent, "archive", key="review-2"),
    ]
    assert [response.status_code for response in responses] == [200, 200, 200]
    assert world.types(ANN) == ["form.flagged", "form.archived"]


def test_a_decision_interrupted_before_its_event_is_completed_by_the_next(world: World) -> None:
    sent = world.sent(UNREADABLE, GUARDIAN, pupil=ANN)
    found = world.deps.photos.get(sent)
    assert found
    world.deps.sealed.put_once(
        archive_name(found.form, found.sha256), world.deps.sealed.get(waiting_name(found.form, found.sha256), 1 << 20)
    )
    assert world.review(ANN, sent, "archive").status_code == 200


def test_a_stored_photo_that_is_not_the_checked_one_is_not_archived(world: World) -> None:
    sent = world.sent(UNREADABLE, GUARDIAN, pupil=ANN)
    found = world.deps.photos.get(sent)
    assert found
    world.deps.objects.put(place(waiting_name(found.form, found.sha256), 1), b"somebody changed it", "image/jpeg")
    assert world.review(ANN, sent, "archive").status_code == 503
    assert world.types(ANN) == ["form.flagged"]


def test_accept_and_return_with_a_reason(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    assert world.review(ANN, sent, "accept", SCHOOL_ADMIN).json["state"] == "accepted"  # type: ignore[index]
    back = world.review(ANN, sent, "return", key="review-2", reason="unsigned").json
    assert (back["state"], back["reason"], back["photo"]) == ("returned", "unsigned", sent)  # type: ignore[index]
    status = world.client.get(f"/v1/photos/{sent}", headers=GUARDIAN).json
    assert (status["state"], status["reason"]) == ("refused", "unsigned")  # type: ignore[index]
    assert "签名" in status["message_zh"]  # type: ignore[index]
    assert world.state(ANN)["returned"]


def test_a_review_of_a_photo_that_is_not_current_any_more_is_refused(world: World) -> None:
    first = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
    response = world.review(ANN, first, "accept")
    assert (response.status_code, response.json["title"]) == (409, "photo-not-current")  # type: ignore[index]
    assert world.status(first) == ("archived", "replaced")


def test_a_second_photo_waits_beside_the_guardians_own(world: World) -> None:
    own = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    second = world.sent(good_photo(quality=60), TEACHER, pupil=ANN, key="teacher-photo")
    ann = lines(world)[ANN]
    assert (ann["state"], ann["photo"]) == ("archived", own)
    assert [(w["photo"], w["by"], w["reason"]) for w in ann["waiting"]] == [(second, "teacher", "second-photo")]  # type: ignore[attr-defined]
    response = world.review(ANN, second, "archive", GUARDIAN)
    assert (response.status_code, response.json["by"], response.json["waiting"]) == (200, "teacher", [])  # type: ignore[index]
    assert picture(world, second)[0] == 200


def test_a_guardian_reviews_nothing_else(world: World) -> None:
    sent = world.sent(UNREADABLE, GUARDIAN, pupil=ANN)
    for decision, more in (("archive", {}), ("accept", {}), ("return", {"reason": "other"})):
        response = world.review(ANN, sent, decision, GUARDIAN, key=f"by-guardian-{decision}", **more)
        assert (response.status_code, response.json["title"]) == (403, "outside-scope")  # type: ignore[index]
    assert world.types(ANN) == ["form.flagged"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"decision": "return"}, 422),
        ({"decision": "return", "reason": "ugly"}, 422),
        ({"decision": "burn"}, 422),
        ({"photo": "0" * 32}, 404),
        ({"photo": "../../x"}, 422),
        ({"more": 1}, 422),
    ],
)
def test_a_bad_review_is_a_problem(world: World, change: dict[str, object], status: int) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    response = world.post(f"/v1/forms/2026a/{ANN}/reviews", {"decision": "accept", "photo": sent, **change}, TEACHER)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert world.types(ANN) == ["form.archived"]


def test_a_review_needs_a_checked_photo_of_that_form(world: World) -> None:
    of_bo = world.sent(good_photo(BO), TEACHER, pupil=BO, key="photo-of-bo")
    refused = world.sent(b"a cat", GUARDIAN, pupil=ANN, key="photo-of-cat")
    assert world.review(ANN, of_bo, "accept").status_code == 404
    assert world.review(ANN, refused, "archive", key="review-2").status_code == 404


def test_paper_is_recorded_until_a_photo_is_archived(world: World) -> None:
    response = world.post(f"/v1/forms/2026a/{ANN}/paper", {"reason": "impossible"}, TEACHER)
    assert (response.status_code, response.json["state"]) == (200, "paper")  # type: ignore[index]
    assert world.state(ANN)["paper"]
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    assert lines(world)[ANN]["state"] == "archived"
    again = world.post(f"/v1/forms/2026a/{ANN}/paper", {"reason": "refused"}, TEACHER, "paper-002")
    assert (again.status_code, again.json["title"]) == (409, "already-archived")  # type: ignore[index]


def test_a_withdrawn_photo_is_shown_to_nobody_and_may_be_sent_again(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    assert world.post(f"/v1/forms/2026a/{ANN}/withdrawal", {}, GUARDIAN).json["state"] == "missing"  # type: ignore[index]
    assert world.status(sent) == ("refused", "withdrawn")
    assert [picture(world, sent, who)[0] for who in (TEACHER, SCHOOL_ADMIN, GUARDIAN)] == [410, 410, 410]
    assert world.post(f"/v1/forms/2026a/{ANN}/withdrawal", {}, GUARDIAN, "again-001").status_code == 409
    world.sent(good_photo(), GUARDIAN, pupil=ANN, key="another-try")
    assert world.types(ANN) == ["form.archived", "form.withdrawn", "form.archived"]


def test_the_guardian_sees_their_childs_forms(world: World) -> None:
    world.set_entry(ANN, "2025b", upload_code="f" * 32)
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    response = world.client.get(f"/v1/pupils/{ANN}/forms", headers=GUARDIAN).json["items"]  # type: ignore[index]
    assert [(line["campaign"], line["state"]) for line in response] == [("2025b", "missing"), ("2026a", "archived")]


def test_nobody_sees_forms_outside_their_scope(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    form = f"/v1/forms/2026a/{ANN}"
    for who in (NEIGHBOUR, STRANGER, OTHER_SCHOOL, COUNTY, {}):
        barred = (401,) if not who else (403,)
        for path in (
            f"/v1/photos/{sent}/image",
            f"/v1/photos/{sent}/thumbnail",
            f"/v1/classes/{CLASS}/forms",
            f"/v1/pupils/{ANN}/forms",
        ):
            assert world.client.get(path, headers=who).status_code in barred, (path, who)
        assert world.client.get(f"/v1/photos/{sent}", headers=who).status_code == 403
        assert world.post(f"{form}/reviews", {"decision": "accept", "photo": sent}, who).status_code in barred
        assert world.post(f"{form}/paper", {"reason": "refused"}, who).status_code in barred
        assert world.post(f"{form}/withdrawal", {}, who).status_code in barred
    assert world.client.get(f"/v1/classes/{NEXT_DOOR}/forms", headers=TEACHER).status_code == 403
    assert world.client.get(f"/v1/pupils/{CHEN}/forms", headers=GUARDIAN).status_code == 403
    assert world.client.get("/v1/classes/2113000017p209901/forms", headers=TEACHER).status_code == 404
    assert world.types(ANN) == ["form.archived"]


def test_a_token_with_an_empty_or_broken_scope_opens_nothing(world: World) -> None:
    for paths in ([], [""], ["/"], ["000000"], ["//"]):
        who = bearer(token_for("teacher", paths))
        assert world.client.get(f"/v1/classes/{CLASS}/forms", headers=who).status_code == 403, paths


def test_a_photo_that_does_not_exist_is_not_found(world: World) -> None:
    assert world.client.get("/v1/photos/" + "0" * 32, headers=TEACHER).status_code == 404
    assert world.client.get("/v1/photos/" + "0" * 32 + "/image", headers=TEACHER).status_code == 404


def test_the_photos_of_a_pupil_follow_to_another_class(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    world.set_entry(ANN, **{"class": NEXT_DOOR})
    assert picture(world, sent, NEIGHBOUR)[0] == 200
    assert picture(world, sent, TEACHER)[0] == 403


def test_no_code_no_serial_and_no_token_is_kept_or_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    response = world.send(good_photo(), upload_code=upload_code(ANN))
    world.check_all()
    secrets = [upload_code(ANN), codes.grouped(upload_code(ANN)), serial(ANN), response.json["token"]]  # type: ignore[index]
    database = world.deps.photos._photos.database  # type: ignore[attr-defined]
    kept = "".join(str(document) for name in database.list_collection_names() for document in database[name].find())
    logged = "".join(str(vars(record)) for record in caplog.records)
    assert not [secret for secret in secrets if secret in kept + logged]
    assert hash_of(codes.UPLOAD, upload_code(ANN)) in kept
