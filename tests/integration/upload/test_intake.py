"""The intake while stores are unavailable and workers crash: no acknowledged photo is lost, none counts twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from pymongo.database import Database

from services.upload.domain.outcome import Outcome
from services.upload.image.examined import MAX_BYTES
from services.upload.photos.protocol import archive_name
from services.upload.use_cases import intake
from services.upload.use_cases.intake import BUSY_MS, LEASE_MS, MAX_ATTEMPTS, PAUSE_MS, Intake
from services.upload.use_cases.intake_worker import run_intake, run_loop
from services.upload.use_cases.sweep import Sweeper
from shared.infrastructure.correlation import HEADER, request_id
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import Objects
from shared.sandbox.sandbox import JobFailed, LimitExceeded, Stalled, Unfinished
from tests.integration.upload.world import ANN, BO, GUARDIAN, TEACHER, World, good_photo, make_world, upload_code
from tests.support.servers import ObjectStore
from tests.support.together import run_together
from tests.support.wait import await_until


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[ObjectStore]:
    """An object store that may be killed."""
    store = ObjectStore(tmp_path / "objects")
    store.start()
    yield store
    store.stop()


@pytest.fixture
def fragile(mongo_db: Database[dict[str, Any]], own_store: ObjectStore) -> World:
    objects = Objects(own_store.endpoint, own_store.access_key, own_store.secret_key, "rollcall")
    objects.create()
    return make_world(mongo_db, objects)


def test_while_the_object_store_is_unavailable_nothing_is_acknowledged_and_a_retry_succeeds_later(
    fragile: World, own_store: ObjectStore
) -> None:
    content = good_photo()
    own_store.kill()
    unavailable = fragile.send(content, GUARDIAN, pupil=ANN)
    assert (unavailable.status_code, unavailable.json["title"]) == (503, "unavailable")  # type: ignore[index]
    assert fragile.client.get("/_health/ready").status_code == 503
    assert fragile.check_all() == 0
    own_store.start()
    assert fragile.send(content, GUARDIAN, pupil=ANN).status_code == 202
    assert fragile.check_all() == 1
    assert fragile.types(ANN) == ["form.archived"]


def test_a_ticket_stays_open_while_the_object_store_is_unavailable(fragile: World, own_store: ObjectStore) -> None:
    content = good_photo()
    given = fragile.post(
        "/v1/tickets", {"content_type": "image/jpeg", "size": len(content), "pupil": ANN}, GUARDIAN
    ).json
    own_store.kill()
    completion = {"path": f"/v1/tickets/{given['ticket']}/complete", "headers": {"X-Ticket-Token": given["token"]}}  # type: ignore[index]
    assert fragile.client.post(**completion).status_code == 503
    own_store.start()
    assert httpx.put(given["put_url"], content=content, headers=given["put_headers"]).is_success  # type: ignore[index]
    assert fragile.client.post(**completion).status_code == 202
    assert (fragile.check_all(), fragile.types(ANN)) == (1, ["form.archived"])


def test_an_acknowledged_photo_waits_for_the_object_store_however_long_that_takes(
    fragile: World, own_store: ObjectStore
) -> None:
    photo = fragile.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    own_store.kill()
    for _ in range(MAX_ATTEMPTS + 3):
        with pytest.raises(Refused):
            Intake(fragile.deps).run_once()
        fragile.clock.advance(seconds=PAUSE_MS / 1000)
    assert (fragile.status(photo), fragile.types(ANN)) == (("checking", ""), [])
    own_store.start()
    assert fragile.check_all() == 1
    assert fragile.status(photo) == ("archived", "")


def unavailable(*_: object, **__: object) -> None:
    raise Refused("unavailable", "The document store is unavailable.", kind="unavailable")


def unavailable_twice(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, refusing its first two calls."""
    outage = iter([unavailable, unavailable])
    return lambda *given: next(outage, method)(*given)


