"""The end of a drill: the auditor reads who did what in the province, and an operator verifies the audit trails."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from drill.clients import Json
from drill.operator import operate, runs_here
from drill.second_factor import Careful, prove_again
from drill.world import World
from shared.infrastructure.clock import BEIJING
from shared.language.path import ROOT
from shared.language.services import BACKENDS

TRAIL, PAGE = "/v1/audit-trail", 50
# These also each time that the file is sent: a response that was lost is asked for again.
ALSO_WHEN_FETCHED = {"sheets", "roster-file"}
# Every other act of the ledger is kept by identity.
OF_ROSTER = ("roster-file", "import-undone", "correction-entered", "correction-decided")
KEPT_BY = {"report-published": "stats", **dict.fromkeys(OF_ROSTER, "roster")}


def compare(world: World, auditor: Careful) -> int:
    """Compare the acts that the drill knows of with the trail of its province. Returns the number of acts."""
    prove_again(world, auditor)
    world.must_refuse(
        "an audit of the whole nation by a province",
        ("outside-scope",),
        lambda: auditor.get("identity", TRAIL, params={"path": ROOT}),
    )
    known = {account for _, account in world.ledger.acts}
    wanted = Counter({done: n for done, n in world.ledger.acts.items() if done[1] != world.ministry.account})
    read = Counter[tuple[str, str]]()
    for act in sorted({act for act, _ in wanted}):
        read.update((act, entry["account"]) for entry in _entries(world, auditor, act) if entry["account"] in known)
    for done in sorted(wanted | read):
        right = read[done] >= wanted[done] if done[0] in ALSO_WHEN_FETCHED else read[done] == wanted[done]
        world.expect(right, f"audit trail: {done} {read[done]} times, in the ledger {wanted[done]}")
    for old in world.ledger.handed_over:
        last = _page(world, auditor, "identity", account=old)[0]
        world.expect(last["act"] == "account-handed-over", f"audit trail: {old} did {last['act']} after its end")
    return wanted.total()


def verify(world: World) -> str:
    """Verify the audit trails of all services as an operator does. Returns a sentence."""
    if not runs_here(world):
        return "The audit trails are verified where the services run (services.identity.operator.verify_audit)."
    said = operate(world, "services.identity.operator.verify_audit", lambda said: len(_verdicts(said)) == len(BACKENDS))
    verdicts = _verdicts(said)
    world.expect(all("no gap, no change" in line for line in verdicts), f"audit trails: {said}")
    return f"Audit trails of {len(verdicts)} services verified: no gap, no change."


def _verdicts(said: str) -> list[str]:
    return [line for line in said.splitlines() if " entries in " in line]


def _entries(world: World, auditor: Careful, act: str) -> list[Json]:
    """The entries of an act in the province since the drill began."""
    began = datetime.fromisoformat(world.days.passed[0]).replace(tzinfo=BEIJING).timestamp() * 1000
    found: list[Json] = []
    while len(page := _page(world, auditor, KEPT_BY.get(act, "identity"), act=act, before=_last(found))) == PAGE:
        found += page
    return [entry for entry in (*found, *page) if entry["at"] >= began]


def _last(found: list[Json]) -> str:
    return str(found[-1]["id"]) if found else ""


def _page(world: World, auditor: Careful, service: str, **asked: str) -> list[Json]:
    items: list[Json] = auditor.get(service, TRAIL, params={"path": world.region.province.path, **asked})["items"]
    return items
