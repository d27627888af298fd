"""Metrics of a process in which nothing has happened yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]


def test_what_may_happen_is_shown_as_0_before_it_happens():
    """Prometheus sees no increase in a series that begins with 1, so that the first event would raise no alarm."""
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import shared.service.access_records, shared.service.problems; "
            "from services.upload.use_cases.intake import Intake; Intake(None); "
            "from prometheus_client import generate_latest; "
            "print(generate_latest().decode())",
        ],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for event in ("spray", "many-views", "many-senders", "locked", "refused"):
        assert f'rollcall_security_events_total{{event="{event}"}} 0.0' in shown
    assert 'rollcall_views_total{what="photo"} 0.0' in shown
    for code in ("internal", "unavailable"):
        assert f'rollcall_refusals_total{{code="{code}"}} 0.0' in shown
    for outcome in (
        'reason="",state="archived"',
        'reason="unreadable-qr",state="waiting"',
        'reason="damaged",state="refused"',
    ):
        assert f"rollcall_intake_seconds_count{{{outcome}}} 0.0" in shown
