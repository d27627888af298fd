"""After a campaign was opened: an entry for everybody who was enrolled before, school by school, in a worker and not in anybody's request.

Whatever was interrupted is finished by the next look, and what is done twice is harmless: of a school that has all its entries, they are only
counted. So any number of workers may do it at once; each takes the schools in an order of its own, and seldom two the same.
"""
from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from random import Random

from services.roster.admission import fan_out_school
from services.roster.campaigns import campaign_row
from services.roster.pupils import Secrets
from services.roster.tables import Tables
from shared.store import Command, EventStore

OPENER = "service:roster-opening"
LOOK_EVERY = 1.0   # seconds
TELL_EVERY = 500   # schools
log = logging.getLogger("openings")


@dataclass(frozen=True, slots=True)
class Openings:
    """random: in which order schools are taken."""

    store: EventStore
    tables: Tables
    secrets: Secrets
    random: Random

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. Store away: say so and try again, for ever."""
        while not stop.is_set():
            try:
                self.finish(stop)
            except Exception:
                log.exception("a campaign is not ready, trying again")
            stop.wait(LOOK_EVERY)

    def finish(self, stop: threading.Event) -> list[str]:
        """Make every open campaign ready; those that were not."""
        due = [row.id for row in self.tables.campaigns.find("open", ["True"]) if not row.fanned_out]
        return [id for id in due if self._fan_out(id, stop)]

    def _fan_out(self, id: str, stop: threading.Event) -> bool:
        """An entry for every pupil of every school; False when told to stop before all had theirs."""
        campaign, command = campaign_row(self.tables, id).state, Command(f"{OPENER}:{id}", OPENER)
        schools, pupils = sorted(row.id for row in self.tables.units.find("level", ["school"])), 0
        self.random.shuffle(schools)
        for done, school in enumerate(schools):
            if stop.is_set():
                return False
            if done % TELL_EVERY == 0:
                log.info("opening", extra={"campaign": id, "schools": len(schools), "done": done})
            pupils += fan_out_school(self.store, self.tables, self.secrets, campaign, school, command)
        self.tables.campaigns.put([replace(campaign_row(self.tables, id), fanned_out=True)])
        log.info("campaign is ready", extra={"campaign": id, "schools": len(schools), "pupils": pupils})
        return True