def test_outages_of_the_document_store_during_checks_cost_no_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "UNAVAILABLE_SECONDS", 0.0)
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    for _ in range(MAX_ATTEMPTS):
        with monkeypatch.context() as outage, pytest.raises(Refused):
            outage.setattr(world.deps.store, "append", unavailable)
            outage.setattr(world.deps.photos, "put_back", unavailable_twice(world.deps.photos.put_back))
            Intake(world.deps).run_once()
        world.clock.advance(seconds=LEASE_MS / 1000)
    assert world.check_all() == 1
    assert (world.status(photo), world.types(ANN)) == (("archived", ""), ["form.archived"])


def test_an_outcome_is_recorded_as_soon_as_the_document_store_is_available(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "UNAVAILABLE_SECONDS", 0.0)
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    monkeypatch.setattr(world.deps.photos, "settle", unavailable_twice(world.deps.photos.settle))
    assert Intake(world.deps).run_once()
    assert (world.status(photo), world.types(ANN)) == (("archived", ""), ["form.archived"])


def test_a_worker_that_waits_for_the_document_store_can_be_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    stop, waits = Event(), Event()
    monkeypatch.setattr(world.deps.photos, "settle", lambda *given: (waits.set(), unavailable()))
    worker = Thread(target=run_loop, args=(world.deps, stop, Sweeper(world.deps)))
    worker.start()
    assert waits.wait(30)
    stop.set()
    worker.join(30)
    assert not worker.is_alive()


class Crash(BaseException):
    """End of the worker's process: no code after this point runs."""


@pytest.mark.parametrize("at", ["examine", "put", "event", "settle", "remove"])
def test_a_crash_at_any_step_is_taken_over_by_another_worker_and_the_photo_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        if at == "examine":
            patch.setattr(world.deps.decoder, "examine", crash)
        elif at in ("put", "remove"):
            patch.setattr(world.deps.objects, at, crash)
        elif at == "event":
            patch.setattr(world.deps.store, "append", crash)
        else:
            patch.setattr(world.deps.photos, "settle", crash)
        with pytest.raises(Crash):
            Intake(world.deps).run_once()
    assert world.check_all() == 0  # its lease still runs
    world.clock.advance(seconds=LEASE_MS / 1000)
    assert world.check_all() == (0 if at == "remove" else 1)
    assert world.status(photo) == ("archived", "")
    assert world.types(ANN) == ["form.archived"]


def test_the_check_of_a_photo_belongs_to_the_request_that_sent_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sent = world.send(good_photo(), GUARDIAN, pupil=ANN)
    seen: list[str] = []
    caplog.handler.addFilter(lambda record: seen.append(request_id.get()) is None)
    with caplog.at_level("INFO", "intake"):
        world.check_all()
    [archived] = world.deps.store.load(f"form-2026a-{ANN}")
    assert archived.correlation_id == sent.headers[HEADER]
    assert seen == [sent.headers[HEADER]], "the log line of the check names it, too"
    assert request_id.get() == "", "the next photo is another request's"


def test_the_metrics_tell_the_outcome_of_a_photo_and_how_long_its_family_has_waited(world: World) -> None:
    def told() -> list[float]:
        archived = {"state": "archived", "reason": ""}
        return [
            REGISTRY.get_sample_value("rollcall_intake_seconds_count", archived) or 0,
            REGISTRY.get_sample_value("rollcall_photo_wait_seconds_sum") or 0,
        ]

    Intake(world.deps)
    photos, seconds = told()
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    world.clock.advance(seconds=7)
    assert Intake(world.deps).run_once()
    assert told() == [photos + 1, seconds + 7]


def test_nothing_counts_before_its_object_is_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(good_photo(), GUARDIAN, pupil=ANN)

    def crash(*_: object) -> None:
        raise Crash

    monkeypatch.setattr(world.deps.objects, "put", crash)
    with pytest.raises(Crash):
        Intake(world.deps).run_once()
    assert world.types(ANN) == []


