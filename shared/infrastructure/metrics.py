"""The metrics of every process, at /metrics; docs/metrics.md is made from this file.

Names end in their unit. Labels never identify a person, and each has a bounded number of values: what a client may
invent is no label. Where all values of a label are known, `in_advance` shows them as 0 from the start: Prometheus sees
no increase in a series that begins with 1.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

# ---- requests
REQUEST_SECONDS = Histogram(
    "rollcall_request_seconds",
    "Duration of a request, by the template of its route and the class of its status",
    ["method", "rule", "status"],
)
RUNNING_REQUESTS = Gauge("rollcall_running_requests", "Requests that a process works at")
REFUSALS = Counter("rollcall_refusals_total", "Refusals and failures with which requests were answered", ["code"])
EXPENSIVE_REQUESTS = Gauge(
    "rollcall_expensive_requests", "Requests with expensive work that run or wait inside a thread"
)
SENT_AWAY = Counter(
    "rollcall_sent_away_requests_total", "Requests with expensive work that were told their place and to come back"
)

# ---- workers
ROLE_SILENCE = Gauge(
    "rollcall_role_silence_seconds",
    "Time since a loop of a worker's role last began a pass: near 0 while it works or waits, growing while it hangs",
    ["role"],
)

# ---- outbox
RELAYED = Counter("rollcall_relayed_events_total", "Events that the bus has acknowledged", ["publisher"])
UNACKNOWLEDGED = Counter(
    "rollcall_unacknowledged_events_total",
    "Events that the bus has not acknowledged; they are sent again",
    ["publisher"],
)
RELAY_BATCH = Histogram(
    "rollcall_relay_batch_events",
    "Events of a round of the relay",
    ["publisher"],
    buckets=(1, 5, 20, 100, 500, 1000, 2000, 8000, 32000),
)
OLDEST_UNPUBLISHED = Gauge(
    "rollcall_oldest_unpublished_seconds",
    "Age of the oldest event that has not reached the bus; while the store is unavailable, time since it was available",
    ["publisher"],
)

# ---- subscriptions
PROCESSED = Counter("rollcall_processed_events_total", "Events that a subscription has processed", ["subscription"])
CONFLICTS = Counter(
    "rollcall_conflicts_total", "Batches that collided with another process and were tried again", ["subscription"]
)
PARKED = Gauge("rollcall_parked_events", "Events that could not be processed", ["subscription"])
LAG = Gauge("rollcall_lag_records", "Records on the bus that a subscription has not read", ["subscription"])
READ_MODEL_AGE = Gauge(
    "rollcall_read_model_age_seconds",
    "How old the state is that a read model shows, by the partition that is furthest behind: 0 while it lacks nothing "
    "of the bus, absent while that is not known",
    ["subscription"],
)

# ---- roster
UNREADY_CAMPAIGNS = Gauge(
    "rollcall_unready_campaigns",
    "Open campaigns in which pupils enrolled before still lack an entry, or one with the last day of now",
)

# ---- photos
UNCHECKED_PHOTOS = Gauge(
    "rollcall_unchecked_photos",
    "Photos that have arrived and are not checked, at most 100,000, at the last look; the same in every intake process",
)
INTAKE_SECONDS = Histogram(
    "rollcall_intake_seconds",
    "Duration of the check of a photo, by its outcome",
    ["state", "reason"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
PHOTO_WAIT_SECONDS = Histogram(
    "rollcall_photo_wait_seconds",
    "Time from the arrival of a photo to its outcome: how long a family waits",
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600),
)
DEVICE_BURSTS = Counter(
    "rollcall_burst_photos_total", "Photos without an account from a device that sent for many pupils within a day"
)
SANDBOX_ENDINGS = Counter(
    "rollcall_sandbox_endings_total",
    "Jobs of the sandbox that ended without an answer: time, memory, answer and crash are the content's own doing, "
    "killed, busy, stalled and closed are not",
    ["function", "ending"],
)

# ---- statistics
DRIFT = Gauge(
    "rollcall_drift_slots",
    "Slots whose control totals differ from the stores' at a closed day; absent while no audit can be made",
    ["publisher"],
)
AUDITS = Counter("rollcall_audits_total", "Audits of the control totals, by whether they could be made", ["outcome"])
PROGRESS = Gauge(
    "rollcall_campaign_pupils",
    "Pupils of a running campaign, by measure: of the nation (unit 000000) and of each province",
    ["campaign", "unit", "measure"],
)

# ---- security
SECURITY_EVENTS = Counter("rollcall_security_events_total", "Events of the security log", ["event"])
VIEWS = Counter("rollcall_views_total", "Views of pupils' data that were recorded", ["what"])


def in_advance(values: Iterable[tuple[str, ...]], *metrics: MetricWrapperBase) -> None:
    """Show metrics with these values of their labels before anything has happened."""
    for each in values:
        for metric in metrics:
            metric.labels(*each)
