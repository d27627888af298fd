"""Designs with one guard removed. Each must give a wrong figure or edition in some run, or its guard guards nothing."""

from __future__ import annotations

from collections.abc import Mapping

DESIGN = ""
MUTANTS: Mapping[str, str] = {
    "boolean-mark": "an event is marked as published, not with the generation it has reached",
    "mark-before-send": "the relay marks what it is about to send",
    "mark-any-day": "the relay marks an event although its day was moved while it was sent",
    "close-before-batch": "the relay reads how far the books are closed before it reads the batch",
    "no-wait": "an edition is made although events of its days were never published",
    "no-books": "an edition is made without comparing the books",
    "two-transactions": "histories and flows are written one after the other",
    "last-arrival": "what arrives last is true, whatever its version",
    "drop-older": "an older version that comes late is thrown away",
    "first-day": "of two copies with different days the first one holds",
    "blind-write": "a history is written although another lesson has written it meanwhile",
    "checkpoint-first": "the checkpoint moves before the lesson is written",
    "own-position": "a projector goes on from its own position although the read model is behind it",
    "skip-unlearnable": "what cannot be learned is passed over as if it were learned",
}
