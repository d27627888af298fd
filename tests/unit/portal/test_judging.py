"""Judgements on what the services tell: well, wait or act, never well where something is not known."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
import yaml

from services.portal.pages.operations.judging import (
    ACT,
    LONGEST,
    NOT_KNOWN,
    RUNBOOK,
    WAIT,
    WELL,
    WORKERS,
    Finding,
    conclusion,
    judge,
)
from shared.service.health_reading import UNREADABLE
from tests.unit.portal import people

REPO = Path(__file__).resolve().parents[3]


def told(
    service: str = "",
    *,
    workers: dict[str, int] | None = None,
    silent: dict[str, int] | None = None,
    **numbers: float | None,
) -> dict:
    """What the services tell while all is well, but for these numbers or workers of one of them."""
    found = copy.deepcopy(people.HEALTH)
    if service:
        found[service]["numbers"] |= numbers
        found[service]["workers"] |= workers or {}
        found[service]["silent"] |= silent or {}
    return found


def finding(subject: str, found: dict) -> Finding:
    of_subject = [each for each in judge(found) if each.subject == subject and each.judgement != WELL]
    assert of_subject, f"{subject} is judged well"
    return of_subject[0]


def test_all_is_well_where_every_number_is_known_and_every_role_done():
    findings = judge(told())
    assert conclusion(findings) == WELL and {each.subject for each in findings} == RUNBOOK.keys() - {"silent"}
    assert [each.paragraph for each in findings if each.paragraph] == []


@pytest.mark.parametrize(
    ("subject", "service", "numbers", "judgement"),
    [
        ("unpublished", "roster", {"unpublished_seconds": 30.0}, WAIT),
        ("unpublished", "roster", {"unpublished_seconds": 61.0}, ACT),
        ("figures", "stats", {"age_seconds": 119.0}, WAIT),
        ("figures", "stats", {"age_seconds": 121.0}, ACT),
        ("figures", "stats", {"age_seconds": None, "lag_records": 7.0}, WAIT),
        ("lists", "upload", {"age_seconds": 121.0}, ACT),
        ("photos", "upload", {"unchecked_seconds": 240.0, "unchecked_photos": 900.0}, WAIT),
        ("photos", "upload", {"unchecked_seconds": 301.0, "unchecked_photos": 900.0}, ACT),
        ("parked", "upload", {"parked_events": 1.0}, ACT),
        ("parked", "stats", {"parked_events": 1.0}, ACT),
        ("drift", "stats", {"drift_slots": 1.0}, ACT),
    ],
)
def test_a_number_is_judged_by_what_it_means(subject, service, numbers, judgement):
    found = told(service, **numbers)
    assert finding(subject, found).judgement == conclusion(judge(found)) == judgement
    assert finding(subject, found).paragraph == RUNBOOK[subject]


@pytest.mark.parametrize(
    ("subject", "service", "name"),
    [
        ("unpublished", "identity", "unpublished_seconds"),
        ("figures", "stats", "age_seconds"),
        ("lists", "upload", "age_seconds"),
        ("photos", "upload", "unchecked_seconds"),
        ("parked", "upload", "parked_events"),
        ("drift", "stats", "drift_slots"),
    ],
)
def test_a_number_that_is_not_known_is_not_well(subject, service, name):
    found = finding(subject, told(service, **{name: None}))
    assert (found.judgement, found.is_known, found.paragraph) == (WAIT, False, NOT_KNOWN)


def test_what_asks_somebody_to_act_comes_first_and_otherwise_the_order_is_the_same():
    found = told("stats", workers={"audit": 0}, age_seconds=None, drift_slots=1.0)
    assert [(each.subject, each.judgement) for each in judge(found)][:4] == [
        ("worker", ACT), ("drift", ACT), ("figures", WAIT), ("service", WELL),
    ]  # fmt: skip


def test_a_bad_number_of_one_service_counts_although_another_does_not_tell_its_own():
    found = told("roster", unpublished_seconds=90.0)
    found["identity"] = None
    assert finding("unpublished", found).judgement == ACT


@pytest.mark.parametrize(("role", "service"), [(role, name) for role, names in WORKERS.items() for name in names])
def test_a_role_that_no_worker_does_asks_somebody_to_act(role, service):
    missing = finding("worker", told(service, workers={role: 0}))
    assert (missing.judgement, missing.service, missing.role) == (ACT, service, role)


@pytest.mark.parametrize(("role", "service"), [(role, name) for role, names in WORKERS.items() for name in names])
@pytest.mark.parametrize("others", [0, 3])
def test_a_worker_that_stands_still_asks_somebody_to_act_also_while_others_do_its_work(role, service, others):
    found = told(service, workers={role: others}, silent={role: 1})
    still = finding("silent", found)
    assert (still.judgement, still.service, still.role, still.number) == (ACT, service, role, others)
    assert conclusion(judge(found)) == ACT and not [each for each in judge(found) if each.subject == "worker"]


@pytest.mark.parametrize("service", people.HEALTH)
def test_what_a_service_tells_and_nobody_can_read_is_not_known_and_calls_nobody_out(service):
    findings = judge(told() | {service: UNREADABLE})
    unread = next(each for each in findings if each.service == service)
    assert (unread.subject, unread.judgement, unread.is_known, unread.paragraph) == ("service", WAIT, False, NOT_KNOWN)
    assert {each.judgement for each in findings} == {WELL, WAIT}
    assert [each.is_known for each in findings if each.subject == "worker"] == [False]


@pytest.mark.parametrize("service", people.HEALTH)
def test_a_service_that_does_not_answer_asks_somebody_to_act_and_leaves_its_workers_unknown(service):
    found = told() | {service: None}
    assert finding("service", found).service == service
    workers = [each for each in judge(found) if each.subject == "worker"]
    assert [(each.judgement, each.is_known) for each in workers] == [(WAIT, False)]


def test_the_runbook_has_every_paragraph_to_which_the_page_leads():
    headings = re.findall(r"^### (.+)$", (REPO / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert {*RUNBOOK.values(), NOT_KNOWN} <= set(headings)


@pytest.mark.parametrize(
    ("subject", "alert"),
    [("unpublished", "EventsNotPublished"), ("figures", "ReadModelOld"), ("lists", "ReadModelOld")],
)
def test_page_and_alert_call_for_help_over_the_same(subject, alert):
    groups = yaml.safe_load((REPO / "deploy" / "watch" / "rules" / "events.yaml").read_text())["groups"]
    rule = next(rule for group in groups for rule in group["rules"] if rule["alert"] == alert)
    limit = re.search(r"_seconds\) > (\d+)", rule["expr"])
    assert limit and int(limit[1]) == LONGEST[subject]
