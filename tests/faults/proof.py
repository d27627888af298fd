"""What must hold when a run is over and everything is healed: nothing on its way, nothing lost, nothing counted twice."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
from pymongo import MongoClient

from deploy.local.status import numbers
from services.stats import fold
from services.stats.auditing import folded_from, numbers_in
from services.stats.measures import IGNORED, account, key, measure, over
from services.stats.projection_mongo import Projection
from services.stats.reads import Register
from services.upload.photos import CHECKING
from shared.event import Event, category
from shared.store_mongo import _event
from tests.faults.hurt import HurtCopy
from tests.support.wait import await_until
from tests.system.county import SmallCounty

PUBLISHERS = ("identity", "roster", "upload")
AT_REST = 300.0   # seconds until the four numbers must be 0 once everything is well


def prove(copy: HurtCopy, county: SmallCounty) -> list[str]:
    """A sentence for everything that does not hold. county: the one that asks, whatever else lives in the copy."""
    try:
        await_until(lambda: _at_rest(copy, county), AT_REST)
    except AssertionError:
        return [f"the copy does not come to rest: {_last_look(copy)}"]
    found = [*_audit(copy), *_fresh_fold(copy), *_editions(copy, county)]
    found += [f"{name} has grown to {mb:.0f} MB" for name, mb in copy.too_large().items()]
    return found


def _at_rest(copy: HurtCopy, county: SmallCounty) -> bool:
    """The metrics say so, and a fresh comparison with all stores does. A worker that gave up on an engine that was away is started again."""
    copy.start_what_has_died()
    try:
        if photos_on_their_way(copy) or any(numbers(copy.stack).values()):
            return False
        return bool(county.ask("GET", "stats", "/v1/audit?check=books", "ministry")["lag"] == 0)
    except httpx.HTTPError:
        return False


def photos_on_their_way(copy: HurtCopy) -> int:
    """Photos that were acknowledged and that nobody has checked: whatever worker died, another one takes them."""
    return copy.store["rollcall_upload"]["photos"].count_documents({"state": CHECKING})


def _last_look(copy: HurtCopy) -> str:
    try:
        return f"{numbers(copy.stack)}, photos on their way: {photos_on_their_way(copy)}"
    except httpx.HTTPError as error:
        return f"a worker does not answer ({error}); ended by themselves: {', '.join(copy.ended)}"


def _audit(copy: HurtCopy) -> Iterator[str]:
    environment = {**os.environ, **copy.local.environment_of("stats-worker")}
    done = subprocess.run([sys.executable, "-m", "services.stats.audit"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"the audit finds: {done.stdout[-2000:]}{done.stderr[-500:]}"


def public_events(client: MongoClient[dict[str, Any]]) -> list[Event]:
    """Everything that the stores have published, whatever the bus made of it."""
    return [_event(document) for name in PUBLISHERS for document in client[f"rollcall_{name}"]["events"].find({"published_in": {"$exists": True}})]


def _fresh_fold(copy: HurtCopy) -> Iterator[str]:
    """The figures learned under harm are those that one quiet reading of all stores gives."""
    client: MongoClient[dict[str, Any]] = MongoClient(copy.local.environment()["MONGO_URL"])
    database = client["rollcall_stats"]
    projection = Projection(database, Register(database).active())
    events = [event for event in public_events(client) if category(event.stream) not in IGNORED]
    lesson = fold.study(events, {}, key=key, measure=measure, over=over, account=account)
    expected = folded_from(lesson.leaves.values())
    kept = {(name, document["_id"]): document for name in ("flows", "books") for document in getattr(projection, name).find()}
    for at in sorted(expected.keys() | kept.keys()):
        if numbers_in(kept.get(at, {})) != numbers_in(expected.get(at, {})):
            yield f"{at[0]} {at[1]} says {numbers_in(kept.get(at, {}))} instead of {numbers_in(expected.get(at, {}))}"
    if lesson.parked:
        yield f"{len(lesson.parked)} events of the stores cannot be learned: {lesson.parked[0][1]}"


def _editions(copy: HurtCopy, county: SmallCounty) -> Iterator[str]:
    """Every edition that holds, computed once more, says the same: asking for it again answers with the same bytes."""
    client: MongoClient[dict[str, Any]] = MongoClient(copy.local.environment()["MONGO_URL"])
    cards = list(client["rollcall_stats"]["reports"].find())
    replaced = {card["replaces"] for card in cards}
    for card in (card for card in cards if card["id"] not in replaced):
        asked = {name: card[name] for name in ("campaign", "unit", "day")}
        again = county.post("stats", "/v1/reports", "ministry", asked)
        if again["sha256"] != card["sha256"]:
            yield f"the report {card['id']} says something else when it is made again: {json.dumps(asked)}"
