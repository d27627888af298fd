"""Designs with one guard removed. Each must give a wrong figure or edition in some run, or its guard guards nothing."""

from __future__ import annotations

from collections.abc import Mapping

DESIGN = ""
MUTANTS: Mapping[str, str] = {
    "boolean-mark": "an event is marked as published, not with the generation it has reached",
    "mark-before-send": "the relay marks events before it sends them",
    "mark-any-day": "the relay marks an event although its day was moved while it was sent",
    "close-before-batch": "the relay reads the closed day before it reads the batch",
    "no-wait": "an edition is made although events of its days were never published",
    "no-reconciliation": "an edition is made without reconciling the control totals",
    "two-transactions": "histories and flows are written one after the other",
    "last-arrival": "the last event to arrive wins, whatever its version",
    "drop-older": "an older version that arrives late is discarded",
    "first-day": "of two copies with different days the first one holds",
    "blind-write": "a history is written although another batch has written it meanwhile",
    "checkpoint-first": "the checkpoint moves before the batch is written",
    "own-position": "a projector goes on from its own position although the read model is behind it",
    "skip-rejected": "rejected events count as applied instead of being parked",
}
