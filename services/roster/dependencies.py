"""What roster's use cases stand on, and the questions of scope that they all ask first."""

from __future__ import annotations

from dataclasses import dataclass

from services.roster.domain.campaign import Campaign
from services.roster.domain.school_class import SchoolClass
from services.roster.domain.unit import Unit
from services.roster.personal_data import PersonalData
from services.roster.tables.rows import PupilRow, Tables
from services.roster.use_cases.admission import open_campaigns
from services.roster.use_cases.campaigns import campaign_row
from services.roster.use_cases.organisation import Tree
from services.roster.use_cases.printing import Printer
from services.roster.use_cases.pupil_changes import pupil_row
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.language.path import child
from shared.service.auth import Caller, require_path

GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Dependencies:
    store: EventStore
    tables: Tables
    personal_data: PersonalData
    clock: Clock
    portal_url: str

    @property
    def tree(self) -> Tree:
        return Tree(self.tables)

    @property
    def printer(self) -> Printer:
        return Printer(self.store, self.tables, self.personal_data, self.clock, self.portal_url)

    def today(self) -> str:
        return day_of(self.clock.now())

    # ---- scope first
    def unit_in_scope(self, caller: Caller, code: str) -> Unit:
        require_path(caller, self.tree.path(code))
        return self.tree.unit(code)

    def school_in_scope(self, caller: Caller, code: str) -> Unit:
        require_path(caller, self.tree.path(code))
        return self.tree.school(code)

    def class_in_scope(self, caller: Caller, id: str) -> SchoolClass:
        of = self.tree.class_(id)
        require_path(caller, self.tree.class_path(of))
        return of

    def pupil_in_scope(self, caller: Caller, pupil: str) -> PupilRow:
        """Guardians: their own children; everybody else: whose present class lies in their scope."""
        if caller.role == GUARDIAN:
            if not caller.scope.allows_pupil(pupil):
                raise Refused("outside-scope", "This is not one of your children.")
            return pupil_row(self.tables, pupil)
        row = pupil_row(self.tables, pupil)
        require_path(caller, self.pupil_path(row))
        return row

    def pupil_path(self, row: PupilRow) -> str:
        return child(self.tree.path(row.state.school), row.state.class_)

    def concerns(self, caller: Caller, path: str) -> bool:
        """Whether a unit lies in the caller's scope or above it: everybody may know where they belong."""
        return caller.scope.allows(path) or any(own.startswith(path) for own in caller.scope.paths)

    def campaign(self, id: str) -> Campaign | None:
        """The campaign asked for, by default the newest open one, None when there is none."""
        if id:
            return campaign_row(self.tables, id).state
        return next(iter(open_campaigns(self.tables)), None)
