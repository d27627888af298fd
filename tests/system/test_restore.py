"""docs/how-to/restore.md: a county at work is backed up, lost, restored into an empty place, and goes on there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deploy.local.settings import REPO, Local
from deploy.local.stack import Stack
from deploy.local.status import is_settled, numbers
from tests.faults.harmed_copy import SMALL
from tests.support.made_up import NOBODY
from tests.support.ports import free_range
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, COUNTY, SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
SETTLED_WITHIN = 120.0  # seconds
FIGURES = f"/v1/figures?campaign={CAMPAIGN}&unit={COUNTY}"


@dataclass(frozen=True)
class Kept:
    """A county whose copy is gone, and its backup: the two folders, and what was true at its moment."""

    county: SmallCounty
    data: Path
    keys: Path
    figures: dict[str, Any]
    report: dict[str, Any]
    unchecked: str  # a photo
    ports: int


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("backup")
    stack = a_copy(folder / "old", free_range())
    stack.start_all()
    try:
        county = SmallCounty(stack).settle()
        await_until(lambda: is_settled(numbers(stack)), SETTLED_WITHIN, "everything to be counted")
        figures, report = county.ask("GET", "stats", FIGURES, "county"), county.post("stats", *edition(county))
        stack.stop(["upload-worker", "stats-worker"])  # so that the backup finds work that is half done
        unchecked = county.ask("POST", "upload", "/v1/photos", "teacher", **photo_of(county, 5))["photo"]
    finally:
        stack.stop_all()
    made = command("make", "--data", folder / "old", "--to", folder / "room", "--keys-to", folder / "safe")
    assert made.returncode == 0, made.stdout + made.stderr
    shutil.rmtree(folder / "old")
    (data,), (keys,) = (folder / "room").iterdir(), (folder / "safe").iterdir()
    return Kept(county, data, keys, figures, report, unchecked, stack.local.port)


def a_copy(data: Path, ports: int) -> Stack:
    return Stack(Local(data, ports), overrides=SMALL)


@pytest.fixture
def new(kept: Kept, tmp_path: Path) -> Iterator[Stack]:
    """A copy that is not started yet. Its address is the one that is printed on the paper that people hold."""
    stack = a_copy(tmp_path / "new", kept.ports)
    yield stack
    stack.stop_all()


def command(name: str, *words: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"deploy.backup.{name}", *map(str, words)],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )


def edition(county: SmallCounty) -> tuple[str, str, dict[str, str]]:
    return "/v1/reports", "county", {"campaign": CAMPAIGN, "unit": COUNTY, "day": county.day}


def photo_of(county: SmallCounty, number: int) -> dict[str, Any]:
    return {
        "data": {"campaign": CAMPAIGN, "pupil": county.pupils[number]},
        "files": {"photo": ("sheet.jpg", county.page_of(number), "image/jpeg")},
    }


def at(stack: Stack, kept: Kept) -> SmallCounty:
    """The same county, asked at another copy."""
    county = replace(kept.county, copy=stack)
    county.sheets = kept.county.sheets
    return county


def audit(stack: Stack) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "services.stats.operator.audit"],
        cwd=REPO,
        env=stack.environment_of("stats-worker"),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_county_restored_into_an_empty_place_is_audited_clean_and_goes_on(kept, new):
    restored = command("restore", "--from", kept.data, "--keys-from", kept.keys, "--data", new.local.data)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    new.start_all()
    county = at(new, kept)
    county.activate("county")
    bureau = county.people["county"]
    county.post("identity", "/v1/sessions", NOBODY, {"login": bureau.login, "password": bureau.password})
    await_until(
        lambda: county.ask("GET", "upload", f"/v1/photos/{kept.unchecked}", "teacher")["state"] == "archived",
        SETTLED_WITHIN,
        "the photo that was not checked yet",
    )
    await_until(lambda: is_settled(numbers(new)), SETTLED_WITHIN, "everything to be counted")
    assert audit(new)[0] == 0, audit(new)[1]
    figures = {**county.ask("GET", "stats", FIGURES, "county")["measures"]}
    before = kept.figures["measures"]
    assert figures["uploaded"] == before["uploaded"] + 1
    assert {name for name, value in before.items() if figures[name] != value} <= {
        name for name in before if name.startswith(("uploaded", "received", "by_", "how_"))
    }
    assert county.post("stats", *edition(county))["sha256"] == kept.report["sha256"]
    archived = kept.county.photos["archived 0"]
    assert county.fetch("upload", f"/v1/photos/{archived}/image", "teacher")[:2] == b"\xff\xd8"
    county.send(6, "teacher", county.page_of(6))
    await_until(
        lambda: county.ask("GET", "stats", FIGURES, "county")["measures"]["uploaded"] == before["uploaded"] + 2,
        SETTLED_WITHIN,
        "a new photo to be counted",
    )
    assert audit(new)[0] == 0, audit(new)[1]
