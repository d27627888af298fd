"""Uploads from a phone to the archive, over HTTP, on a real object store and a real document store."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from pymongo.database import Database

from services.upload.image.examined import MAX_BYTES
from services.upload.photos.protocol import SentPhoto
from services.upload.photos.sealed_ticket import seal, unseal
from services.upload.use_cases.sweep import Sweeper
from services.upload.use_cases.tickets import MAX_PER_DAY, token_of
from shared.language import codes
from tests.integration.upload.world import (
    ANN,
    BO,
    CHEN,
    CLASS,
    GUARDIAN,
    NEIGHBOUR,
    NEXT_DOOR,
    PAGE_TWO,
    SCHOOL,
    SCHOOL_ADMIN,
    STRANGER,
    TEACHER,
    TICKET_KEY,
    World,
    good_photo,
    hash_of,
    page_one,
    serial,
    upload_code,
)
from tests.paper.pictures import a_code, beside, blurred, encoded, page, photo
from tests.support.together import run_together


def ticket(
    world: World, content: bytes, who: dict[str, str] | None = None, key: str = "ticket-1", **more: object
) -> dict[str, str]:
    response = world.post(
        "/v1/tickets", {"content_type": "image/jpeg", "size": len(content), **(more or {"pupil": ANN})}, who, key
    )
    assert response.status_code == 201, response.text
    return response.json  # type: ignore[return-value]


def put(world: World, given: dict[str, str], content: bytes) -> None:
    assert httpx.put(given["put_url"], content=content, headers=given["put_headers"]).is_success  # type: ignore[arg-type]


def slip_in(world: World, given: dict[str, str], content: bytes) -> None:
    """Other bytes than announced, as in a store that does not compare them with the address."""
    world.deps.objects.put(original(world, given), content, "image/jpeg")


def original(world: World, given: dict[str, str]) -> str:
    """The name under which the ticket's bytes arrive."""
    announced = unseal(TICKET_KEY, given["ticket"], given["token"])
    assert announced
    return announced.incoming


def altered(given: dict[str, str], key: bytes = TICKET_KEY, **claims: object) -> dict[str, str]:
    """The ticket with other claims, sealed under a key."""
    announced = unseal(TICKET_KEY, given["ticket"], given["token"])
    assert announced
    return {**given, "token": seal(key, replace(announced, **claims))}  # type: ignore[arg-type]


def test_the_address_of_a_ticket_takes_the_announced_size_and_type_only(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, GUARDIAN)
    for other, type in ((b"x" * (15 << 20), "image/jpeg"), (content[:-1], "image/jpeg"), (content, "text/html")):
        assert httpx.put(given["put_url"], content=other, headers={"Content-Type": type}).status_code == 403
    assert complete(world, given, GUARDIAN) == (409, "not-uploaded")
    put(world, given, content)
    assert complete(world, given, GUARDIAN) == (202, "checking")


def complete(
    world: World, given: dict[str, str], who: dict[str, str] | None = None, token: str | None = None
) -> tuple[int, str]:
    headers = {**(who or {}), "X-Ticket-Token": given["token"] if token is None else token}
    response = world.client.post(f"/v1/tickets/{given['ticket']}/complete", headers=headers)
    document = response.json or {}
    return response.status_code, document.get("state") or document.get("title") or ""


def test_a_guardians_photo_goes_straight_to_the_object_store_and_is_archived(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, GUARDIAN)
    put(world, given, content)
    assert complete(world, given, GUARDIAN) == (202, "checking")
    assert world.status(given["ticket"]) == ("checking", "")
    assert world.check_all() == 1
    assert world.status(given["ticket"]) == ("archived", "")
    archive = world.state(ANN)["archive"]
    assert (archive["by"], archive["how"], archive["on"]) == ("guardian", "single", world.today())
    kept = world.deps.sealed.get(f"archive/form-2026a-{ANN}/{archive['photo']}.jpg", MAX_BYTES)
    assert sha256(kept).hexdigest() == archive["photo"]
    assert Image.open(BytesIO(kept)).format == "JPEG"
    assert world.deps.objects.stat(original(world, given)) is None


