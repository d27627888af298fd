"""What is kept of a sender without an account: a hash, for a month, enough to see a burst."""

from __future__ import annotations

import logging

from services.upload.photos.protocol import SentPhoto
from services.upload.use_cases.device import DAY_MS, KEPT_MS, MANY_FORMS, device_of, is_burst
from services.upload.use_cases.sweep import FORGET_EVERY_MS, Sweeper
from shared.infrastructure.metrics import DEVICE_BURSTS
from tests.integration.upload.world import ANN, BO, CHEN, GUARDIAN, TEACHER, World, good_photo, upload_code


def device(world: World, pupil: str, key: str, who: dict[str, str] | None = None, browser: str = "b" * 32) -> str:
    """The hash that is kept of a photo sent from this browser."""
    headers = {**(who or {}), "X-Browser": browser}
    photo = world.send(good_photo(pupil), headers, key=key, upload_code=upload_code(pupil)).json["photo"]  # type: ignore[index]
    kept = world.deps.photos.get(photo)
    assert kept
    return kept.device


def test_a_sender_without_an_account_leaves_a_hash_of_address_and_browser_and_no_other_does(world: World) -> None:
    first, again = device(world, ANN, "device-1"), device(world, BO, "device-2")
    assert first == again
    assert len(first) == 32
    assert first not in (device(world, BO, "device-3", browser="c" * 32), device(world, BO, "device-4", browser=""))
    assert device(world, ANN, "device-5", GUARDIAN) == ""


def test_another_month_has_another_hash_and_none_is_kept_for_longer(world: World) -> None:
    before = device(world, ANN, "device-1")
    assert before == device_of(world.deps, "127.0.0.1", "b" * 32)
    world.check_all()
    world.clock.advance(seconds=KEPT_MS / 1000 + 1)
    assert device_of(world.deps, "127.0.0.1", "b" * 32) != before
    Sweeper(world.deps).sweep()
    assert world.deps.photos.forms_of_device(before, 0, world.clock.now(), 9) == 0


def test_hashes_are_looked_for_once_an_hour_by_all_threads_of_a_process(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    asked: list[int] = []
    monkeypatch.setattr(world.deps.photos, "forget_devices", asked.append)
    sweeper = Sweeper(world.deps)
    for _ in range(3):
        sweeper.sweep()
        world.clock.advance(seconds=FORGET_EVERY_MS / 2000)
    assert [now - asked[0] for now in asked] == [0, FORGET_EVERY_MS]


def test_old_hashes_are_found_by_an_index_of_those_that_are_left(world: World) -> None:
    index = world.deps.photos._photos.index_information()["devices"]  # type: ignore[attr-defined]
    assert (index["key"], dict(index["partialFilterExpression"])) == ([("created_at", 1)], {"device": {"$gt": ""}})


def test_the_hash_is_in_no_event(world: World) -> None:
    kept = device(world, ANN, "device-1")
    world.check_all()
    assert all(kept not in repr(event) for event in world.deps.store.load(f"form-2026a-{ANN}"))


def test_a_burst_from_one_device_is_seen_by_the_teacher_and_by_the_alarm(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    assert MANY_FORMS > 3  # a family
    monkeypatch.setattr("services.upload.use_cases.device.MANY_FORMS", 3)
    alarms = DEVICE_BURSTS._value.get()
    for number, pupil in enumerate((ANN, BO, CHEN)):
        world.sent(good_photo(pupil), {"X-Browser": "b" * 32}, key=f"burst-00{number}", upload_code=upload_code(pupil))
    assert DEVICE_BURSTS._value.get() == alarms + 1
    lines = {item["pupil"]: item["burst"] for item in forms(world)}
    assert lines == {ANN: True, BO: True}
    world.clock.advance(days=2)
    world.sent(good_photo(ANN, quality=80), {"X-Browser": "b" * 32}, key="later-00", upload_code=upload_code(ANN))
    assert {item["pupil"]: item["burst"] for item in forms(world)} == {ANN: False, BO: True}


def test_a_photo_belongs_to_no_burst_of_the_days_after_it(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("services.upload.use_cases.device.MANY_FORMS", 2)
    first = sent(world, ANN, 0)
    world.clock.advance(seconds=DAY_MS / 1000)
    second = sent(world, BO, 1)
    assert [is_burst(world.deps, photo) for photo in (first, second)] == [False, True]
    world.clock.advance(days=7)
    later = [sent(world, pupil, number) for number, pupil in enumerate((CHEN, ANN), 2)]
    assert [is_burst(world.deps, photo) for photo in (first, *later)] == [False, True, True]


def test_the_photo_that_makes_a_burst_is_told_to_the_security_log_once_and_not_by_its_hash(
    world: World,
    monkeypatch,  # type: ignore[no-untyped-def]
    caplog,  # type: ignore[no-untyped-def]
) -> None:
    caplog.set_level(logging.INFO, "security")
    monkeypatch.setattr("services.upload.use_cases.device.MANY_FORMS", 2)
    photos = []
    for number, pupil in enumerate((ANN, BO, CHEN, ANN)):
        photos.append(sent(world, pupil, number))
        world.clock.advance(seconds=1)
    world.check_all()
    told = [vars(line) for line in caplog.records if vars(line).get("event") == "many-senders"]
    assert [line["target"] for line in told] == [photos[1].id]
    assert all(photos[1].device not in str(value) for value in told[0].values())


def sent(world: World, pupil: str, number: int) -> SentPhoto:
    """A photo sent from the same browser without an account."""
    content, key = good_photo(pupil, quality=80 + number), f"burst-00{number}"
    answer = world.send(content, {"X-Browser": "b" * 32}, key=key, upload_code=upload_code(pupil)).json
    photo = world.deps.photos.get(answer["photo"])  # type: ignore[index]
    assert photo
    return photo


def forms(world: World) -> list[dict[str, object]]:
    found = world.client.get("/v1/classes/2113000017p202403/forms?campaign=2026a", headers=TEACHER)
    return found.json["items"]  # type: ignore[index, no-any-return]
