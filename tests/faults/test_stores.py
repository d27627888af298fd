"""Stores and read models: a writer stopped over midnight, restored backups, a corrupted figure, a full disk."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
from pymongo.errors import PyMongoError

from deploy.local.settings import is_worker
from deploy.local.status import numbers
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.register_mongo import Register
from shared.infrastructure.clock import day_of
from tests.faults.backup import Backup
from tests.faults.disk import UNMOUNTABLE, SmallDisk
from tests.faults.people import CLASSES, ON_PAPER, People, class_of
from tests.faults.proof import PUBLISHERS
from tests.faults.stalled_upload import StalledUpload
from tests.faults.story import BUS_USERS, PATIENCE, Story, running_county, shown
from tests.support.made_up import NOBODY
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, PASSWORD

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    """The disk of the document store."""
    small = SmallDisk(tmp_path_factory.mktemp("stores") / "store")
    yield small
    small.close()


@pytest.fixture(scope="module")
def story(disk: SmallDisk) -> Iterator[Story]:
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("AUDIT_SECONDS", "2")
        with running_county(disk.folder.parent) as running:
            yield running


@pytest.fixture
def people(story: Story) -> People:
    return People(story)


@pytest.fixture
def stalled_upload(story: Story) -> Iterator[StalledUpload]:
    second = StalledUpload(story.copy, ON_PAPER)
    yield second
    second.close()


# ---- over midnight
@pytest.mark.smoke
def test_a_write_stopped_over_midnight_counts_on_the_next_open_day_and_the_report_of_the_closed_day_stays(
    story, people, stalled_upload
):
    kept = story.figure("paper")
    headers = {**story.county.headers("upload", "teacher"), "Idempotency-Key": "stalled-upload"}
    with ThreadPoolExecutor(1) as pool:
        response = pool.submit(stalled_upload.post, people.paper(2), headers, {"reason": "refused"})
        stalled_upload.suspend()
        over = story.next_day()
        assert story.close(over)
        report = story.report(over)
        before = people.files(report)
        stalled_upload.resume()
        assert response.result(60).is_success
    story.await_figure("paper", kept + 1)
    event = people.event_of_paper(2)
    assert (day_of(event["at"]), event["day"]) == (over, story.county.days.today())
    assert people.figure("paper", over) == kept
    assert story.report(over)["sha256"] == report["sha256"]
    assert people.files(report) == before
    story.ends_well()


def test_a_relay_that_is_stopped_over_midnight_delays_the_report_until_its_events_count_on_the_next_day(story, people):
    kept = story.figure("paper")
    story.copy.stack.signal("upload-worker", signal.SIGSTOP)
    people.keep_on_paper(4)
    over = story.next_day()
    assert not story.close(over)
    assert people.refusal(over) == "day-not-closed"
    story.copy.stack.signal("upload-worker", signal.SIGCONT)
    await_until(lambda: story.close(over), PATIENCE)
    story.report(over)
    story.await_figure("paper", kept + 1)
    assert (people.event_of_paper(4)["day"], people.figure("paper", over)) == (story.county.days.today(), kept)
    story.ends_well()


# ---- statistics' own data
def test_a_corrupted_figure_is_named_by_the_audit_and_repaired_by_one_command(story, people):
    database = story.client["rollcall_stats"]
    flows = Projection(database, Register(database).active()).flows
    whole = flows.find_one({"total.uploaded": {"$gt": 0}})
    flows.update_one({"_id": whole["_id"]}, {"$inc": {"total.uploaded": 40}, "$unset": {"total.expected": 1}})
    found = story.run("services.stats.operator.audit")
    assert (found.returncode, [wrong["id"] for wrong in shown(found)["flows"]]) == (1, [whole["_id"]])
    repaired = story.run("services.stats.operator.audit", "--repair")
    assert (repaired.returncode, shown(repaired)["repaired"], shown(repaired)["flows"]) == (0, 1, [])
    assert flows.find_one({"_id": whole["_id"]})["total"] == whole["total"]
    story.ends_well()


def test_running_projectors_seek_back_when_an_older_read_model_is_restored_and_figures_and_reports_recover(
    story, people
):
    uploaded = story.figure("uploaded")
    older = Backup(story.client, "rollcall_stats")
    people.send_photo(5)
    story.await_figure("uploaded", uploaded + 1)
    over = story.next_day()
    assert story.close(over)
    report = story.report(over)
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(people.send_photo, 6)
        older.restore()
        sent.result(60)
    story.await_figure("uploaded", uploaded + 2)
    assert "read model was restored" in story.log("stats-worker")
    assert story.copy.stack.dead() == []
    assert story.close(over)
    assert story.report(over)["sha256"] == report["sha256"]
    story.ends_well()


# ---- a publisher's store
@dataclass(frozen=True)
class Loss:
    """lost: actions after the backup. again: later actions, recorded under versions that the bus has carried already.

    repaired: whether upload shows the later actions and nothing else of the lost ones.
    """

    publisher: str
    lost: Callable[[People], None]
    again: Callable[[People], None]
    repaired: Callable[[People], bool]


def two_photos(people: People) -> None:
    for number in (7, 8):
        people.send_photo(number)


def two_classes(people: People) -> None:
    for number in (21, 22):
        people.open_class(number, "三年级新班")
    await_until(lambda: people.upload_has_class(22), PATIENCE)


LOSSES = [
    Loss(
        "upload",
        two_photos,
        lambda people: people.keep_on_paper(7),
        lambda people: (people.state(7), people.state(8)) == ("paper", "missing"),
    ),
    Loss(
        "roster",
        two_classes,
        lambda people: people.open_class(21, "三年级二十一班"),
        lambda people: people.upload_has_class(21) and not people.upload_has_class(22),
    ),
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.publisher)
def test_a_publishers_store_restored_from_an_older_copy_raises_the_alarm_and_the_runbook_repairs_figures_and_views(
    story, people, loss
):
    uploaded, mine = story.figure("uploaded"), (loss.publisher, f"{loss.publisher}-worker")
    older = Backup(story.client, f"rollcall_{loss.publisher}")
    loss.lost(people)
    await_until(people.has_no_lag, PATIENCE, "all is projected")
    story.copy.stack.stop(mine)
    older.restore()
    story.start(*mine)
    loss.again(people)
    await_until(lambda: numbers(story.copy.stack)["parked"], PATIENCE, "a fork is parked")
    over = story.next_day()
    assert not story.close(over)
    await_until(lambda: numbers(story.copy.stack)["drift"], PATIENCE, "the control totals differ")
    status = story.run("deploy.local.status", "--data", str(story.copy.data), "--port", str(story.copy.port))
    assert (status.returncode, "docs/operations.md" in status.stdout) == (1, True)
    parked = [item["key"] for item in shown(story.run("services.stats.operator.parked"))["parked"]]
    assert (people.refusal(over), people.refusal(over, accept=parked)) == ("parked", "control-totals-differ")

    follow_the_runbook(story, over)
    assert story.close(over)
    story.report(over)
    assert story.figure("uploaded") == uploaded
    await_until(lambda: loss.repaired(people), PATIENCE, "upload shows what the stores hold")
    story.ends_well()


def follow_the_runbook(story: Story, closed: str) -> None:
    """docs/operations.md: a publisher's store was restored from an older copy."""
    stack, workers = story.copy.stack, [name for name in BUS_USERS if is_worker(name)]
    stack.stop(workers)
    story.close(closed)
    stack.stop(["upload"])
    assert story.run("services.upload.operator.rebuild_view", of="upload-worker").returncode == 0
    story.copy.local.raise_generation()
    stack.create_topics()
    story.restart("identity", "roster", "stats", *workers)
    for publisher in PUBLISHERS:
        story.await_published(publisher)
    story.start("upload")
    await_until(
        lambda: story.run("services.stats.operator.rebuild").returncode == 0, PATIENCE, "the next projection is active"
    )