def test_a_form_accepts_a_limited_number_of_photos_a_day_and_a_retry_still_gets_its_ticket(world: World) -> None:
    given = [ticket(world, good_photo(), GUARDIAN, f"ticket-{number}") for number in range(MAX_PER_DAY)]
    asked = {"content_type": "image/jpeg", "size": 1000}
    for whose, sender in (({"upload_code": upload_code(ANN)}, None), ({"pupil": ANN}, GUARDIAN)):
        refused = world.post("/v1/tickets", {**asked, **whose}, sender, "one-more")
        assert (refused.status_code, refused.json.get("title")) == (429, "too-many-photos")  # type: ignore[union-attr]
    assert ticket(world, good_photo(), GUARDIAN, "ticket-0")["ticket"] == given[0]["ticket"]
    assert world.post("/v1/tickets", {**asked, "upload_code": upload_code(BO)}, None, "another-form").status_code == 201
    world.clock.advance(days=1, seconds=1)
    assert world.post("/v1/tickets", {**asked, "pupil": ANN}, GUARDIAN, "ticket-tomorrow").status_code == 201


def test_the_upload_code_alone_is_enough(world: World) -> None:
    response = world.send(good_photo(), upload_code=upload_code(ANN).lower())
    assert response.status_code == 202
    assert set(response.json) == {"photo", "token", "state"}  # type: ignore[arg-type]
    world.check_all()
    mine = world.client.get(f"/v1/photos/{response.json['photo']}", headers={"X-Ticket-Token": response.json["token"]})  # type: ignore[index]
    assert (mine.json["state"], mine.json["message_zh"], mine.json["message_en"]) == (
        "archived",
        "已上传并归档。",
        "The photo is archived.",
    )  # type: ignore[index]
    assert world.state(ANN)["archive"]["by"] == "code"


@pytest.mark.parametrize(("who", "by"), [(TEACHER, "teacher"), (SCHOOL_ADMIN, "school"), (GUARDIAN, "guardian")])
def test_teacher_school_and_guardian_send_under_their_own_name(world: World, who: dict[str, str], by: str) -> None:
    world.sent(good_photo(), who, pupil=ANN)
    assert world.state(ANN)["archive"]["by"] == by


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_a_sender_with_the_paper_but_without_the_pupil_in_scope_sends_by_code(
    world: World, who: dict[str, str]
) -> None:
    world.sent(good_photo(), who, upload_code=upload_code(ANN))
    assert world.state(ANN)["archive"]["by"] == "code"


@pytest.mark.parametrize(
    ("taken", "state", "reason", "types"),
    [
        (lambda: photo(page_one(CHEN)), "refused", "other-child", []),
        (lambda: photo(PAGE_TWO), "refused", "page-two", []),
        (lambda: b"a cat", "refused", "not-an-image", []),
        (lambda: good_photo()[:-2000], "refused", "damaged", []),
        (lambda: encoded(page().resize((200, 300))), "refused", "too-small", []),
        (lambda: photo("https://elsewhere.example/menu"), "waiting", "unreadable-qr", ["form.flagged"]),
        (lambda: encoded(blurred(page(page_one(ANN)), 14)), "waiting", "unreadable-qr", ["form.flagged"]),
        (lambda: photo(page_one(ANN), page_one(BO)), "refused", "several-forms", []),
        (
            lambda: encoded(beside(page(page_one(ANN)), blurred(page(page_one(BO)), 5))),
            "waiting",
            "another-sheet",
            ["form.flagged"],
        ),
        (lambda: photo(page_one(ANN), PAGE_TWO), "archived", "", ["form.archived"]),
    ],
)
def test_every_kind_of_photo_gets_its_outcome(
    world: World, taken: Callable[[], bytes], state: str, reason: str, types: list[str]
) -> None:
    sent = world.sent(taken(), GUARDIAN, pupil=ANN)
    assert world.status(sent) == (state, reason)
    assert world.types(ANN) == types
    assert world.types(CHEN) == []
    assert world.deps.objects.names("incoming/", "", 10) == []
    status = world.client.get(f"/v1/photos/{sent}", headers=GUARDIAN).json
    assert status["message_zh"]  # type: ignore[index]
    assert status["message_en"]  # type: ignore[index]


def test_a_typed_code_does_not_vouch_for_a_photo_whose_qr_is_unreadable(world: World) -> None:
    sent = world.sent(photo("https://elsewhere.example/menu"), upload_code=upload_code(ANN))
    assert world.status(sent) == ("waiting", "unreadable-qr")


