"""Harms, with the series that change under them, and exactly those alerts that have to fire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.language.contracts import PUBLISHERS
from shared.language.services import SERVICES
from tests.unit.deploy.series import (
    ENTRIES,
    FIGURES,
    LATE,
    QUICK,
    READERS,
    SLOW,
    SOON,
    VIEW,
    Value,
    asked,
    at_work,
    counter,
    gauge,
    growing,
    requests,
    series,
    waits,
)

Alert = tuple[str, Mapping[str, str]]  # name, labels beside its severity


@dataclass(frozen=True, slots=True)
class Harm:
    """changed: series that differ from those of a copy at work. gone: parts of the names of series that have no sample
    meanwhile. fires: all alerts of the last minute of the harm; before it, and long after it, there is none.
    """

    name: str
    changed: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    fires: tuple[Alert, ...] = ()
    busy: float = 1

    def series(self) -> dict[str, Sequence[Value]]:
        found = {**at_work(self.busy), **self.changed}
        for name, values in found.items():
            if name not in self.changed and any(part in name for part in self.gone):
                found[name] = [None if hole is None else value for value, hole in zip(values, gauge(0), strict=True)]
        return found


def oldest(publisher: str) -> str:
    return series("rollcall_oldest_unpublished_seconds", f"{publisher}-worker", publisher=publisher)


def of_reader(name: str, subscription: str) -> str:
    return series(f"rollcall_{name}", READERS[subscription], subscription=subscription)


def refused(service: str, code: str) -> str:
    return series("rollcall_refusals_total", service, code=code)


def happened(event: str, per_second: float) -> dict[str, list[Value]]:
    return {series("rollcall_security_events_total", "identity", event=event): counter(0, per_second)}


def endings(ending: str, per_second: float) -> dict[str, list[Value]]:
    name = series("rollcall_sandbox_endings_total", "upload-worker", function="examine", ending=ending)
    return {name: counter(0, per_second)}


AUDITED = series("rollcall_audits_total", "stats-worker", outcome="done")
CHECKED = series("rollcall_intake_seconds_count", "upload-worker", state="archived", reason="")
UNCHECKED = series("rollcall_unchecked_photos", "upload-worker")
NOT_PUBLISHED = tuple(("EventsNotPublished", {"publisher": name}) for name in PUBLISHERS)
OLD = tuple(("ReadModelOld", {"subscription": name}) for name in READERS)
ABSENT_LAG = tuple(("NumberNotKnown", labels) for labels in ({"subscription": VIEW}, {}))
NO_DRIFT: Alert = ("NumberNotKnown", {})

HARMS = (
    Harm("nothing"),
    Harm("the last evening", busy=30),
    Harm("a relay cannot publish", {oldest("upload"): growing(60)}, fires=(NOT_PUBLISHED[2],)),
    Harm(
        "a relay hangs, and so does what it measures",
        {series("rollcall_role_silence_seconds", "upload-worker", role="relay"): growing(60)},
        fires=(("WorkerStandsStill", {"process": "upload-worker", "instance": "upload-worker:1", "role": "relay"}),),
    ),
    Harm(
        "the bus is down",
        {
            **{oldest(name): growing(60) for name in PUBLISHERS},
            **{of_reader("read_model_age_seconds", name): growing(60) for name in READERS},
        },
        gone=("rollcall_lag_records",),
        fires=(*NOT_PUBLISHED, *OLD, *ABSENT_LAG),
    ),
    Harm(
        "the document store is down",
        {
            **{oldest(name): growing(60) for name in PUBLISHERS},
            **{of_reader("read_model_age_seconds", name): growing(60) for name in READERS},
            **{refused(name, "unavailable"): counter(0, 4) for name in SERVICES},
            AUDITED: counter(1 / 60, 0),
            CHECKED: counter(1, 0),
        },
        gone=("rollcall_drift_slots",),
        fires=(
            *NOT_PUBLISHED,
            *OLD,
            NO_DRIFT,
            ("NoAudit", {}),
            ("IntakeStandsStill", {}),
            *(("RequestsFail", {"service": name}) for name in SERVICES),
        ),
    ),
    Harm(
        "a projector cannot keep up",
        {of_reader("lag_records", FIGURES): growing(500), of_reader("read_model_age_seconds", FIGURES): growing(20)},
        fires=(OLD[1],),
    ),
    Harm(
        "a projector is started and can apply nothing",
        {of_reader("lag_records", FIGURES): growing(5)},
        gone=(of_reader("read_model_age_seconds", FIGURES),),
        fires=(OLD[1],),
    ),
    Harm(
        "a worker is killed and not started again",
        {series("up", "roster-worker"): gauge(1, 0)},
        gone=('process="roster-worker"',),
        fires=(
            ("ProcessDown", {"process": "roster-worker", "instance": "roster-worker:1"}),
            ("NumberNotKnown", {"publisher": "roster"}),
        ),
    ),
    Harm(
        "Prometheus finds no process",
        gone=("",),
        fires=(
            ("NothingWatched", {"job": "rollcall"}),
            *(("NumberNotKnown", {"publisher": name}) for name in PUBLISHERS),
            *ABSENT_LAG,
            ("IntakeStandsStill", {}),
        ),
    ),
    Harm(
        "an event that no code can read",
        {of_reader("parked_events", VIEW): gauge(0, 1)},
        fires=(("EventsParked", {"subscription": VIEW}),),
    ),
    Harm(
        "a store has lost events of a closed day",
        {series("rollcall_drift_slots", "stats-worker", publisher="upload"): gauge(0, 2)},
        fires=(("ControlTotalsDiffer", {"publisher": "upload"}),),
    ),
    Harm("the audit hangs", {AUDITED: counter(1 / 60, 0)}, fires=(("NoAudit", {}),)),
    Harm(
        "projectors write the same documents",
        {of_reader("conflicts_total", FIGURES): counter(0, 3)},
        fires=(("BatchesCollide", {"subscription": FIGURES}),),
    ),
    Harm(
        "a school's entries cannot be made",
        {series("rollcall_unready_campaigns", "roster-worker"): gauge(0, 1)},
        fires=(("CampaignNotReady", {}),),
    ),
    Harm(
        "a program fails",
        {refused("stats", "internal"): counter(0, 0.5)},
        fires=(("RequestsFail", {"service": "stats"}),),
    ),
    Harm(
        "every request of a person fails at night, while those of machines go on",
        {asked("stats", ENTRIES): counter(5, 0.06), refused("stats", "internal"): counter(0, 0.06)},
        fires=(("RequestsFail", {"service": "stats"}),),
    ),
    Harm("a service is slow", requests("roster", 5, QUICK, SLOW), fires=(("RequestsSlow", {"service": "roster"}),)),
    Harm(
        "all threads of a process wait",
        {series("rollcall_running_requests", "upload"): gauge(2, 16)},
        fires=(("AllThreadsBusy", {"service": "upload", "instance": "upload:1"}),),
    ),
    Harm(
        "a county prints on one morning",
        {
            series("rollcall_sent_away_requests_total", "roster"): counter(0, 8),
            refused("roster", "busy"): counter(0, 8),
        },
        fires=(("ManySentAway", {"service": "roster"}),),
    ),
    Harm(
        "the object store is down", {CHECKED: counter(1, 0), UNCHECKED: growing(60)}, fires=(("IntakeStandsStill", {}),)
    ),
    Harm(
        "no intake runs",
        gone=("rollcall_intake_seconds_count", "rollcall_unchecked_photos"),
        fires=(("IntakeStandsStill", {}),),
    ),
    Harm("too few intake processes", waits(SOON, LATE), fires=(("FamiliesWait", {}),)),
    Harm("files made to harm", endings("memory", 0.1), fires=(("FilesExceedLimits", {}),)),
    Harm("the machine has no memory left", endings("killed", 0.1), fires=(("SandboxStarved", {}),)),
    Harm("somebody guesses passwords", happened("sign-in-failed", 0.7), fires=(("GuessingPasswords", {}),)),
    Harm("somebody sprays passwords", happened("spray", 0.01), fires=(("SprayingLogins", {}),)),
    Harm("an insider looks at everybody", happened("many-views", 0.01), fires=(("UnusuallyManyViews", {}),)),
    Harm("one device sends for many", happened("many-senders", 0.01), fires=(("UnusuallyManySenders", {}),)),
    Harm("a program with old rights", happened("refused", 5), fires=(("ManyRefusals", {}),)),
    Harm("somebody locks accounts", happened("locked", 0.05), fires=(("ManyLocks", {}),)),
)
