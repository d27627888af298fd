"""The page of operations: asks all services at once, and is there when one of them is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from flask import request

from services.portal.dependencies import services
from services.portal.pages.operations.judging import WELL, Finding, Told, conclusion, judge
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import Service, is_unreadable
from shared.infrastructure.errors import Refused
from shared.language.services import BACKENDS
from shared.service.health_reading import UNREADABLE, read
from shared.service.service_client import QUICK

REFRESH_SECONDS = 20
MOST_LOOKS = 30  # of its own, ten minutes: a page that is left open must not keep a session from ending


def show() -> Any:
    """Render how the system is, in sentences. looks: how often the page has refreshed itself."""
    findings, asked = judge(ask_all()), request.args.get("looks", "")
    looks = int(asked) if re.fullmatch("[0-9]{1,3}", asked) else 0
    return render(
        "operations.html",
        conclusion=conclusion(findings),
        findings=[(finding, sentence(finding)) for finding in findings],
        seconds=REFRESH_SECONDS,
        next_look=looks + 1 if looks < MOST_LOOKS else 0,
    )


def ask_all() -> Told:
    """The health of each service, None of one that does not answer soon. Raises what the session or role is refused."""
    token = signed_in().access

    def health_of(name: str) -> Mapping[str, Any] | None:
        service: Service = getattr(services(), name)
        try:
            return read(service.get("/v1/health", token, timeout=QUICK))
        except Refused as refused:
            if refused.status in (401, 403):
                raise
            return UNREADABLE if is_unreadable(refused) else None  # a release from before this page, too: 404

    with ThreadPoolExecutor(len(BACKENDS), thread_name_prefix="health") as pool:
        asked = {name: pool.submit(copy_context().run, health_of, name) for name in BACKENDS}
        return {name: future.result() for name, future in asked.items()}


def sentence(finding: Finding) -> str:
    """The text for a finding: what it means for people."""
    service = t(f"operations.of.{finding.service}") if finding.service else ""
    if finding.role:
        return _of_worker(finding, service)
    key = f"operations.{finding.subject}"
    if not finding.is_known:
        return t(f"{key}.unknown", of=service)
    if finding.judgement != WELL and finding.service:
        return t(f"operations.{finding.service}.act", of=service)
    if finding.judgement == WELL:
        return t(key, of=service)
    if finding.seconds is None and finding.subject in ("figures", "lists"):
        return t(f"{key}.lag", n=finding.number)
    return t(f"{key}.late", time=duration(finding.seconds or 0), n=finding.number)


def _of_worker(finding: Finding, service: str) -> str:
    """The text for a role that nobody does, or that one process has begun and does not go on with."""
    how = finding.subject if not finding.number else "silent.some"
    role = f"operations.{finding.role}"
    return t(f"operations.{how}.act", who=t(f"{role}.who", of=service), harm=t(f"{role}.harm"))


def duration(seconds: float) -> str:
    """A time in the largest unit that gives a whole number of some size: 45 s, 4 min, 3 h."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return t(f"operations.{unit}", n=int(seconds // size))
    return t("operations.seconds", n=int(seconds))
