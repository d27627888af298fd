"""Looking unseen: every view leaves a record, a burst raises an alarm, every refusal is a line in the security log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drill.clients import Problem
from tests.support.wait import await_until
from tests.system.county import CLASS, PATH_OF, SmallCounty

pytestmark = [pytest.mark.system]


def security_log(county: SmallCounty) -> list[dict[str, str]]:
    folder = Path(county.copy.local.environment()["SECURITY_LOG"])
    return [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]


def seen(county: SmallCounty, who: str, query: str) -> list[dict[str, object]]:
    return county.ask("GET", "upload", f"/v1/access-records?{query}", who)["items"]


def test_sixty_four_photos_in_a_breath_raise_an_alarm_and_the_family_sees_every_view(attacked):
    before = len(seen(attacked, "guardian", f"pupil={attacked.pupils[0]}"))
    for _ in range(64):
        attacked.fetch("upload", f"/v1/photos/{attacked.photos['archived 0']}/image", "teacher")
    teacher = attacked.people["teacher"].account
    await_until(
        lambda: (
            ("many-views", teacher) in {(line.get("event"), line.get("account")) for line in security_log(attacked)}
        ),
        10,
        "an alarm about the teacher",
    )
    records = seen(attacked, "guardian", f"pupil={attacked.pupils[0]}")
    assert len(records) >= min(100, before + 64)
    assert any(record["alarm"] for record in records)
    assert {record["account"] for record in records} == {""}, "the family sees the role, not the person"


def test_an_auditor_sees_who_and_from_where_and_never_which_pupil(attacked):
    attacked.ask("GET", "upload", f"/v1/classes/{CLASS}/forms", "teacher")
    records = seen(attacked, "auditor", f"path={PATH_OF['county']}")
    assert attacked.people["teacher"].account in {record["account"] for record in records}
    assert not any(pupil in json.dumps(records) for pupil in attacked.pupils)


def test_nobody_reads_the_records_of_another_child_or_region(attacked):
    for who, query in (("guardian", f"pupil={attacked.pupils[5]}"), ("teacher", f"path={PATH_OF['county']}")):
        with pytest.raises(Problem) as refused:
            seen(attacked, who, query)
        assert refused.value.status == 403


def test_every_refusal_leaves_a_line_without_anything_personal(attacked):
    with pytest.raises(Problem):
        attacked.ask("GET", "roster", f"/v1/classes/{CLASS}/pupils", "county")
    line = [found for found in security_log(attacked) if found.get("event") == "refused"][-1]
    assert (line["service"], line["code"], line["role"]) == ("roster", "outside-scope", "county")
    text = json.dumps(security_log(attacked), ensure_ascii=False)
    assert not any(one.login in text for one in attacked.people.values() if one.login)
    assert "127.0.0.1" not in text


def test_the_log_is_its_users_alone(attacked):
    folder = Path(attacked.copy.local.environment()["SECURITY_LOG"])
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
