"""Stream `destruction-<campaign>-<pupil>`, private: certificates that photos of a form were destroyed for good.

A certificate says what, why, when (the event's time) and by whom; it names no person and holds no photo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent

REASONS = WITHDRAWN, ERASED, RETENTION = "withdrawn", "erased", "retention-ended"
CERTIFIED = "photos.destroyed"


@dataclass(frozen=True, slots=True)
class Certify:
    """keys: number of each destroyed data key, with the SHA-256 of the key. by: an opaque account or operator."""

    keys: tuple[tuple[int, str], ...]
    reason: str
    by: str
    hash: str


def destruction_decider() -> Decider[Certify, None]:
    return Decider(None, decide, evolve)


def decide(command: Certify, state: None) -> Sequence[NewEvent]:
    return [NewEvent(CERTIFIED, certificate(command))]


def evolve(state: None, event: Fact) -> None:
    return None


def certificate(command: Certify) -> Mapping[str, Any]:
    keys = [{"number": number, "digest": digest} for number, digest in command.keys]
    return {"keys": keys, "reason": command.reason, "by": command.by, "hash": command.hash}


def destruction_stream(form: str) -> str:
    return f"destruction-{form.partition('-')[2]}"