def test_a_reprinted_sheet_waits_and_the_new_one_does_not(world: World) -> None:
    void, valid = (hash_of(codes.SERIAL, serial(ANN, printing)) for printing in (1, 2))
    world.set_entry(ANN, sheet=valid, void_sheets=[void])
    assert world.status(world.sent(good_photo(ANN, 1), GUARDIAN, pupil=ANN, key="first-photo")) == (
        "waiting",
        "void-sheet",
    )
    assert world.status(world.sent(good_photo(ANN, 2), GUARDIAN, pupil=ANN, key="second-photo")) == ("archived", "")
    assert (world.state(ANN)["waiting"], world.types(ANN)) == (False, ["form.flagged", "form.archived"])


def test_the_photo_of_a_child_who_moves_meanwhile_is_archived_at_the_new_class(world: World) -> None:
    response = world.send(good_photo(), GUARDIAN, pupil=ANN)
    world.set_entry(ANN, school=SCHOOL, **{"class": NEXT_DOOR})
    world.check_all()
    seen = world.client.get(f"/v1/classes/{NEXT_DOOR}/forms", headers=NEIGHBOUR).json["items"]  # type: ignore[index]
    assert [(line["pupil"], line["state"]) for line in seen] == [(ANN, "archived"), (CHEN, "missing")]
    assert response.status_code == 202


def test_a_repeated_upload_gets_the_first_response_and_changes_nothing(world: World) -> None:
    content = good_photo()
    responses = [world.send(content, GUARDIAN, pupil=ANN) for _ in range(3)]
    assert len({response.text for response in responses}) == 1
    assert world.check_all() == 1
    later = world.send(content, GUARDIAN, pupil=ANN)
    assert (later.json["photo"], later.json["state"]) == (responses[0].json["photo"], "archived")  # type: ignore[index]
    assert world.check_all() == 0
    assert world.types(ANN) == ["form.archived"]


def test_the_same_key_for_another_photo_is_refused(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    again = world.send(good_photo(printing=2), GUARDIAN, pupil=ANN)
    assert (again.status_code, again.json.get("title")) == (422, "key-reused")  # type: ignore[union-attr]
    one, other = ticket(world, good_photo(), GUARDIAN), ticket(world, b"123456", GUARDIAN)
    assert one["ticket"] == other["ticket"]
    for given, content in ((one, good_photo()), (other, b"123456")):
        put(world, given, content)
    assert complete(world, one) == (202, "checking")
    assert complete(world, other) == (422, "key-reused")
    world.check_all()
    assert world.status(one["ticket"]) == ("archived", "duplicate"), "its bytes are its own"


def test_the_same_content_under_another_key_is_a_duplicate(world: World) -> None:
    first = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="key-00001")
    second = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="key-00002")
    by_code = world.sent(good_photo(), upload_code=upload_code(ANN), key="key-00003")
    assert first != second
    assert [world.status(photo) for photo in (first, second, by_code)] == [
        ("archived", ""),
        ("archived", "duplicate"),
        ("archived", "duplicate"),
    ]
    assert world.types(ANN) == ["form.archived"]


def test_a_retry_gets_the_existing_ticket(world: World) -> None:
    first, second = ticket(world, b"123", GUARDIAN), ticket(world, b"123", GUARDIAN)
    assert (first["ticket"], original(world, first)) == (second["ticket"], original(world, second))
    put(world, first, b"123")
    assert [complete(world, given) for given in (first, second, first)] == [(202, "checking")] * 3
    assert world.check_all() == 1
    assert ticket(world, b"123", TEACHER)["ticket"] != first["ticket"]


def test_a_ticket_stays_open_until_the_announced_bytes_are_there(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, GUARDIAN)
    assert complete(world, given, GUARDIAN) == (409, "not-uploaded")
    slip_in(world, given, content[:-1])
    assert complete(world, given, GUARDIAN) == (409, "size-differs")
    assert world.deps.objects.stat(original(world, given)) is None
    put(world, given, content)
    assert complete(world, given, GUARDIAN) == (202, "checking")
    assert complete(world, given, GUARDIAN) == (202, "checking")
    assert world.check_all() == 1
    assert complete(world, given, GUARDIAN) == (202, "archived")


def test_bytes_put_after_the_check_change_nothing(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, GUARDIAN)
    put(world, given, content)
    complete(world, given, GUARDIAN)
    world.check_all()
    slip_in(world, given, photo(page_one(CHEN)))
    assert (world.check_all(), world.status(given["ticket"])) == (0, ("archived", ""))


