"""Alerts: each fires on its harm and on nothing else, names what exists, and leads to a page that helps."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from docs.alerts import REPO, Alert, anchors, every
from shared.infrastructure.security_log import EVENTS
from tests.unit.deploy.harms import HARMS, Harm
from tests.unit.deploy.series import BEGIN, END, INTERVAL, LAST

ALERTS = {alert.name: alert for alert in every()}
RULES = sorted((REPO / "deploy" / "watch" / "rules").glob("*.yaml"))
needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)


def test_every_alert_counts_an_event_of_the_security_log():
    counted = {
        name for path in RULES for name in re.findall(r'security_events_total\{event="([^"]+)"\}', path.read_text())
    }
    assert counted and counted <= set(EVENTS)


@pytest.mark.parametrize("alert", every(), ids=lambda alert: alert.name)
def test_an_alert_says_what_is_wrong_how_bad_it_is_and_where_help_is(alert: Alert):
    assert alert.severity in ("warning", "critical")
    assert alert.summary.endswith(".") and alert.harm.endswith(".")
    page, _, anchor = alert.runbook.partition("#")
    assert anchor in anchors((REPO / page).read_text())


def test_every_alert_has_a_harm_on_which_it_fires():
    assert {name for harm in HARMS for name, _ in harm.fires} == ALERTS.keys()


def expected(harm: Harm, name: str) -> list[dict[str, dict[str, str]]]:
    """The alerts of one name that fire at the end of a harm, as promtool compares them."""

    def filled(sentence: str, labels: dict[str, str]) -> str:
        return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], sentence)

    alert = ALERTS[name]
    return [
        {
            "exp_labels": {"severity": alert.severity, **labels},
            "exp_annotations": {
                "harm": alert.harm,
                "summary": filled(alert.summary, dict(labels)),
                "runbook": alert.runbook,
            },
        }
        for fired, labels in harm.fires
        if fired == name
    ]


@pytest.mark.engine  # Prometheus's own tool, a process for each harm
@needs_promtool
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.name)
def test_exactly_its_alerts_fire_at_the_end_of_a_harm_and_none_before_it_and_after_it(harm: Harm, tmp_path):
    moments = ((BEGIN - 1, False), (END - 1, True), (LAST, False))
    checks = [
        {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": expected(harm, name) if is_harm else []}
        for minute, is_harm in moments
        for name in ALERTS
    ]
    lines = [
        {"series": name, "values": " ".join("_" if value is None else f"{value:g}" for value in values)}
        for name, values in harm.series().items()
    ]
    document = {
        "rule_files": [str(path) for path in RULES],
        "evaluation_interval": "1m",
        "tests": [{"interval": f"{INTERVAL}s", "input_series": lines, "alert_rule_test": checks}],
    }
    path = tmp_path / "test.yaml"
    path.write_text(json.dumps(document))  # JSON is YAML, and written faster
    done = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
