"""The worker behind an open campaign: an entry with its last day for every pupil enrolled before, school by school.

It works after the opening, and again whenever the last day has moved. An interrupted run is finished by a later one,
and repeating is harmless: in a school whose entries are as they should be nothing is written. Any number of workers
may run at once; each shuffles the schools, so that they seldom meet.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from random import Random

from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import Settle, campaign_decider
from services.roster.tables.lookups import campaign_row
from services.roster.tables.rows import CampaignRow
from services.roster.use_cases.coverage import Counting
from services.roster.use_cases.entries import settle_entries_of_school
from shared.eventsourcing.commands import UnitOfWork, transact
from shared.eventsourcing.store import CommandContext
from shared.infrastructure import tracing
from shared.infrastructure.correlation import within
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import UNREADY_CAMPAIGNS

OPENER = "service:roster-opening"
DECISIONS = ("campaign.opened", "campaign.extended", "campaign.closed-early")
POLL_SECONDS = 1.0
LOG_EVERY = 500  # schools
log = logging.getLogger("openings")


@dataclass(frozen=True, slots=True)
class Openings:
    """random: shuffles the schools. counting: goes on between two looks."""

    deps: Dependencies
    random: Random
    counting: Counting
    # campaign and its version -> the schools all of whose entries are as it says
    _done: defaultdict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    def run(self, stop: threading.Event) -> None:
        """Poll until stopped. An error, such as an unavailable store, is logged and retried."""
        while not stop.is_set():
            try:
                self.finish(stop)
                self.counting.go_on()
            except Exception:
                log.exception("campaigns are not settled, trying again")
            stop.wait(POLL_SECONDS)

    def finish(self, stop: threading.Event) -> list[str]:
        """Settle every open campaign; the ids of those that became so. Raises Refused("unavailable")."""
        due = [row for row in self.deps.tables.campaigns.find("open", ["True"]) if not row.settled]
        UNREADY_CAMPAIGNS.set(len(due))
        settled = []
        for row in due:
            with within(self._decided_by(row.id)), tracing.span(tracing.JOB, "settle the entries of a campaign"):
                if self._settle(row, stop):
                    settled.append(row.id)
        return settled

    def _decided_by(self, id: str) -> str:
        """The id of the request that opened the campaign or moved its last day: what follows belongs to it."""
        history = self.deps.store.load(f"campaign-{id}")
        return next((event.correlation_id for event in reversed(history) if event.type in DECISIONS), "")

    def _settle(self, row: CampaignRow, stop: threading.Event) -> bool:
        """True if all entries carry the last day now; False when stopped, some schools remain, or it moved again."""
        id, done = row.id, self._done[row.id, row.version]
        schools = sorted(row.id for row in self.deps.tables.units.find("level", ["school"]))
        remaining = [school for school in schools if school not in done]
        self.random.shuffle(remaining)
        for number, school in enumerate(remaining):
            if stop.is_set():
                return False
            if number % LOG_EVERY == 0:
                if campaign_row(self.deps.tables, id).settled:  # another worker was faster
                    return False
                log.info("settling", extra={"campaign": id, "schools": len(schools), "done": len(done)})
            if self._school(id, school):
                done.add(school)
        if len(done) < len(schools):
            return False
        log.info("campaign is settled", extra={"campaign": id, "schools": len(schools)})
        return transact(self.deps.store, CommandContext(f"{OPENER}:{id}", OPENER), partial(self._mark, row))

    def _mark(self, row: CampaignRow, work: UnitOfWork) -> bool:
        """False if the campaign has changed since the schools were looked at, be it there and back."""
        if campaign_row(self.deps.tables, row.id).version != row.version:
            return False
        decider, stream = campaign_decider(row.id), f"campaign-{row.id}"
        version, state = work.decide(decider, stream, row.version, row.state, Settle(row.state.last_day))
        work.put(self.deps.tables.campaigns, CampaignRow(version, state))
        return True

    def _school(self, id: str, school: str) -> bool:
        """True if every pupil has an entry with the last day. A school that fails does not hold up the others."""
        context = CommandContext(f"{OPENER}:{id}", OPENER)
        try:
            settle_entries_of_school(self.deps, id, school, context)
        except Exception as error:
            if isinstance(error, Refused) and error.code == "unavailable":
                raise  # every other school would fail, too
            log.exception("a school's entries are not complete, trying again", extra={"campaign": id, "school": school})
            return False
        return True