def test_originals_that_came_late_or_were_left_by_a_crashed_worker_are_swept_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Originals must not stay: they hold the location and the device."""
    monkeypatch.setattr("services.upload.use_cases.sweep.BATCH", 1)
    late, waits = ticket(world, good_photo(), GUARDIAN), ticket(world, good_photo(BO), TEACHER, "ticket-2", pupil=BO)
    put(world, late, good_photo())
    complete(world, late, GUARDIAN)
    world.check_all()
    put(world, late, good_photo())
    put(world, waits, good_photo(BO))
    world.deps.objects.put("incoming/.part-0000", b"half of a photo", "image/jpeg")
    sweeper = Sweeper(world.deps)
    for _ in range(4):  # one name at a time, and then from the beginning
        sweeper.sweep()
    assert world.deps.objects.names("incoming/", "", 10) == ["incoming/.part-0000", original(world, waits)]
    assert complete(world, waits, TEACHER) == (202, "checking")


def stored_by_the_release_before(world: World, db: Database[dict[str, Any]], id: str, state: str) -> None:
    """The record and the original of a photo as that release leaves them: it stores tickets, and names by the id."""
    received = {} if state == "checking" else {"received_at": 0}
    db["photos"].update_one({"_id": id}, {"$set": {"state": state, **received}, "$unset": {"original": ""}})
    for name in world.deps.objects.names("incoming/", "", 10):
        world.deps.objects.put(f"incoming/{id}", world.deps.objects.get(name, 1 << 24), "image/jpeg")
        world.deps.objects.remove(name)


def test_a_photo_that_the_release_before_has_received_is_checked_and_its_original_deleted(
    world: World, mongo_db: Database[dict[str, Any]]
) -> None:
    sent = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    stored_by_the_release_before(world, mongo_db, sent, "checking")
    assert (world.check_all(), world.status(sent)) == (1, ("archived", ""))
    assert not world.deps.objects.names("incoming/", "", 10)
    world.deps.objects.put(f"incoming/{sent}", good_photo(), "image/jpeg")  # its worker was killed before that
    Sweeper(world.deps).sweep()
    assert not world.deps.objects.names("incoming/", "", 10)


def test_a_request_that_the_release_before_has_not_completed_is_completed_by_its_repetition(
    world: World, mongo_db: Database[dict[str, Any]]
) -> None:
    sent = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    stored_by_the_release_before(world, mongo_db, sent, "open")
    assert world.check_all() == 0
    again = world.send(good_photo(), GUARDIAN, pupil=ANN).json
    assert (again["photo"], again["state"]) == (sent, "checking")  # type: ignore[index]
    assert (world.check_all(), world.status(sent)) == (1, ("archived", ""))
    Sweeper(world.deps).sweep()
    assert not world.deps.objects.names("incoming/", "", 10)


def test_more_bytes_than_allowed_are_not_kept(world: World) -> None:
    given = ticket(world, b"x" * 10, GUARDIAN)
    slip_in(world, given, b"x" * (MAX_BYTES + 1))
    assert complete(world, given, GUARDIAN) == (409, "size-differs")
    assert world.deps.objects.stat(original(world, given)) is None


def test_a_ticket_that_is_not_ours_is_good_for_nothing(world: World) -> None:
    """Forged, changed, cut, another photo's, and the token that shows a status."""
    content = good_photo()
    given = ticket(world, content, upload_code=upload_code(ANN))
    other = ticket(world, content, key="ticket-2", upload_code=upload_code(BO))
    put(world, given, content)
    token = given["token"]
    forged = altered(given, b"of nobody, only for tests, 32 by", pupil=BO)["token"]
    bad = ("", "0" * 32, "wrong", "ü", token[:-4], token[4:], f"B{token[1:]}", "A" * 5000, other["token"], forged)
    for one in (*bad, token_of(world.deps, SentPhoto(given["ticket"], *"abcde", 1, 1, 1))):
        for who in (None, STRANGER):
            assert complete(world, given, who, one) == (403, "outside-scope"), one
    assert complete(world, {**given, "ticket": "0" * 32}) == (403, "outside-scope")
    assert (world.check_all(), world.types(ANN), world.types(BO)) == (0, [], [])
    assert complete(world, given) == (202, "checking")


