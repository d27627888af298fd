"""Dependencies of upload's use cases, all injected."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.upload.domain.form import form_decider
from services.upload.domain.form_commands import Command
from services.upload.domain.form_state import Form
from services.upload.image.decoder import Decoder, photo_sandbox
from services.upload.photos.data_keys import DataKeys
from services.upload.photos.data_keys_mongo import DATABASE, MongoDataKeys
from services.upload.photos.envelope import KeyEncryption
from services.upload.photos.given_tickets import GivenTickets
from services.upload.photos.mongo import MongoPhotos
from services.upload.photos.protocol import Photos, form_stream
from services.upload.photos.sealed_objects import SealedObjects
from services.upload.roster_view.mongo import MongoRosterStates
from services.upload.roster_view.view import RosterView
from services.upload.settings import Settings
from shared.eventsourcing.commands import Handled, handle
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.mongo import connect
from shared.infrastructure.objects import Objects
from shared.sandbox.sandbox import Runner
from shared.service.access_records import Views
from shared.service.access_records_mongo import MongoAccessRecords
from shared.service.audit_trail.trail import AuditTrail
from shared.service.bootstrap import ServiceContext


@dataclass(frozen=True, slots=True)
class Dependencies:
    """objects: originals, in clear until they are checked. sealed: checked photos. code_key: of the hashes of codes.

    ticket_key: seals tickets. sender_key: of the hashes of senders without an account.
    portals: addresses of ours that printed QR codes carry.
    """

    store: EventStore
    photos: Photos
    objects: Objects
    sealed: SealedObjects
    keys: DataKeys
    decoder: Decoder
    roster_view: RosterView
    clock: Clock
    code_key: bytes
    ticket_key: bytes
    sender_key: bytes
    views: Views
    portals: frozenset[str]
    trail: AuditTrail
    given_tickets: GivenTickets = field(default_factory=GivenTickets)

    def form(self, campaign: str, pupil: str) -> Form:
        return form_decider(campaign, pupil).fold(self.store.load(form_stream(campaign, pupil)))

    def handle(self, campaign: str, pupil: str, command: Command, context: CommandContext) -> Handled:
        """Run a command on a form. Raises Refused."""
        return handle(self.store, form_decider(campaign, pupil), form_stream(campaign, pupil), command, context)


def dependencies_of(service: ServiceContext[Settings], sandbox: Runner | None = None) -> Dependencies:
    """The dependencies in production; creates indexes and bucket.

    sandbox: decodes photos; by default one whose only child starts with its first job.
    """
    settings = service.settings
    photos, roster_states = MongoPhotos(service.db), MongoRosterStates(service.db)
    photos.ensure_indexes()
    roster_states.ensure_indexes()
    objects = Objects(
        settings.s3_endpoint,
        settings.s3_access_key,
        settings.s3_secret_key,
        settings.s3_bucket,
        public_endpoint=settings.s3_public_endpoint,
    )
    objects.create()
    keys = key_store(settings)
    sealed = SealedObjects(objects, keys, KeyEncryption(settings.photo_keys), service.clock)
    roster_view, access_records = RosterView(roster_states), MongoAccessRecords(service.db)
    access_records.ensure_indexes()
    views = Views(access_records, service.clock)
    decoder = Decoder(sandbox or photo_sandbox(1))
    portals = frozenset(address.lower() for address in (settings.portal_url, *settings.former_portal_urls))
    return Dependencies(
        service.store,
        photos,
        objects,
        sealed,
        keys,
        decoder,
        roster_view,
        service.clock,
        settings.code_key,
        settings.ticket_key,
        settings.sender_key,
        views,
        portals,
        service.trail,
    )


def key_store(settings: Settings) -> MongoDataKeys:
    """The key store, beside the other databases unless KEY_STORE_URL says where; creates its indexes."""
    url, user, password = settings.key_store_url, settings.key_store_user, settings.key_store_password
    if not user:
        user, password = settings.mongo_user, settings.mongo_password
    keys = MongoDataKeys(connect(url or settings.mongo_url, user=user, password=password)[DATABASE])
    keys.ensure_indexes()
    return keys
