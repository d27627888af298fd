"""Printing: new serials and a record in one transaction; the pages are made when they are fetched, and every fetch is recorded."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.roster.domain.entry import Print, entry_decider
from services.roster.domain.print_run import Fetch, Make, Printed, print_decider
from services.roster.forms.form import Form, render
from services.roster.personal_data import PersonalData
from services.roster.tables.rows import EntryRow, Tables, entry_id
from services.roster.use_cases.campaigns import campaign_row
from services.roster.use_cases.organisation import Tree
from shared.eventsourcing.commands import UnitOfWork, execute, handle
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.class_names import class_name, grade_name, grade_of

AT_ONCE = 200  # forms in one print
PRINTS = uuid.UUID("b3f1d8aa-7c44-4f0e-8a5e-4e0a51a3c9d7")


@dataclass(frozen=True, slots=True)
class Printer:
    """source: the network address from which it is asked for."""

    store: EventStore
    tables: Tables
    personal_data: PersonalData
    clock: Clock
    portal_url: str

    def of_class(self, campaign: str, class_: str) -> list[str]:
        """The pupils of a class from whom a form is expected, in the order of their ids."""
        self._require_ready(campaign)
        pupils = [row.id for row in self.tables.pupils.find("class", [class_])]
        entries = self.tables.entries.many([entry_id(campaign, pupil) for pupil in pupils])
        return sorted(row.state.pupil for row in entries if row.state.expected)

    def make(
        self, context: CommandContext, campaign: str, school: str, pupils: Sequence[str], source: str
    ) -> Mapping[str, Any]:
        """Record a print of these pupils' forms: new serials, and the sheets before are void. All of them, or none."""
        self._require_ready(campaign)
        id = uuid.uuid5(PRINTS, context.id).hex

        def plan(work: UnitOfWork) -> Mapping[str, Any]:
            chosen = list(dict.fromkeys(pupils))
            entries = {
                row.state.pupil: row
                for row in self.tables.entries.many([entry_id(campaign, pupil) for pupil in chosen])
            }
            if not chosen or len(chosen) > AT_ONCE:
                raise Refused(
                    "nothing-to-print" if not chosen else "too-many-forms",
                    f"A print holds 1 to {AT_ONCE} forms.",
                    where="pupils",
                )
            if any(pupil not in entries or entries[pupil].state.school != school for pupil in chosen):
                raise Refused(
                    "outside-scope",
                    "Not all of these pupils have an entry of this school in the campaign.",
                    where="pupils",
                )
            for pupil in chosen:
                self._renew(work, entries[pupil], id)
            work.decide(print_decider(id), f"print-{id}", 0, Printed(id), Make(campaign, school, len(chosen), source))
            return {"print": id, "forms": len(chosen), "pages": 2 * len(chosen), "url": f"/v1/prints/{id}/forms.pdf"}

        return execute(self.store, context, plan)

    def _require_ready(self, campaign: str) -> None:
        """Before any entry is read: who has none yet would be left out, and nobody would notice."""
        row = campaign_row(self.tables, campaign)
        if not row.state.open:
            raise Refused(
                "campaign-not-open",
                "Forms can be printed once the campaign is open.",
                kind="conflict",
                where="campaign",
            )
        if not row.fanned_out:
            raise Refused(
                "campaign-not-ready",
                "The campaign has just been opened, and not every pupil has an entry; try again later.",
                kind="conflict",
                where="campaign",
            )

    def _renew(self, work: UnitOfWork, row: EntryRow, print: str) -> None:
        serial, hashed = self.personal_data.new_code(codes.SERIAL)
        entry = row.state
        version, state = work.decide(
            entry_decider(entry.campaign, entry.pupil), f"entry-{row.id}", row.version, entry, Print(hashed)
        )
        work.put(
            self.tables.entries,
            EntryRow(
                version,
                state,
                self.personal_data.seal_entry(row.id, self.personal_data.on_paper(row)["code"], serial),
                print,
            ),
        )

    def printed(self, id: str) -> Printed:
        """Raises Refused("not-found")."""
        state = print_decider(id).fold(self.store.load(f"print-{id}"))
        if not state.school:
            raise Refused("not-found", "There is no print with this id.", where="print")
        return state

    def pages(self, printed: Printed, context: CommandContext, source: str) -> bytes:
        """The PDF of the sheets of a print that are still valid and still this school's; the fetch is recorded first."""
        rows = [row for row in self.tables.entries.find("print", [printed.id]) if row.state.school == printed.school]
        if not rows:
            raise Refused("gone", "All sheets of this print have been replaced by later prints.", where="print")
        handle(self.store, print_decider(printed.id), f"print-{printed.id}", Fetch(len(rows), source), context)
        return render(self._forms(rows), campaign_row(self.tables, printed.campaign).state.name, self.portal_url)

    def _forms(self, entries: Iterable[EntryRow]) -> list[Form]:
        """Class by class, in the order of the names."""
        tree, today = Tree(self.tables), day_of(self.clock.now())
        by_pupil = {row.state.pupil: row for row in entries}
        registrations = {row.id: row for row in self.tables.registrations.many(by_pupil)}
        forms = []
        for pupil in self.tables.pupils.many(by_pupil):
            paper = self.personal_data.on_paper(by_pupil[pupil.id])
            of = tree.class_(pupil.state.class_)
            grade = grade_name(of.stage, grade_of(of.entry_year, today))
            forms.append(
                (
                    of.id,
                    Form(
                        tree.unit(of.school).name,
                        class_name(of.id, today),
                        grade,
                        self.personal_data.fields(pupil),
                        paper["code"],
                        self.personal_data.registration_code(registrations[pupil.id]),
                        paper["serial"],
                    ),
                )
            )
        return [form for _, form in sorted(forms, key=lambda pair: (pair[0], pair[1].fields["name"], pair[1].serial))]