def test_who_holds_a_ticket_learns_neither_the_pupil_nor_the_sender_from_it(world: World) -> None:
    given = ticket(world, good_photo(), upload_code=upload_code(ANN))
    kept = urlsafe_b64decode(given["token"] + "=" * (-len(given["token"]) % 4))
    assert not [word for word in (ANN.encode(), b"2026a", b"code", b"pupil") if word in kept]


def test_a_ticket_is_good_for_one_photo_however_often_it_is_shown(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, upload_code=upload_code(ANN))
    put(world, given, content)
    answers = run_together(*[lambda: complete(world, given)] * 5)
    assert answers == [(202, "checking")] * 5
    assert world.check_all() == 1
    put(world, given, content)
    assert (complete(world, given), world.check_all()) == ((202, "archived"), 0)
    world.clock.advance(days=1)
    assert (complete(world, given), world.types(ANN)) == ((202, "archived"), ["form.archived"])


def test_a_photo_is_recorded_only_within_the_days_limit_however_many_tickets_there_are(world: World) -> None:
    """Tickets of several processes, each of which counts those that it has given itself."""
    content, givens = b"123", []
    for number in range(MAX_PER_DAY + 1):
        world.deps.given_tickets.__init__()  # type: ignore[misc]
        givens.append(ticket(world, content, GUARDIAN, f"ticket-{number}"))
    for given in givens:
        put(world, given, content)
    assert [complete(world, given)[0] for given in givens] == [202] * MAX_PER_DAY + [429]
    assert complete(world, givens[0]) == (202, "checking")
    refused = world.send(content, GUARDIAN, pupil=ANN, key="one-more")
    assert (refused.status_code, refused.json["title"]) == (429, "too-many-photos")  # type: ignore[index]


def test_an_expired_ticket_is_gone_and_its_bytes_when_no_record_of_them_can_come_back(world: World) -> None:
    content = good_photo()
    given = ticket(world, content, GUARDIAN)
    put(world, given, content)
    world.clock.advance(seconds=3601)
    assert complete(world, given, GUARDIAN) == (410, "ticket-expired")
    world.clock.advance(days=34)
    Sweeper(world.deps).sweep()
    assert world.deps.objects.stat(original(world, given))
    world.clock.advance(days=2)
    Sweeper(world.deps).sweep()
    assert world.deps.objects.stat(original(world, given)) is None
    assert complete(world, given, GUARDIAN) == (410, "ticket-expired")


@pytest.mark.parametrize(
    ("body", "status", "title"),
    [
        ({"content_type": "image/jpeg", "size": MAX_BYTES + 1, "pupil": ANN}, 413, "too-large"),
        ({"content_type": "image/jpeg", "size": 0, "pupil": ANN}, 422, "bad-fields"),
        ({"content_type": "image/jpeg", "size": "10", "pupil": ANN}, 422, "bad-fields"),
        ({"content_type": "image/jpeg", "size": 10}, 422, "bad-fields"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": "../../etc"}, 422, "bad-fields"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": ANN, "more": 1}, 422, "bad-fields"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": ANN, "campaign": "1999a"}, 404, "not-found"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": CHEN}, 403, "outside-scope"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": "3f7.00000000000000000000"}, 403, "outside-scope"),
        ({"content_type": "image/jpeg", "size": 10, "pupil": BO, "upload_code": upload_code(ANN)}, 422, "other-child"),
        ({"content_type": "image/jpeg", "size": 10, "upload_code": a_code(99)}, 404, "code-unknown"),
        (
            {"content_type": "image/jpeg", "size": 10, "upload_code": a_code(9, codes.REGISTRATION)},
            422,
            "page-two-code",
        ),
        ({"content_type": "image/jpeg", "size": 10, "upload_code": upload_code(ANN)[:-1]}, 422, "code-length"),
        ({"content_type": "image/jpeg", "size": 10, "upload_code": "2" + upload_code(ANN)[1:]}, 422, "code-mistyped"),
        ({"content_type": "image/jpeg", "size": 10, "upload_code": "0" + upload_code(ANN)[1:]}, 422, "code-characters"),
    ],
)
def test_a_bad_ticket_request_is_a_problem_that_never_repeats_a_code(
    world: World, body: dict[str, object], status: int, title: str
) -> None:
    response = world.post("/v1/tickets", body, GUARDIAN)
    assert (response.status_code, response.json["title"], response.content_type) == (
        status,
        title,
        "application/problem+json",
    )  # type: ignore[index]
    assert str(body.get("upload_code", "-----")) not in response.text


