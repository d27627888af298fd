"""Series as Prometheus keeps them of a copy at work, in minutes and rates, for `promtool test rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.infrastructure.security_log import EVENTS
from shared.language.contracts import PUBLISHERS
from shared.language.services import BACKENDS, SERVICES

INTERVAL = 60  # seconds between two samples
BEGIN, END, LAST = 12, 52, 85  # minutes: a harm begins, ends, and the series end
Value = float | None  # None: no sample
Series = Mapping[str, Sequence[Value]]
VIEW, FIGURES = "upload-view", "figures.1"
READERS = {VIEW: "upload-worker", FIGURES: "stats-worker"}
WORKERS = [f"{name}-worker" for name in BACKENDS]
ROLES = (("upload-worker", "relay"), ("upload-worker", "intake"), ("stats-worker", "projector"))
ENTRIES, BY_MACHINES = "/v1/entries", ("/_health/ready", "/metrics")  # rules of requests
BUCKETS = (0.1, 0.5, 1.0, 2.5, 5.0, float("inf"))


def series(name: str, process: str, **labels: str) -> str:
    """The name of a series with the labels of its process."""
    target = {"job": "rollcall", "instance": f"{process}:1", "process": process, "service": process.split("-")[0]}
    shown = ",".join(f'{label}="{value}"' for label, value in {**target, **labels}.items())
    return f"{name}{{{shown}}}"


def gauge(usual: Value, during: Value | None = None, *, same: bool = False) -> list[Value]:
    """A value before and after a harm, and another one during it. same: no harm."""
    return [usual if same or not BEGIN <= at < END else during for at in _minutes()]


def growing(per_minute: float) -> list[Value]:
    """A gauge that is 0 but grows during a harm."""
    return [max(0.0, at - BEGIN) * per_minute if at < END else 0 for at in _minutes()]


def counter(per_second: float, during: float | None = None, first: float = 0) -> list[Value]:
    """A counter with a rate, and another one during a harm."""
    values, value = [], first
    for at in _minutes():
        values.append(value)
        value += INTERVAL * (during if during is not None and BEGIN <= at < END else per_second)
    return values


def _minutes() -> list[float]:
    return [n * INTERVAL / 60 for n in range(LAST * 60 // INTERVAL + 1)]


def asked(service: str, rule: str) -> str:
    """The name of the series that counts the requests by a rule."""
    return series("rollcall_request_seconds_count", service, method="GET", rule=rule, status="2xx")


def requests(service: str, per_second: float, shares: Sequence[float], during: Sequence[float] = ()) -> Series:
    """A histogram of requests. shares: of requests within each of BUCKETS; during: within a harm."""
    labels = {"method": "GET", "rule": ENTRIES, "status": "2xx"}
    later = during or shares
    found = {
        series("rollcall_request_seconds_bucket", service, le=str(le).replace("inf", "+Inf"), **labels): counter(
            per_second * shares[n], per_second * later[n]
        )
        for n, le in enumerate(BUCKETS)
    }
    return {**found, asked(service, ENTRIES): counter(per_second)}


QUICK, SLOW = (0.9, 0.99, 1, 1, 1, 1), (0.2, 0.4, 0.6, 0.8, 0.9, 1)


def waits(within: Mapping[str, float], during: Mapping[str, float] | None = None) -> Series:
    """The waits of families: rates by the upper bounds of a histogram."""
    later = during or within
    return {
        series("rollcall_photo_wait_seconds_bucket", "upload-worker", le=le): counter(rate, later[le])
        for le, rate in within.items()
    }


SOON, LATE = (
    {"5.0": 0.9, "120.0": 1.0, "300.0": 1.0, "+Inf": 1.0},
    {"5.0": 0.0, "120.0": 0.2, "300.0": 0.6, "+Inf": 1.0},
)


def at_work(busy: float = 1) -> dict[str, Sequence[Value]]:
    """A county at work, in which nothing is wrong. busy: times the usual traffic."""
    found: dict[str, Sequence[Value]] = {}
    for process in (*SERVICES, *WORKERS):
        found[series("up", process)] = gauge(1, same=True)
    for event in EVENTS:
        rate = {"sign-in": 0.5, "sign-in-failed": 0.02, "refused": 0.05}.get(event, 0)
        found[series("rollcall_security_events_total", "identity", event=event)] = counter(rate * busy)
    for service in SERVICES:
        found |= requests(service, 5 * busy, QUICK)
        found |= {asked(service, rule): counter(1) for rule in BY_MACHINES}
        found[series("rollcall_running_requests", service)] = gauge(min(8, busy), same=True)
        found[series("rollcall_sent_away_requests_total", service)] = counter(0)
        for code in ("internal", "unavailable", "outside-scope", "busy"):
            found[series("rollcall_refusals_total", service, code=code)] = counter(
                {"outside-scope": 0.05, "unavailable": 0.005}.get(code, 0) * busy
            )
    for process, role in ROLES:
        found[series("rollcall_role_silence_seconds", process, role=role)] = gauge(2, same=True)
    for publisher in PUBLISHERS:
        waited = [float(n % 2) for n in range(len(gauge(0)))]
        found[series("rollcall_oldest_unpublished_seconds", f"{publisher}-worker", publisher=publisher)] = waited
        found[series("rollcall_drift_slots", "stats-worker", publisher=publisher)] = gauge(0, same=True)
    for subscription, worker in READERS.items():
        for name, value in {"lag_records": 3 * busy, "parked_events": 0, "read_model_age_seconds": 1}.items():
            found[series(f"rollcall_{name}", worker, subscription=subscription)] = gauge(value, same=True)
        found[series("rollcall_conflicts_total", worker, subscription=subscription)] = counter(0.01 * busy)
    for outcome, rate in {"done": 1 / 60, "failed": 0}.items():
        found[series("rollcall_audits_total", "stats-worker", outcome=outcome)] = counter(rate)
    found[series("rollcall_unready_campaigns", "roster-worker")] = gauge(0, same=True)
    found[series("rollcall_unchecked_photos", "upload-worker")] = gauge(4 * busy, same=True)
    found[series("rollcall_intake_seconds_count", "upload-worker", state="archived", reason="")] = counter(busy)
    for ending in ("time", "memory", "answer", "crash", "killed", "busy", "stalled", "closed"):
        name = series("rollcall_sandbox_endings_total", "upload-worker", function="examine", ending=ending)
        found[name] = counter({"time": 0.001, "busy": 0.001}.get(ending, 0))
    return found | waits(SOON)
