"""What the use cases of statistics stand on."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.stats.audit import Audit
from services.stats.board import Board
from services.stats.closing import Closer
from services.stats.projection_mongo import Projection
from services.stats.publishers import Publishers
from services.stats.reads import Reads, Register
from services.stats.report.press import Press
from services.stats.settings import Settings
from shared.assembly import Kit
from shared.clock import Clock
from shared.objects import Objects
from shared.store import EventStore


@dataclass(frozen=True, slots=True)
class Parts:
    projection: Projection
    register: Register
    clock: Clock
    board: Board
    closer: Closer
    audit: Audit
    press: Press


def assemble_parts(database: Any, store: EventStore, objects: Objects, publishers: Publishers, clock: Clock, code: str,
                   pause: Callable[[float], Any] | None = None) -> Parts:
    """Everything injected: tests put a fixed clock and made-up publishers here. The projection is the one that answers at present."""
    register = Register(database)
    register.ensure_indexes()
    projection = Projection(database, register.active())
    projection.ensure_indexes()
    reads = Reads(projection)
    board = Board(reads, register, clock)
    return Parts(projection, register, clock, board, Closer(publishers, reads, register, clock, pause), Audit(projection, publishers, register),
                 Press(board, register, publishers, store, objects, code))


def parts_of(kit: Kit[Settings]) -> Parts:
    settings = kit.settings
    objects = Objects(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    addresses = {"identity": settings.identity_url, "roster": settings.roster_url, "upload": settings.upload_url}
    publishers = Publishers({name: kit.internal(name, url) for name, url in addresses.items()})
    return assemble_parts(kit.db, kit.store, objects, publishers, kit.clock, settings.commit)