# ---- the store itself
def test_without_a_connection_to_the_document_store_requests_are_refused_as_unavailable_and_nothing_is_lost(
    story, people
):
    kept = story.figure("paper")
    story.copy.detours["store"].cut()
    assert (
        people.ask_once("upload", people.paper(1), "teacher", json={"reason": "refused"}, key="cut-line").status_code
        == 503
    )
    story.copy.detours["store"].restore()
    await_until(
        lambda: (
            people.ask_once("upload", people.paper(1), "teacher", json={"reason": "refused"}, key="cut-line").is_success
        ),
        PATIENCE,
    )
    story.await_figure("paper", kept + 1)
    story.ends_well()


def exhaust_the_log(story: Story, people: People) -> set[int]:
    """Write until the store cannot extend its log. Returns the numbers of the classes acknowledged before."""
    acknowledged: set[int] = set()
    for number in range(30, 99):
        with suppress(PyMongoError):
            story.client["ballast"]["papers"].insert_one({"weight": b"0" * 500_000})
        if not people.ask_once("roster", CLASSES, "school", json=class_of(number, "三年级新班")).is_success:
            return acknowledged
        acknowledged.add(number)
    raise AssertionError("the disk is not full")


def test_with_a_full_disk_of_the_document_store_requests_are_refused_as_unavailable_and_nothing_acknowledged_is_lost(
    story, people, disk
):
    if not disk.mounted:
        pytest.skip(UNMOUNTABLE)
    uploaded = story.figure("uploaded")
    disk.fill()
    opened = exhaust_the_log(story, people)
    photo = {
        "data": {"campaign": CAMPAIGN, "pupil": story.county.pupils[9]},
        "files": {"photo": ("sheet.jpg", story.county.page_of(9), "image/jpeg")},
    }
    login = story.county.people["guardian"].login
    refused = [
        people.ask_once("upload", "/v1/photos", "teacher", key="full-disk", **photo),
        people.ask_once("identity", "/v1/sessions", NOBODY, json={"login": login, "password": PASSWORD}),
        people.ask_once("stats", f"/v1/days/{story.county.day}/close", "ministry"),
    ]
    assert [(response.status_code, response.headers["Content-Type"]) for response in refused] == [
        (503, "application/problem+json")
    ] * len(refused)
    assert not story.copy.stack.healthy("upload")

    disk.free()
    story.kill("store")
    story.start("store")
    story.client.drop_database("ballast")
    await_until(
        lambda: people.ask_once("upload", "/v1/photos", "teacher", key="full-disk", **photo).status_code == 202,
        PATIENCE,
    )
    story.await_figure("uploaded", uploaded + 1)
    assert opened <= people.classes()
    story.ends_well()
