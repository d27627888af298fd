"""The metrics of every process, at /metrics. Names end in their unit; labels never identify a person."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUEST_SECONDS = Histogram("rollcall_request_seconds", "Duration of a request", ["method", "rule", "status"])
RELAYED = Counter("rollcall_relayed_events_total", "Events that the bus has acknowledged", ["publisher"])
OLDEST_UNPUBLISHED = Gauge(
    "rollcall_oldest_unpublished_seconds",
    "Age of the oldest event that has not reached the bus; while the store is unavailable, time since it was available",
    ["publisher"],
)
PROCESSED = Counter("rollcall_processed_events_total", "Events that a subscription has processed", ["subscription"])
PARKED = Gauge("rollcall_parked_events", "Events that could not be processed", ["subscription"])
LAG = Gauge("rollcall_lag_records", "Records on the bus that a subscription has not read", ["subscription"])
NOT_READY = Gauge(
    "rollcall_campaigns_not_ready", "Open campaigns in which pupils enrolled before the opening still lack an entry"
)
DRIFT = Gauge(
    "rollcall_drift_slots",
    "Slots whose control totals differ from the stores' at a closed day; absent while no audit can be made",
    ["publisher"],
)
UNCHECKED_PHOTOS = Gauge(
    "rollcall_unchecked_photos",
    "Photos that have arrived and are not checked, at most 100,000, at the last look; the same in every intake process",
)
DEVICE_BURSTS = Counter(
    "rollcall_device_bursts_total", "Photos without an account from a device that sent for many pupils within a day"
)
SANDBOX_ENDINGS = Counter(
    "rollcall_sandbox_endings_total",
    "Jobs of the sandbox that ended without an answer: time, memory, answer and crash are the content's own doing, "
    "killed, busy, stalled and closed are not",
    ["function", "ending"],
)
