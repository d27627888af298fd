"""What is kept of a sender without an account: a hash, for a month, enough to see a burst."""

from __future__ import annotations

from services.upload.use_cases.device import KEPT_MS, MANY_FORMS, device_of
from services.upload.use_cases.sweep import Sweeper
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
    assert world.deps.photos.forms_of_device(before, 0) == 0


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


def forms(world: World) -> list[dict[str, object]]:
    found = world.client.get("/v1/classes/2113000017p202403/forms?campaign=2026a", headers=TEACHER)
    return found.json["items"]  # type: ignore[index, no-any-return]
