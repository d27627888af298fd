"""The life of the drill's campaign: planned, the plan mended, opened, extended, closed early."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from drill.clients import Json
from drill.world import World, await_until

TOO_LONG = 9  # days of the extension beyond what is needed


def plan(world: World, name: str, opens: str) -> None:
    """A plan with mistakes, changed to the campaign of the ledger; another one cancelled."""
    asked = {
        "name": name,
        "opens": opens,
        "cutoff": world.ledger.cutoff,
        "last_day": world.ledger.last_day,
        "population": {"stages": sorted(world.ledger.stages)},
    }
    wrong = {"name": f"{name}（草稿）", "last_day": world.ledger.cutoff, "population": {"stages": ["p"]}}
    world.ministry.post("roster", "/v1/campaigns", {"id": world.campaign} | asked | wrong)
    _act(world, "plan", asked)
    mistaken = f"{world.campaign}x"
    world.ministry.post("roster", "/v1/campaigns", {"id": mistaken} | asked)
    world.ministry.post("roster", f"/v1/campaigns/{mistaken}/cancellation")
    listed = {item["id"]: item for item in _campaigns(world)}
    world.expect(mistaken not in listed, "a cancelled campaign is listed")
    world.expect(asked.items() <= listed[world.campaign].items(), "the campaign is not the one of the changed plan")


def open_campaign(world: World) -> None:
    """Open it, and wait until every pupil has an entry: nothing can be printed before that."""
    _act(world, "open")
    await_until(lambda: bool(_mine(world)["ready"]), "The entries of all pupils")
    world.must_refuse("a plan of an open campaign", ("campaign-open",), lambda: _act(world, "cancellation"))


def extend(world: World) -> None:
    """On the planned last day: a week too long, which `close_early` mends."""
    last_day = _later(world.ledger.last_day, TOO_LONG)
    asked = {"last_day": last_day, "reason": "多地因暴雪停课"}
    for bureau in world.bureaus.values():
        act = partial(bureau.post, "roster", f"/v1/campaigns/{world.campaign}/extension", asked)
        world.must_refuse("an extension by a bureau", ("outside-scope",), act)
    _move(world, "extension", asked)


def close_early(world: World) -> None:
    """Today; a day that is over cannot be the last one."""
    today = world.days.today()
    asked = {"last_day": today, "reason": "各校已全部完成"}
    gone = {**asked, "last_day": _later(today, -1)}
    world.must_refuse("an end yesterday", ("last-day-not-earlier",), lambda: _act(world, "early-close", gone))
    _move(world, "early-close", asked)


def refuse_after_the_end(world: World) -> None:
    asked = {"last_day": _later(world.days.today(), 3), "reason": "补传"}
    for act in ("extension", "early-close"):
        what = f"{act} of an ended campaign"
        world.must_refuse(what, ("second-round-needed",), partial(_act, world, act, asked))
    world.expect(_mine(world)["state"] == "ended", "an ended campaign is not called so")


def _move(world: World, act: str, asked: Mapping[str, str]) -> None:
    """Another last day, in the ledger too; wait until every entry carries it."""
    _act(world, act, asked)
    world.ledger.last_day = asked["last_day"]
    told = _mine(world)
    world.expect(asked.items() <= told.items(), f"after the {act} the list says {told}")
    await_until(lambda: bool(_mine(world)["settled"]), f"The entries after the {act}")


def _act(world: World, act: str, asked: Mapping[str, Any] | None = None) -> None:
    world.ministry.post("roster", f"/v1/campaigns/{world.campaign}/{act}", dict(asked or {}))


def _mine(world: World) -> Json:
    return next(item for item in _campaigns(world) if item["id"] == world.campaign)


def _campaigns(world: World) -> list[Json]:
    items: list[Json] = world.ministry.get("roster", "/v1/campaigns")["items"]
    return items


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
