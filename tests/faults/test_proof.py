"""The proof of a run can fail: it names each violation planted in a healthy copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.stats.domain.packs import decode_rows
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.register_mongo import Register
from shared.infrastructure.objects import Objects
from tests.faults.proof import prove
from tests.faults.story import Story, running_county

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running_county(tmp_path_factory.mktemp("proof")) as running:
        yield running


def objects_of(story: Story, of: str = "S3") -> Objects:
    """of: S3 for the photos, REPORTS for the reports."""
    environment, keys = story.copy.local.environment(), story.copy.local.keys()
    access, secret = keys[f"{of}_ACCESS_KEY"], keys[f"{of}_SECRET_KEY"]
    return Objects(environment[f"{of}_ENDPOINT"], access, secret, environment[f"{of}_BUCKET"])


def without_key_number(name: str) -> str:
    folder, form, _, file = name.split("/")
    return f"{folder}/{form}/{file}"


def test_a_wrong_figure_a_wrong_history_a_lost_photo_and_an_altered_report_are_each_named(story):
    story.ends_well()
    database, upload, objects = story.client["rollcall_stats"], story.client["rollcall_upload"], objects_of(story)
    reports = objects_of(story, "REPORTS")
    projection = Projection(database, Register(database).active())
    flow = projection.flows.find_one_and_update({"total.uploaded": {"$gt": 0}}, {"$inc": {"total.uploaded": 40}})["_id"]
    entry = database[f"{projection.name.replace('.', '_')}_journal"].find_one_and_delete({})
    history = decode_rows(entry["rows"])[0].key
    lost, *_ = objects.names("waiting/", "", 1)
    objects.remove(lost)
    unknown = upload["photos"].find_one_and_update({"state": "waiting"}, {"$set": {"sha256": "0" * 64}})["_id"]
    report, *_ = [name for name in reports.names("reports/", "", 10) if name.endswith(".pdf")]
    reports.put(report, b"another letter", "application/pdf")

    found = prove(story.copy, story.county)

    planted = (
        f"flows {flow} says",
        f"{history} is not what the stores have published",
        f"does not hold {without_key_number(lost)}",
        f"the photo {unknown} is waiting",
        f"the report {report.split('/')[1]}",
    )
    missed = [named for named in planted if not any(named in sentence for sentence in found)]
    assert not missed, f"{missed} not in:\n" + "\n".join(found)