def test_every_upload_needs_a_key_and_an_authorised_sender(world: World) -> None:
    body = {"content_type": "image/jpeg", "size": 10, "pupil": ANN}
    assert world.client.post("/v1/tickets", json=body, headers=GUARDIAN).status_code == 400
    assert world.post("/v1/tickets", body).status_code == 401
    assert world.post("/v1/tickets", body, {"Authorization": "Bearer broken"}).status_code == 401
    assert world.post("/v1/tickets", body, NEIGHBOUR).status_code == 403
    assert world.send(good_photo(), STRANGER, pupil=ANN).status_code == 403
    assert world.send(good_photo(), pupil=ANN).status_code == 401


def test_a_bad_multipart_request_is_a_problem(world: World) -> None:
    def refusal(content: bytes, **more: str) -> tuple[int, str]:
        response = world.send(content, GUARDIAN, **more)
        assert response.content_type == "application/problem+json"
        return response.status_code, response.json["title"]  # type: ignore[index]

    assert refusal(b"", pupil=ANN) == (422, "empty-photo")
    assert refusal(good_photo()) == (422, "bad-fields")
    assert refusal(b"x" * (MAX_BYTES + 1), pupil=ANN) == (413, "too-large")
    assert refusal(b"x" * (MAX_BYTES + 100_000), pupil=ANN)[0] == 413
    bare = world.client.post("/v1/photos", data={"pupil": ANN}, headers={**GUARDIAN, "Idempotency-Key": "key-00001"})
    assert (bare.status_code, bare.json["title"]) == (422, "bad-fields")  # type: ignore[index]
    assert (
        world.client.post(
            "/v1/photos",
            data=b"--x",
            headers={**GUARDIAN, "Idempotency-Key": "key-00001"},
            content_type="multipart/form-data; boundary=x",
        ).status_code
        == 422
    )


def test_a_photo_without_its_last_bytes_is_archived_and_its_reviewer_is_told(world: World) -> None:
    assert world.status(world.sent(good_photo(ANN)[:-2], GUARDIAN, pupil=ANN)) == ("archived", "")
    world.sent(good_photo(BO), TEACHER, pupil=BO)
    found = world.client.get(f"/v1/classes/{CLASS}/forms?campaign=2026a", headers=TEACHER)
    lines = found.json["items"]  # type: ignore[index]
    assert {line["pupil"]: line["cut_short"] for line in lines} == {ANN: True, BO: False}


@pytest.mark.parametrize("declared", ["application/octet-stream", "image/*", "text/html", "image/gif", ""])
def test_the_declared_type_is_no_reason_to_refuse(world: World, declared: str) -> None:
    content = encoded(page(page_one(ANN)), "HEIF")
    assert world.status(world.sent(content, GUARDIAN, pupil=ANN, type=declared)) == ("archived", "")


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("image/*", "image/*"),
        ("Image/JPEG; q=1", "image/jpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/pdf", "application/pdf"),
        ("text/html", "application/octet-stream"),
        ("image/png\r\nX-Injected: 1", "application/octet-stream"),
    ],
)
def test_a_ticket_is_signed_with_a_type_of_pictures_or_with_none(world: World, declared: str, kept: str) -> None:
    asked = {"content_type": declared, "size": len(good_photo()), "pupil": ANN}
    given = world.post("/v1/tickets", asked, GUARDIAN)
    assert given.json["put_headers"] == {"Content-Type": kept}  # type: ignore[index]
    put(world, given.json, good_photo())
    assert complete(world, given.json, GUARDIAN)[0] == 202


def test_after_the_campaigns_last_day_no_photo_is_accepted(world: World) -> None:
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": "2026-09-01"})
    response = world.send(good_photo(), GUARDIAN, pupil=ANN)
    assert (response.status_code, response.json["title"]) == (409, "campaign-over")  # type: ignore[index]


def test_a_photo_counts_on_the_day_it_arrived_however_late_it_is_checked(world: World) -> None:
    arrived = world.today()
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    world.clock.advance(days=2)
    world.check_all()
    assert world.state(ANN)["archive"]["on"] == arrived
