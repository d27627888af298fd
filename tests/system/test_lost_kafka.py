"""The runbook of a lost Kafka, done as it is written: the disk of a copy's only broker is gone."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.kafka.fetch import missing_tools
from deploy.local.stack import Stack
from tests.support.ports import free_range
from tests.support.processes import running_with
from tests.support.runbook import ON_KAFKA, Step
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty
from tests.system.duty import PATIENCE, Duty

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.timeout(900)]


@pytest.fixture
def duty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Duty]:
    """Somebody whose copy runs on Kafka."""
    if reason := missing_tools():
        pytest.skip(reason)
    somebody = Duty(tmp_path_factory.mktemp("lost-kafka"), free_range())
    somebody.env["KAFKA"] = "1"
    somebody.do(Step("make run", ["Rollcall 点名 runs on Apache Kafka:"]))
    yield somebody
    somebody.stop()


def test_a_kafka_whose_disk_is_lost_is_replaced_as_it_is_written(duty: Duty) -> None:
    """The figures are as before, a report keeps its bytes, and the next photo counts."""
    county = SmallCounty(Stack(duty.local)).settle()
    duty.do(Step("make status", ["All is well: everything that was recorded is counted."], repeated=True))
    right, report, generation = measures(county), published(county), generation_of(duty)
    assert right["uploaded"] > 0
    lose_kafka(duty)
    duty.follow(ON_KAFKA, {})
    assert (measures(county), published(county), generation_of(duty)) == (right, report, generation + 1)
    county.send(4, "teacher", county.page_of(4))
    await_until(lambda: measures(county)["uploaded"] == right["uploaded"] + 1, PATIENCE, "the next photo counts")


def lose_kafka(duty: Duty) -> None:
    """The broker dies with its disk, the copy ends, and another terminal is opened."""
    [broker] = running_with(str(duty.data / "kafka" / "server.properties"))
    os.kill(broker, signal.SIGKILL)
    await_until(lambda: duty.running and duty.running.poll() is not None, PATIENCE, "the copy ends with its broker")
    shutil.rmtree(duty.data / "kafka")
    del duty.env["KAFKA"]


def measures(county: SmallCounty) -> dict[str, Any]:
    figures = county.ask("GET", "stats", f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}", "county")
    return dict(figures["measures"])


def published(county: SmallCounty) -> str:
    """The hash of the report of the day that was closed."""
    asked = {"campaign": CAMPAIGN, "unit": COUNTY, "day": county.day}
    return str(county.post("stats", "/v1/reports", "county", asked)["sha256"])


def generation_of(duty: Duty) -> int:
    return int(duty.local.environment()["BUS_GENERATION"])
