"""After a campaign was opened: an entry for everybody who was enrolled before, school by school, in a worker and not in anybody's request.

Whatever was interrupted is finished by a later look, and what is done twice is harmless: in a school that has all its entries nothing is
written. So any number of workers may do it at once; each takes the schools in an order of its own, and seldom two the same.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from services.roster.personal_data import PersonalData
from services.roster.tables.rows import Tables
from services.roster.use_cases.admission import fan_out_school
from services.roster.use_cases.campaigns import campaign_row
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import NOT_READY

OPENER = "service:roster-opening"
LOOK_EVERY = 1.0  # seconds
TELL_EVERY = 500  # schools
log = logging.getLogger("openings")


@dataclass(frozen=True, slots=True)
class Openings:
    """random: in which order schools are taken."""

    store: EventStore
    tables: Tables
    personal_data: PersonalData
    random: Random
    _done: defaultdict[str, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # of each campaign: schools that need no further look

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. Store away: say so and try again, for ever."""
        while not stop.is_set():
            try:
                self.finish(stop)
            except Exception:
                log.exception("campaigns are not ready, trying again")
            stop.wait(LOOK_EVERY)

    def finish(self, stop: threading.Event) -> list[str]:
        """Make every open campaign ready; those that were not. Raises Refused("unavailable")."""
        due = [row.id for row in self.tables.campaigns.find("open", ["True"]) if not row.fanned_out]
        NOT_READY.set(len(due))
        return [id for id in due if self._fan_out(id, stop)]

    def _fan_out(self, id: str, stop: threading.Event) -> bool:
        """An entry for every pupil of every school. False: told to stop, or some schools are left for the next look."""
        schools, done = sorted(row.id for row in self.tables.units.find("level", ["school"])), self._done[id]
        left = [school for school in schools if school not in done]
        self.random.shuffle(left)
        for number, school in enumerate(left):
            if stop.is_set():
                return False
            if number % TELL_EVERY == 0:
                if campaign_row(self.tables, id).fanned_out:  # other workers were faster
                    return False
                log.info("opening", extra={"campaign": id, "schools": len(schools), "looked_at": len(done)})
            if self._school(id, school):
                done.add(school)
        if len(done) < len(schools):
            return False
        self.tables.campaigns.put([replace(campaign_row(self.tables, id), fanned_out=True)])
        log.info("campaign is ready", extra={"campaign": id, "schools": len(schools)})
        return True

    def _school(self, id: str, school: str) -> bool:
        """Whether every pupil has an entry now. One school that cannot be done does not keep the others waiting."""
        try:
            fan_out_school(
                self.store,
                self.tables,
                self.personal_data,
                campaign_row(self.tables, id).state,
                school,
                CommandContext(f"{OPENER}:{id}", OPENER),
            )
        except Exception as error:
            if isinstance(error, Refused) and error.code == "unavailable":
                raise  # for every other school, too
            log.exception("a school's entries are not complete, trying again", extra={"campaign": id, "school": school})
            return False
        return True
