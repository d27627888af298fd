"""Proof at the end of a run, on a healthy, settled copy: nothing pending, nothing lost, nothing counted twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import httpx
from pymongo import MongoClient

from deploy.local.status import is_settled, numbers
from drill.clients import Problem
from services.stats.domain import fold
from services.stats.domain.measures import IGNORED, campaign_ended, control_key, counted, history_key, measure
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.consistency_mongo import folded_from, numbers_in
from services.stats.projection.register_mongo import Register
from services.upload.domain.form_state import Form, evolve
from services.upload.domain.outcome import ARCHIVED, CHECKING, WAITING
from services.upload.photos.data_keys_mongo import DATABASE, MongoDataKeys
from services.upload.photos.envelope import KeyEncryption, key_versions
from services.upload.photos.protocol import archive_name, waiting_name
from services.upload.photos.sealed_objects import SealedObjects
from shared.eventsourcing.event import SLOTS, Event, category
from shared.eventsourcing.store_mongo import _event
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import Objects
from shared.language.contracts import PUBLISHERS
from tests.faults.harmed_copy import HarmedCopy
from tests.support.wait import await_until
from tests.system.county import SmallCounty

PHOTO_LIMIT = 32 << 20  # bytes
SETTLED_WITHIN = 300.0  # seconds until the four numbers must be 0 once everything is well


def prove(copy: HarmedCopy, county: SmallCounty) -> list[str]:
    """A sentence for every violation. county: whose accounts send the requests."""
    try:
        await_until(lambda: _is_settled(copy, county), SETTLED_WITHIN)
    except AssertionError:
        return [f"the copy does not settle: {_last_numbers(copy)}"]
    return [*_audit(copy), *_fresh_fold(copy), *_photos(copy), *_editions(copy, county), *copy.too_large()]


def _is_settled(copy: HarmedCopy, county: SmallCounty) -> bool:
    """True if metrics and a fresh comparison with all stores show a settled copy. Restarts dead workers."""
    copy.restart_dead()
    try:
        if photos_unsettled(copy) or not is_settled(numbers(copy.stack)):
            return False
        return bool(county.ask("GET", "stats", "/v1/audit?check=control_totals", "ministry")["lag"] == 0)
    except httpx.HTTPError:
        return False


def photos_unsettled(copy: HarmedCopy) -> int:
    """The number of acknowledged photos without an outcome: another worker must take over from a dead one."""
    return copy.store["rollcall_upload"]["photos"].count_documents({"state": CHECKING})


def _last_numbers(copy: HarmedCopy) -> str:
    try:
        return f"{numbers(copy.stack)}, photos without an outcome: {photos_unsettled(copy)}"
    except httpx.HTTPError as error:
        return f"a worker does not respond ({error}); ended by themselves: {', '.join(copy.ended)}"


def _audit(copy: HarmedCopy) -> Iterator[str]:
    environment = {**os.environ, **copy.local.environment_of("stats-worker")}
    done = subprocess.run(
        [sys.executable, "-m", "services.stats.operator.audit"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        yield f"the audit finds: {done.stdout[-2000:]}{done.stderr[-500:]}"


def public_events(client: MongoClient[dict[str, Any]]) -> list[Event]:
    """All published events of the stores, independent of the bus."""
    return [
        _event(document)
        for name in PUBLISHERS
        for document in client[f"rollcall_{name}"]["events"].find({"published_in": {"$exists": True}})
    ]


def _fresh_fold(copy: HarmedCopy) -> Iterator[str]:
    """The figures projected under harm equal a fresh fold of all stores."""
    client: MongoClient[dict[str, Any]] = MongoClient(copy.local.store_url())
    database = client["rollcall_stats"]
    projection = Projection(database, Register(database).active())
    events = [event for event in public_events(client) if category(event.stream) not in IGNORED]
    changes = fold.project(  # every step is walked: the increments are under proof, too
        events,
        {},
        history_key=history_key,
        measure=measure,
        ended=campaign_ended,
        control_key=control_key,
        reduce=counted,
    )
    expected = folded_from(changes.histories.values())
    kept = {
        (name, document["_id"]): document
        for name in ("flows", "control_totals")
        for document in getattr(projection, name).find()
    }
    for key in sorted(expected.keys() | kept.keys()):
        if numbers_in(kept.get(key, {})) != numbers_in(expected.get(key, {})):
            found, wanted = numbers_in(kept.get(key, {})), numbers_in(expected.get(key, {}))
            yield f"{key[0]} {key[1]} says {found} instead of {wanted}"
    ours, theirs = streams_of(projection.all_histories(range(SLOTS))), streams_of(changes.histories.values())
    yield from (
        f"the history with {stream} is not what the stores have published"
        for stream in sorted(ours.keys() | theirs.keys())
        if ours.get(stream) != theirs.get(stream)
    )
    if changes.parked:
        yield f"{len(changes.parked)} events of the stores cannot be applied: {changes.parked[0][1]}"


def streams_of(histories: Iterable[fold.History]) -> dict[str, fold.StreamHistory]:
    return {stream: states for history in histories for stream, states in history.items()}


def _photos(copy: HarmedCopy) -> Iterator[str]:
    """Every archived and waiting photo is in the object store, byte for byte, and every such record is in its form."""
    photos = photos_of(copy)
    forms = forms_of(copy.store)
    for stream, form in forms.items():
        for photo in form.photos():
            name = (archive_name if form.is_archive(photo.sha256) else waiting_name)(stream, photo.sha256)
            if not _holds(photos, name, photo.sha256):
                yield f"the object store does not hold {name}"
    for photo in copy.store["rollcall_upload"]["photos"].find({"state": {"$in": [ARCHIVED, WAITING]}}):
        form = forms.get(photo["form"])
        if not form or photo["sha256"] not in {*form.removed, *(kept.sha256 for kept in form.photos())}:
            yield f"the photo {photo['_id']} is {photo['state']}, and not in its form"


def forms_of(client: MongoClient[dict[str, Any]]) -> dict[str, Form]:
    """Every form, folded from its events: stream -> form."""
    forms: dict[str, Form] = {}
    for event in sorted(map(_event, client["rollcall_upload"]["events"].find()), key=lambda event: event.version):
        if event.stream.startswith("form-"):
            forms[event.stream] = evolve(forms.get(event.stream, Form("", "")), event)
    return forms


def photos_of(copy: HarmedCopy) -> SealedObjects:
    """The photos of a copy in clear, past its services."""
    environment, keys = copy.local.environment(), copy.local.keys()
    objects = Objects(
        environment["S3_ENDPOINT"], keys["S3_ACCESS_KEY"], keys["S3_SECRET_KEY"], environment["S3_BUCKET"]
    )
    return SealedObjects(
        objects, MongoDataKeys(copy.store[DATABASE]), KeyEncryption(key_versions(keys["PHOTO_KEYS"])), SystemClock()
    )


def _holds(photos: SealedObjects, name: str, digest: str) -> bool:
    try:
        return sha256(photos.get(name, PHOTO_LIMIT)).hexdigest() == digest
    except Refused:
        return False


def _editions(copy: HarmedCopy, county: SmallCounty) -> Iterator[str]:
    """Every current edition is the same when computed again; the files of all editions are as published."""
    summaries = list(copy.store["rollcall_stats"]["reports"].find())
    replaced = {summary["replaces"] for summary in summaries}
    for summary in summaries:
        try:
            for kind in ("json", "xlsx", "pdf"):
                content = county.fetch("stats", summary[f"url_{kind}"], "ministry")
                if sha256(content).hexdigest() != summary["files"][kind]:
                    yield f"{summary['id']}.{kind} is not what was published"
            if summary["id"] not in replaced:  # with other content it is refused as another edition
                county.post(
                    "stats", "/v1/reports", "ministry", {name: summary[name] for name in ("campaign", "unit", "day")}
                )
        except Problem as problem:
            yield f"the report {summary['id']}: {problem}"
