"""Judgements on what the services tell of themselves: each finding is well, waits, or asks somebody to act.

Limits are those of the alerts (deploy/watch/rules): page and alert call for help over the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.language.contracts import PUBLISHERS
from shared.service.health import worst_of

WELL, WAIT, ACT = "well", "wait", "act"
JUDGEMENTS = (WELL, WAIT, ACT)  # from good to bad
AT_ONCE = 10  # seconds: while all is well an event is on its way for no longer, and a photo waits for no longer
LONGEST = {"unpublished": 60, "figures": 120, "lists": 120, "photos": 300}  # seconds until somebody has to act
# Role of a worker -> its services. One process of each must run, so that everything that people send is counted.
WORKERS: Mapping[str, Sequence[str]] = {
    "relay": PUBLISHERS,
    "account-files": ("identity",),
    "openings": ("roster",),
    "files": ("roster",),
    "view": ("upload",),
    "intake": ("upload",),
    "projector": ("stats",),
    "audit": ("stats",),
}
# Subject -> the paragraph of docs/operations.md that helps.
RUNBOOK: Mapping[str, str] = {
    "service": "A process does not answer",
    "worker": "A process does not answer",
    "silent": "A worker stands still",
    "unpublished": "Events wait for the bus",
    "figures": "Figures lag behind",
    "lists": "Figures lag behind",
    "photos": "Photos wait to be checked",
    "parked": "Events are parked",
    "drift": "Control totals differ at a closed day",
}
NOT_KNOWN = "A number is not known yet"
# Service -> its health, UNREADABLE for an answer of another shape. None: it does not answer.
Told = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: of RUNBOOK. service, role: those that it is about. seconds, number: what its sentence says."""

    subject: str
    judgement: str
    service: str = ""
    role: str = ""
    seconds: float | None = None
    number: int = 0
    is_known: bool = True

    @property
    def paragraph(self) -> str:
        """The paragraph of the runbook; "" when all is well."""
        if self.judgement == WELL:
            return ""
        return RUNBOOK[self.subject] if self.is_known else NOT_KNOWN


def judge(told: Told) -> list[Finding]:
    """All findings, in the order of the page: what asks somebody to act comes first."""
    findings = [
        *(_service(service, health) for service, health in told.items()),
        *_workers(told),
        _age("unpublished", worst(told, "unpublished_seconds", PUBLISHERS)),
        _read_model("figures", told, "stats"),
        _read_model("lists", told, "upload"),
        _photos(told),
        _count("parked", worst(told, "parked_events", ("upload", "stats"))),
        _count("drift", worst(told, "drift_slots", ("stats",))),
    ]
    return sorted(findings, key=lambda finding: JUDGEMENTS.index(finding.judgement), reverse=True)


def conclusion(findings: Sequence[Finding]) -> str:
    """The worst judgement of all."""
    return max((finding.judgement for finding in findings), key=JUDGEMENTS.index)


def worst(told: Told, name: str, services: Sequence[str]) -> float | None:
    """The maximum of a number over services. A 0 needs all of them to tell it."""
    return worst_of([health["numbers"].get(name) if (health := told[service]) else None for service in services])


def _service(name: str, health: Mapping[str, Any] | None) -> Finding:
    if health is None:
        return Finding("service", ACT, name)
    return Finding("service", WELL if health else WAIT, name, is_known=bool(health))


def _workers(told: Told) -> Iterator[Finding]:
    """The roles that nobody does, or not everybody. Of a service that tells nothing no worker is known."""
    wrong = [
        finding
        for role, services in WORKERS.items()
        for service in services
        if (health := told[service]) and (finding := _role(service, role, health))
    ]
    yield from wrong
    if not all(told.values()):
        yield Finding("worker", WAIT, is_known=False)
    elif not wrong:
        yield Finding("worker", WELL)


def _role(service: str, role: str, health: Mapping[str, Any]) -> Finding | None:
    """number: of processes that go on with the work beside one that stands still."""
    at_work = health["workers"].get(role, 0)
    if health["silent"].get(role):
        return Finding("silent", ACT, service, role, number=at_work)
    return None if at_work else Finding("worker", ACT, service, role)


def _age(subject: str, seconds: float | None, number: int = 0) -> Finding:
    if seconds is None:
        return Finding(subject, WAIT, is_known=False)
    judgement = WELL if seconds <= AT_ONCE else WAIT if seconds <= LONGEST[subject] else ACT
    return Finding(subject, judgement, seconds=seconds, number=number)


def _read_model(subject: str, told: Told, service: str) -> Finding:
    """A lag of unknown age: since its worker was started it has read nothing of some partition."""
    age, lag = worst(told, "age_seconds", (service,)), worst(told, "lag_records", (service,))
    if age is None and lag:
        return Finding(subject, WAIT, number=int(lag))
    return _age(subject, age)


def _photos(told: Told) -> Finding:
    waiting = worst(told, "unchecked_photos", ("upload",))
    return _age("photos", worst(told, "unchecked_seconds", ("upload",)), int(waiting or 0))


def _count(subject: str, number: float | None) -> Finding:
    if number is None:
        return Finding(subject, WAIT, is_known=False)
    return Finding(subject, ACT if number else WELL, number=int(number))
