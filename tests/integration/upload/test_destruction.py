"""Photos lie sealed, and what was withdrawn, erased or kept long enough is destroyed; nothing else ever is."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from services.upload.domain.destruction import destruction_stream
from services.upload.image.examined import MAX_BYTES
from services.upload.operator.destroy_photos import destroy_due, due_campaigns, erase, erase_again
from services.upload.photos.envelope import KeyEncryption
from services.upload.photos.protocol import archive_name, waiting_name
from services.upload.photos.sealed_objects import SealedObjects, place
from services.upload.use_cases import destruction, reviewing
from services.upload.use_cases.intake import Intake
from services.upload.use_cases.sweep import Sweeper
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from tests.integration.upload.world import ANN, BO, GUARDIAN, PHOTO_KEYS, TEACHER, World, good_photo, upload_code
from tests.paper.pictures import photo
from tests.support.tokens import service_auth

FORM = f"form-2026a-{ANN}"
YEARS = 3


def archived(world: World, pupil: str = ANN) -> str:
    return archive_name(f"form-2026a-{pupil}", world.state(pupil)["archive"]["photo"])


def stored(world: World) -> dict[str, bytes]:
    """Every object of the bucket."""
    return {name: world.deps.objects.get(name, MAX_BYTES) for name in world.deps.objects.names("", "", 100)}


def unreadable_too() -> bytes:
    return photo("https://elsewhere.example/another")


def picture(world: World, sent: str) -> int:
    return world.client.get(f"/v1/photos/{sent}/image", headers=TEACHER).status_code


def withdraw(world: World, key: str = "withdraw-1") -> int:
    return world.post(f"/v1/forms/2026a/{ANN}/withdrawal", {}, GUARDIAN, key).status_code


def certificates(world: World, form: str = FORM) -> list[Any]:
    return [event.data for event in world.deps.store.load(destruction_stream(form))]


def test_no_stored_object_is_a_photo(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    world.sent(photo("https://elsewhere.example/menu"), TEACHER, pupil=BO)
    objects = stored(world)
    assert len(objects) == 2
    assert not [name for name, content in objects.items() if b"\xff\xd8" in content[:64] or b"JFIF" in content[:64]]
    assert world.deps.sealed.get(archived(world), MAX_BYTES).startswith(b"\xff\xd8")


def test_a_photo_moved_to_another_pupils_form_does_not_open(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    world.sent(good_photo(BO), TEACHER, pupil=BO, key="photo-of-bo")
    ours, theirs = archived(world), archived(world, BO)
    world.deps.objects.put(place(theirs, 1), world.deps.objects.get(place(ours, 1), MAX_BYTES), "image/jpeg")
    with pytest.raises(Refused, match="cannot be opened"):
        world.deps.sealed.get(theirs, MAX_BYTES)


def test_a_repetition_writes_nothing_and_what_cannot_be_opened_is_written_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    name, sealed = archived(world), world.deps.sealed
    content, before = sealed.get(name, MAX_BYTES), stored(world)
    sealed.put_once(name, content)
    assert stored(world) == before
    world.deps.objects.put(place(name, 1), bytes(len(before[place(name, 1)])), "image/jpeg")
    sealed.put_once(name, content)
    assert sealed.get(name, MAX_BYTES) == content


def test_without_its_key_encryption_key_a_photo_is_unavailable(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    stranger = SealedObjects(world.deps.objects, world.deps.keys, KeyEncryption({1: bytes(32)}), world.clock)
    with pytest.raises(Refused) as refused:
        stranger.get(archived(world), MAX_BYTES)
    assert refused.value.code == "unavailable"


def test_a_rotation_lets_old_and_new_photos_open(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    both = SealedObjects(world.deps.objects, world.deps.keys, KeyEncryption({**PHOTO_KEYS, 2: bytes(32)}), world.clock)
    assert both.get(archived(world), MAX_BYTES)
    both.put_once(f"archive/form-2026a-{BO}/abc.jpg", b"new")
    assert both.get(f"archive/form-2026a-{BO}/abc.jpg", 10) == b"new"


# ---- withdrawal
def test_a_withdrawal_destroys_every_photo_of_the_form_and_certifies_it(world: World) -> None:
    first = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    second = world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
    (key,) = world.deps.keys.of_form(FORM)
    kept = world.sent(good_photo(BO), TEACHER, pupil=BO, key="photo-of-bo")
    taken = stored(world)
    assert withdraw(world) == 200
    assert [name for name in stored(world) if ANN in name] == []
    assert [key.is_destroyed for key in world.deps.keys.of_form(FORM)] == [True]
    (certificate,) = certificates(world)
    assert certificate["keys"] == [{"number": 1, "digest": key.digest}]
    assert certificate["reason"] == "withdrawn" and certificate["by"] and len(certificate["hash"]) == 64
    assert [picture(world, sent) for sent in (first, second, kept)] == [410, 410, 200]
    for name, content in taken.items():  # somebody has a copy of the bucket
        world.deps.objects.put(name, content, "image/jpeg")
    assert [picture(world, sent) for sent in (first, second, kept)] == [410, 410, 200]


def test_the_same_photo_sent_again_after_a_withdrawal_is_sealed_under_a_new_key(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    withdraw(world)
    again = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="another-try")
    assert picture(world, again) == 200
    assert [(key.number, key.is_current) for key in world.deps.keys.of_form(FORM)] == [(1, False), (2, True)]


def test_a_photo_counted_while_a_withdrawal_runs_stays_readable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The photo is sealed before the withdrawal and recorded after it: the withdrawal destroys the key in between."""
    world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    world.send(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
    intake = Intake(world.deps)
    record = intake._record

    def withdraw_first(*given: Any) -> Any:
        assert withdraw(world) == 200
        return record(*given)

    monkeypatch.setattr(intake, "_record", withdraw_first)
    assert intake.run_once()
    assert world.types(ANN) == ["form.archived", "form.withdrawn", "form.archived"]
    assert world.deps.sealed.holds(archived(world))
    assert world.deps.sealed.get(archived(world), MAX_BYTES)


def opens(world: World, name: str, number: int, taken: dict[str, bytes]) -> bool:
    """Whether somebody with a copy of the bucket, and the key store as it is now, opens the photo."""
    for object, content in taken.items():
        world.deps.objects.put(object, content, "image/jpeg")
    (key,) = [key for key in world.deps.keys.of_form(FORM) if key.number == number]
    try:
        return world.deps.sealed._opened(name, key, MAX_BYTES) is not None
    except Refused:
        return False


def every_held_photo_opens(world: World) -> bool:
    held, sealed = [photo.sha256 for photo in world.deps.form("2026a", ANN).photos()], world.deps.sealed
    names = [
        [name for name in (archive_name(FORM, sha), waiting_name(FORM, sha)) if sealed.holds(name)] for sha in held
    ]
    return bool(held) and all(names) and all(sealed.get(found[0], MAX_BYTES) for found in names)


def test_a_photo_counted_between_event_and_destruction_is_sealed_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    withdrawn, taken = archived(world), stored(world)

    def another_comes(*given: Any) -> int:
        world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
        return destruction.destroy(*given)

    monkeypatch.setattr(reviewing, "destroy", another_comes)
    assert withdraw(world) == 200
    assert every_held_photo_opens(world)
    assert [certificate["reason"] for certificate in certificates(world)] == ["withdrawn"]
    assert not opens(world, withdrawn, 1, taken) and every_held_photo_opens(world)


@pytest.mark.parametrize("crash", [False, True])
def test_a_photo_withdrawn_under_the_next_key_opens_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch, crash: bool
) -> None:
    """It came between the retirement and the event, which names it too."""
    world.sent(good_photo(), GUARDIAN, pupil=ANN, key="first-photo")
    taken: dict[str, bytes] = {}

    def then_another_comes(*given: Any) -> None:
        destruction.retire(*given)
        world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
        taken.update(stored(world))

    def die(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(reviewing, "retire", then_another_comes)
        if crash:
            patch.setattr(reviewing, "destroy", die)
            with pytest.raises(SystemExit):
                withdraw(world)
        else:
            assert withdraw(world) == 200
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert stored(world) == {} and len(taken) == 2
    assert [key.is_destroyed for key in world.deps.keys.of_form(FORM)] == [True, True]
    assert world.deps.keys.due(1 << 50, 9) == []


@pytest.mark.parametrize("by_code_first", [True, False])
def test_what_was_sent_by_code_is_destroyed_though_the_form_holds_a_guardians_photo(
    world: World, by_code_first: bool
) -> None:
    unreadable = photo("https://elsewhere.example/menu")

    def send_by_code() -> None:
        world.sent(unreadable, upload_code=upload_code(ANN), key="by-code-1")

    if not by_code_first:
        world.sent(good_photo(), GUARDIAN, pupil=ANN, key="guardian-1")
        send_by_code()
    else:
        send_by_code()
        world.sent(unreadable_too(), TEACHER, pupil=ANN, key="teacher-1")
    (sent,) = [held for held in world.deps.form("2026a", ANN).photos() if held.by == "code"]
    taken = stored(world)
    headers, body = service_auth("identity", world.clock).headers("upload"), {"command": "c" * 32}
    done = world.client.post(
        f"/internal/pupils/{ANN}/withdrawal", json={**body, "upload_code": upload_code(ANN)}, headers=headers
    )
    assert done.json == {"photos": 1}
    assert len(certificates(world)) == 1 and world.deps.keys.due(1 << 50, 9) == []
    assert every_held_photo_opens(world)
    assert not opens(world, waiting_name(FORM, sent.sha256), 1, taken)


def test_a_photo_archived_while_codes_withdraw_another_opens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy for the archive is sealed before the withdrawal, and stored after it."""
    world.sent(photo("https://elsewhere.example/menu"), upload_code=upload_code(ANN), key="by-code-1")
    waiting = world.sent(unreadable_too(), TEACHER, pupil=ANN, key="teacher-1")
    put, entry = world.deps.objects.put, world.deps.roster_view.entry("2026a", ANN)
    assert entry

    def codes_withdraw_first(name: str, *given: Any) -> None:
        if name.startswith("archive/"):
            patch.undo()
            assert reviewing.withdraw(world.deps, entry, CommandContext("codes", "somebody"), "code") == 1
        put(name, *given)

    with monkeypatch.context() as patch:
        patch.setattr(world.deps.objects, "put", codes_withdraw_first)
        assert world.review(ANN, waiting, "archive").status_code == 200
    assert every_held_photo_opens(world) and archived(world)


def test_a_photo_that_is_withdrawn_while_it_is_archived_opens_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = world.sent(photo("https://elsewhere.example/menu"), GUARDIAN, pupil=ANN)
    put = world.deps.objects.put

    def withdraw_first(name: str, *given: Any) -> None:
        patch.undo()
        assert withdraw(world) == 200
        put(name, *given)

    with monkeypatch.context() as patch:
        patch.setattr(world.deps.objects, "put", withdraw_first)
        assert world.review(ANN, waiting, "archive").status_code == 409
    assert [key.number for key in world.deps.keys.of_form(FORM)] == [1, 2]
    assert all(key.is_destroyed for key in world.deps.keys.of_form(FORM))


def test_a_refused_withdrawal_destroys_nothing(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    assert world.review(ANN, sent, "return", reason="blurred").status_code == 200
    assert withdraw(world) == 409
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert (picture(world, sent), certificates(world), world.deps.keys.due(world.clock.now(), 9)) == (200, [], [])
    assert [key.is_current for key in world.deps.keys.of_form(FORM)] == [True]


def test_a_retirement_whose_event_was_never_recorded_loses_no_photo_of_the_form(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    destruction.retire(world.deps, FORM, "withdrawn", "somebody")  # and then the process died
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert (picture(world, sent), world.deps.keys.due(1 << 50, 9)) == (200, [])
    assert every_held_photo_opens(world) and len(certificates(world)) == 1


def test_a_destroyed_key_gets_its_certificate_though_a_photo_came_after_the_crash(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)

    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(world.deps.objects, "remove", crash)
        with pytest.raises(SystemExit):
            withdraw(world)
    world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert every_held_photo_opens(world) and world.deps.keys.due(1 << 50, 9) == []
    assert [name for name in stored(world) if name.startswith(f"archive/{FORM}/1/")] == []
    assert {key["number"] for certificate in certificates(world) for key in certificate["keys"]} >= {1}


@pytest.mark.parametrize("at", ["event", "keys", "objects", "certificate"])
def test_a_withdrawal_interrupted_at_any_step_is_completed_by_a_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)

    def crash(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        if at == "event":
            patch.setattr(reviewing, "destroy", crash)
        elif at == "keys":
            patch.setattr(world.deps.keys, "destroy", crash)
        elif at == "objects":
            patch.setattr(world.deps.objects, "remove", crash)
        else:
            patch.setattr(destruction, "_certify", crash)
        with pytest.raises(SystemExit):
            withdraw(world)
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert [name for name in stored(world) if ANN in name] == []
    assert [key.is_destroyed for key in world.deps.keys.of_form(FORM)] == [True]
    assert len(certificates(world)) == 1
    assert withdraw(world) == 200 and len(certificates(world)) == 1  # the same request again


# ---- erasure and retention
def test_an_erased_pupil_has_no_photo_any_more_and_others_have(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "security")
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    of_bo = world.sent(good_photo(BO), TEACHER, pupil=BO, key="photo-of-bo")
    assert (erase(world.deps, ANN, "staff-7"), erase(world.deps, ANN, "staff-7")) == (1, 0)
    assert (picture(world, sent), picture(world, of_bo)) == (410, 200)
    (certificate,) = certificates(world)
    assert (certificate["reason"], certificate["by"]) == ("erased", "staff-7")
    told = [vars(line) for line in caplog.records if vars(line).get("event") == "keys"]
    assert [(line["account"], line["target"], line["why"]) for line in told] == [("staff-7", ANN, "erased")] * 2
    assert world.state(ANN)["archive"], "the figures of closed days stay as they were"


def test_photos_are_due_when_the_years_after_the_last_day_are_over_and_not_a_day_before(world: World) -> None:
    sent = world.sent(good_photo(), GUARDIAN, pupil=ANN)
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": "2023-11-23"})
    today = world.today()
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": f"{int(today[:4]) - YEARS}{today[4:]}"})
    assert due_campaigns(world.deps, YEARS) == [] and destroy_due(world.deps, YEARS, "staff-7") == 0
    world.clock.advance(days=1)
    assert due_campaigns(world.deps, YEARS) == ["2026a"] and destroy_due(world.deps, YEARS, "staff-7") == 1
    assert picture(world, sent) == 410
    assert [certificate["reason"] for certificate in certificates(world)] == ["retention-ended"]


def test_keys_that_come_back_with_an_older_key_store_are_destroyed_again(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    (key,), taken = world.deps.keys.of_form(FORM), stored(world)
    withdraw(world)
    world.deps.keys._keys.delete_many({})  # type: ignore[attr-defined]
    world.deps.keys.add(replace(key, wrapped=bytes(key.wrapped)))
    for name, content in taken.items():
        world.deps.objects.put(name, content, "image/jpeg")
    assert (erase_again(world.deps, ANN), erase_again(world.deps, ANN)) == (1, 0)
    assert [key.is_destroyed for key in world.deps.keys.of_form(FORM)] == [True] and stored(world) == {}


def test_keys_made_since_stay_when_destroyed_ones_come_back(world: World) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN)
    (key,) = world.deps.keys.of_form(FORM)
    erase(world.deps, ANN, "staff-7")
    world.sent(good_photo(quality=60), GUARDIAN, pupil=ANN, key="newer-photo")
    world.deps.keys._keys.delete_one({"_id": key.owner})  # type: ignore[attr-defined]
    world.deps.keys.add(key)
    assert erase_again(world.deps, ANN) == 1
    world.clock.advance(seconds=120)
    Sweeper(world.deps).sweep()
    assert world.deps.sealed.get(archived(world), MAX_BYTES)
    assert [(key.is_destroyed, key.is_current) for key in world.deps.keys.of_form(FORM)] == [
        (True, False),
        (False, True),
    ]
