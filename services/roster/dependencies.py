"""The dependencies of roster's use cases; all of them are injected."""

from __future__ import annotations

from dataclasses import dataclass

from services.roster.identity_client import DownloadCodes
from services.roster.kept_files.protocol import KeptFiles
from services.roster.personal_data import PersonalData
from services.roster.proofs.protocol import Proofs
from services.roster.roster_file.reader import FileReader
from services.roster.tables.rows import Tables
from services.roster.tables.tree import Tree
from services.roster.undo_records.protocol import UndoRecords
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.service.access_records import Views
from shared.service.audit_trail.trail import AuditTrail


@dataclass(frozen=True, slots=True)
class Dependencies:
    """portal_url: public address of the portal, for the QR codes of printed forms.

    more_key_fields: (first two digits of a province, key field that it has beside the country's).
    """

    store: EventStore
    tables: Tables
    personal_data: PersonalData
    clock: Clock
    portal_url: str
    views: Views
    reader: FileReader
    kept_files: KeptFiles
    undo_records: UndoRecords
    trail: AuditTrail
    download_codes: DownloadCodes
    proofs: Proofs
    more_key_fields: frozenset[tuple[str, str]] = frozenset()

    @property
    def tree(self) -> Tree:
        return Tree(self.tables)

    def today(self) -> str:
        return day_of(self.clock.now())
