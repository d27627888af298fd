"""Dependencies of upload's use cases, all injected."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.domain.form import form_decider
from services.upload.domain.form_commands import Command
from services.upload.domain.form_state import Form
from services.upload.photos.protocol import Photos, form_stream
from services.upload.roster_view.view import RosterView
from shared.eventsourcing.commands import Handled, handle
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.objects import Objects


@dataclass(frozen=True, slots=True)
class Dependencies:
    """code_key: key of the hashes of codes and tokens."""

    store: EventStore
    photos: Photos
    objects: Objects
    view: RosterView
    clock: Clock
    code_key: bytes

    def form(self, campaign: str, pupil: str) -> Form:
        return form_decider(campaign, pupil).fold(self.store.load(form_stream(campaign, pupil)))

    def handle(self, campaign: str, pupil: str, command: Command, context: CommandContext) -> Handled:
        """Run a command on a form. Raises Refused."""
        return handle(self.store, form_decider(campaign, pupil), form_stream(campaign, pupil), command, context)
