"""Alerts on the security log: they name events that exist, and fire on their harm and on nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.infrastructure.security_log import EVENTS

RULES = Path(__file__).resolve().parents[3] / "deploy" / "prometheus"


def test_every_alert_counts_an_event_of_the_security_log():
    counted = re.findall(r'rollcall_security_events_total\{event="([^"]+)"\}', (RULES / "security.yaml").read_text())
    assert counted and set(counted) <= set(EVENTS)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)")
def test_each_alert_fires_on_its_harm_and_on_nothing_else():
    done = subprocess.run(
        ["promtool", "test", "rules", "security_test.yaml"], cwd=RULES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
