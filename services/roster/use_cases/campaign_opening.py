"""The worker behind an opened campaign: an entry for every pupil enrolled before it, school by school.

An interrupted run is finished by a later one, and repeating is harmless: in a school that has all its entries nothing
is written. Any number of workers may run at once; each shuffles the schools, so that they seldom meet.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from services.roster.dependencies import Dependencies
from services.roster.tables.lookups import campaign_row
from services.roster.use_cases.entries import open_entries_of_school
from shared.eventsourcing.store import CommandContext
from shared.infrastructure import tracing
from shared.infrastructure.correlation import within
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import UNREADY_CAMPAIGNS

OPENER = "service:roster-opening"
POLL_SECONDS = 1.0
LOG_EVERY = 500  # schools
log = logging.getLogger("openings")


@dataclass(frozen=True, slots=True)
class Openings:
    """random: shuffles the schools."""

    deps: Dependencies
    random: Random
    _done: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # campaign -> finished schools

    def run(self, stop: threading.Event) -> None:
        """Poll until stopped. An error, such as an unavailable store, is logged and retried."""
        while not stop.is_set():
            try:
                self.finish(stop)
            except Exception:
                log.exception("campaigns are not ready, trying again")
            stop.wait(POLL_SECONDS)

    def finish(self, stop: threading.Event) -> list[str]:
        """Make every open campaign ready; the ids of those that became so. Raises Refused("unavailable")."""
        due = [row.id for row in self.deps.tables.campaigns.find("open", ["True"]) if not row.ready]
        UNREADY_CAMPAIGNS.set(len(due))
        ready = []
        for id in due:
            with within(self._opened_by(id)), tracing.span(tracing.JOB, "open entries of a campaign"):
                if self._open_entries(id, stop):
                    ready.append(id)
        return ready

    def _opened_by(self, id: str) -> str:
        """The id of the request that opened the campaign: the entries belong to it."""
        history = self.deps.store.load(f"campaign-{id}")
        return next((event.correlation_id for event in history if event.type == "campaign.opened"), "")

    def _open_entries(self, id: str, stop: threading.Event) -> bool:
        """True if every pupil of every school has an entry now; False when stopped, or some schools remain."""
        schools, done = sorted(row.id for row in self.deps.tables.units.find("level", ["school"])), self._done[id]
        remaining = [school for school in schools if school not in done]
        self.random.shuffle(remaining)
        for number, school in enumerate(remaining):
            if stop.is_set():
                return False
            if number % LOG_EVERY == 0:
                if campaign_row(self.deps.tables, id).ready:  # another worker was faster
                    return False
                log.info("opening", extra={"campaign": id, "schools": len(schools), "done": len(done)})
            if self._school(id, school):
                done.add(school)
        if len(done) < len(schools):
            return False
        self.deps.tables.campaigns.put([replace(campaign_row(self.deps.tables, id), ready=True)])
        log.info("campaign is ready", extra={"campaign": id, "schools": len(schools)})
        return True

    def _school(self, id: str, school: str) -> bool:
        """True if every pupil has an entry now. A school that fails does not hold up the others."""
        context = CommandContext(f"{OPENER}:{id}", OPENER)
        try:
            open_entries_of_school(self.deps, campaign_row(self.deps.tables, id).state, school, context)
        except Exception as error:
            if isinstance(error, Refused) and error.code == "unavailable":
                raise  # every other school would fail, too
            log.exception("a school's entries are not complete, trying again", extra={"campaign": id, "school": school})
            return False
        return True