def test_a_worker_that_resumes_after_its_lease_changes_nothing(world: World) -> None:
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    slow = world.deps.photos.claim(world.clock.now(), LEASE_MS)
    assert slow
    world.clock.advance(seconds=LEASE_MS / 1000)
    assert world.check_all() == 1
    late = Intake(world.deps).check(slow)  # the bytes are deleted: its outcome can only be wrong
    world.deps.photos.settle(late)
    world.deps.photos.put_back(slow, world.clock.now())
    assert (world.status(slow.id), world.types(ANN), world.check_all()) == (("archived", ""), ["form.archived"], 0)


def test_concurrent_workers_on_one_photo_record_one_event(world: World) -> None:
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    photo = world.deps.photos.claim(world.clock.now(), LEASE_MS)
    assert photo
    checked = run_together(*[lambda: Intake(world.deps).check(photo)] * 3)
    assert [getattr(photo, "outcome", photo) for photo in checked] == [Outcome("archived")] * 3
    assert world.types(ANN) == ["form.archived"]


def test_concurrent_workers_name_one_archive_after_its_very_bytes(world: World) -> None:
    world.send(good_photo(), GUARDIAN, pupil=ANN)
    photo = world.deps.photos.claim(world.clock.now(), LEASE_MS)
    assert photo
    checked = run_together(*[lambda: Intake(world.deps).check(photo)] * 3)
    name = world.state(ANN)["archive"]["photo"]
    assert [getattr(photo, "sha256", photo) for photo in checked] == [name] * 3
    assert sha256(world.deps.sealed.get(archive_name(photo.form, name), MAX_BYTES)).hexdigest() == name


def test_a_photo_that_crashes_its_workers_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]

    def crash(_: bytes) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(world.deps.decoder, "examine", crash)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(Crash):
                Intake(world.deps).run_once()
            world.clock.advance(seconds=LEASE_MS / 1000)
    assert world.check_all() == 1
    assert world.status(photo) == ("refused", "damaged")


def test_a_bug_does_not_cost_a_family_its_photo(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]

    def broken(_: bytes) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(world.deps.decoder, "examine", broken)
        for _ in range(MAX_ATTEMPTS + 3):
            assert Intake(world.deps).run_once()
            assert not Intake(world.deps).run_once()
            world.clock.advance(seconds=PAUSE_MS / 1000)
    assert world.check_all() == 1
    assert world.status(photo) == ("archived", "")


def sandbox_says(patch: pytest.MonkeyPatch, world: World, error: Exception) -> None:
    """Every job ends with this error."""

    def run(_: str, __: bytes) -> None:
        raise error

    patch.setattr(world.deps.decoder, "_sandbox", SimpleNamespace(run=run))


@pytest.mark.parametrize(
    ("limit", "reason"),
    [("time", "too-costly"), ("memory", "too-costly"), ("answer", "too-costly"), ("crash", "damaged")],
)
def test_a_photo_that_reaches_a_limit_is_refused_at_once_and_tried_by_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    with monkeypatch.context() as patch:
        sandbox_says(patch, world, LimitExceeded(limit))
        assert Intake(world.deps).run_once()
    assert world.status(photo) == ("refused", reason)
    world.clock.advance(seconds=LEASE_MS / 1000)
    assert (world.check_all(), world.types(ANN)) == (0, [])
    again = world.send(good_photo(), GUARDIAN, pupil=ANN, key="key-00002").json["photo"]  # type: ignore[index]
    assert (world.check_all(), world.status(again)) == (1, ("archived", ""))


@pytest.mark.parametrize("cause", ["killed", "busy", "closed"])
def test_an_unfinished_job_costs_a_photo_no_attempt(world: World, monkeypatch: pytest.MonkeyPatch, cause: str) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    with monkeypatch.context() as patch:
        sandbox_says(patch, world, Unfinished(cause))
        for _ in range(MAX_ATTEMPTS + 3):
            assert Intake(world.deps).run_once()
            world.clock.advance(seconds=PAUSE_MS / 1000)
    assert (world.check_all(), world.status(photo)) == (1, ("archived", ""))


