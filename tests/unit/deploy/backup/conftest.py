"""A stopped copy, and a backup of it that one release has made."""

from __future__ import annotations

import pytest

from deploy.backup import make, restore
from deploy.local.settings import Local
from tests.unit.deploy.backup.made import NOW, PHOTO


@pytest.fixture
def data(tmp_path):
    """A stopped copy, with what belongs into no backup."""
    copy = tmp_path / "copy"
    for path, content in {
        "store/secantus_documents_sh0.wt": b"events" * 50,
        "store/WiredTiger.lock": b"lock",
        PHOTO: b"sealed",
        "reports/rollcall-reports/1.json": b"{}",
        "security/2026-11-28.jsonl": b"{}\n",
        "clock": b"86400000",
        "first-account.txt": b"login: ministry",
        "logs/identity.log": b"log",
        "local.env": b"PORTAL_URL=...",
    }.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(content)
    Local(copy).keys()
    return copy


@pytest.fixture
def backup(data, tmp_path):
    return make.back_up(data, tmp_path / "data-room", tmp_path / "safe", NOW)


@pytest.fixture(autouse=True)
def _one_release(monkeypatch):
    for module in (make, restore):
        monkeypatch.setattr(module, "commit", lambda: "a1b2c3d4e5f6")
