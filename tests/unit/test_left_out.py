"""What is left out on this machine is said, and by the condition on which it is left out."""

from __future__ import annotations

import pytest

from deploy.kafka import fetch
from tests import run
from tests.faults import disk


@pytest.mark.parametrize("can", [False, True])
def test_the_full_disk_is_said_to_be_left_out_where_its_file_system_cannot_be_mounted(monkeypatch, tmp_path, can):
    monkeypatch.setattr(disk, "_mount", lambda folder: can)
    monkeypatch.setattr(disk, "_unmount", lambda folder: None)
    assert disk.SmallDisk(tmp_path / "store").mounted is can
    assert any("a full disk" in sentence for sentence in run.left_out()) is not can


@pytest.fixture
def fetched(monkeypatch, tmp_path):
    """Ask for Kafka on a machine without its tools: the exit status."""
    monkeypatch.setattr(fetch, "CACHE", tmp_path)
    monkeypatch.setattr(fetch.shutil, "which", lambda tool: None)

    def ask(*options):
        monkeypatch.setattr("sys.argv", ["fetch", *options])
        return fetch.main()

    return ask


def test_without_its_tools_kafka_is_not_fetched_and_the_reason_is_said(fetched, capsys):
    assert fetched() == 1
    assert "Kafka needs java and mvn" in capsys.readouterr().err


def test_who_wants_kafka_only_where_possible_goes_on_without_it(fetched):
    assert fetched("--where-possible") == 0