def test_a_good_photo_outlasts_a_machine_that_is_too_busy_for_hours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    began, tries = world.clock.now(), 0
    with monkeypatch.context() as patch:
        sandbox_says(patch, world, Stalled())
        while world.clock.now() < began + BUSY_MS // 2:
            tries += Intake(world.deps).run_once()
            assert not Intake(world.deps).run_once()
            world.clock.advance(seconds=60)
    assert MAX_ATTEMPTS < tries < 30  # less and less often
    world.clock.advance(seconds=BUSY_MS / 1000)
    assert (world.check_all(), world.status(photo)) == (1, ("archived", ""))


def test_a_photo_that_is_never_checked_in_time_is_refused_in_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = world.send(good_photo(BO), TEACHER, pupil=BO).json["photo"]  # type: ignore[index]
    sandbox_says(monkeypatch, world, Stalled())
    world.clock.advance(seconds=BUSY_MS / 1000)
    for _ in range(MAX_ATTEMPTS):
        assert (Intake(world.deps).run_once(), world.status(photo)) == (True, ("checking", ""))
        assert not Intake(world.deps).run_once()
        world.clock.advance(seconds=LEASE_MS / 1000)
    assert (world.check_all(), world.status(photo)) == (1, ("refused", "damaged"))


def test_a_photo_at_which_the_program_fails_is_refused_after_its_attempts_and_tried_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = world.send(good_photo(), GUARDIAN, pupil=ANN).json["photo"]  # type: ignore[index]
    sandbox_says(monkeypatch, world, JobFailed("ValueError at jobs.py:1"))
    for _ in range(MAX_ATTEMPTS):
        assert (Intake(world.deps).run_once(), world.status(photo)) == (True, ("checking", ""))
        world.clock.advance(seconds=LEASE_MS / 1000)
    assert (world.check_all(), world.status(photo)) == (1, ("refused", "damaged"))


def test_after_a_change_in_cleaning_the_same_photo_is_still_a_duplicate(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sent(good_photo(), GUARDIAN, pupil=ANN, key="key-00001")
    before = world.state(ANN)
    world.review(ANN, str(world.deps.photos.of_form(f"form-2026a-{ANN}")[0].id), "accept")
    examine = world.deps.decoder.examine
    monkeypatch.setattr(
        world.deps.decoder,
        "examine",
        lambda content: replace(examine(content), jpeg=examine(content).jpeg + b"newer library"),
    )
    again = world.sent(good_photo(), GUARDIAN, pupil=ANN, key="key-00002")
    assert world.state(ANN) == {**before, "accepted": True}
    assert world.status(again) == ("archived", "duplicate")


def test_many_photos_of_many_senders_at_once_are_each_counted_once(world: World) -> None:
    sends = [partial(world.send, good_photo(), GUARDIAN, pupil=ANN, key=f"guardian-{n % 3}") for n in range(6)]
    sends += [partial(world.send, good_photo(BO), TEACHER, pupil=BO, key=f"teacher-{n % 2}") for n in range(4)]
    sends += [partial(world.send, good_photo(), upload_code=upload_code(ANN), key="by-code-01")]
    assert [getattr(response, "status_code", response) for response in run_together(*sends)] == [202] * len(sends)
    stop = Event()

    def all_settled() -> bool:
        return (
            all(
                p.outcome.state != "checking"
                for pupil in (ANN, BO)
                for p in world.deps.photos.of_form(f"form-2026a-{pupil}")
            )
            and len(world.deps.photos.of_form(f"form-2026a-{ANN}")) == 4
            and len(world.deps.photos.of_form(f"form-2026a-{BO}")) == 2
        )

    def until_settled() -> None:
        try:
            await_until(all_settled, 60, "all photos are checked")
        finally:
            stop.set()

    assert run_together(lambda: run_intake(world.deps, 3, stop), until_settled) == [None, None]
    assert (world.types(ANN), world.types(BO)) == (["form.archived"], ["form.archived"])
