"""Verifying chains: every entry is there, unchanged and in its place, and none is missing at the end.

A chain proves its own order. A writer of the document store could cut its end off or make all of it anew, so
it is compared with what the security log, which lies elsewhere, says of it: unit, number and hash of each entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from shared.service.audit_trail.chains import Chains
from shared.service.audit_trail.entry import NOTHING_BEFORE, Entry, digest
from shared.service.audit_trail.trail import AuditTrail

Anchors = Mapping[str, Mapping[int, str]]  # unit -> number -> hash


@dataclass(slots=True)
class Verified:
    """faults: a sentence each. anchored: entries that the security log names as well."""

    chains: int = 0
    entries: int = 0
    anchored: int = 0
    faults: list[str] = field(default_factory=list)


def verify_trail(trail: AuditTrail, logs: Sequence[str] = ()) -> Verified:
    """Verify a service's trail against the security log: files or folders, by default the folder that it is kept in."""
    paths = [Path(path) for path in logs or filter(None, [trail.log])]
    return verify(trail.chains, trail.service, anchors_in(lines_of(paths), trail.service))


def verify(chains: Chains, service: str, anchors: Anchors) -> Verified:
    """Verify every chain of a service, those too that are gone and that only the log still names."""
    found, heads = Verified(), chains.heads()
    for unit in sorted({*heads, *anchors}):
        found.chains += 1
        _verify_chain(found, f"{service}, unit {unit}", chains.chain(unit), heads.get(unit, 0), anchors.get(unit, {}))
    return found


def _verify_chain(found: Verified, name: str, entries: Iterable[Entry], head: int, anchors: Mapping[int, str]) -> None:
    """head: number of the last entry as its writers have noted it; it may be behind."""
    number, previous = 0, NOTHING_BEFORE
    for entry in entries:
        found.entries += 1
        found.faults += [f"{name}: {fault}" for fault in _faults(entry, number, previous, anchors)]
        found.anchored += entry.number in anchors
        number, previous = entry.number, entry.hash
    if (last := max(head, *anchors, 0)) > number:
        found.faults.append(f"{name}: the end is missing: entries {number + 1} to {last} were written and are gone.")


def _faults(entry: Entry, number: int, previous: str, anchors: Mapping[int, str]) -> Iterator[str]:
    """number, previous: of the entry before."""
    if entry.number > number + 1:
        yield f"a gap: entries {number + 1} to {entry.number - 1} are missing."
    elif entry.number <= number:
        yield f"wrong order: entry {entry.number} comes after entry {number}."
    elif entry.previous != previous:
        yield f"entry {entry.number} does not follow entry {number}: one of the two was put in another's place."
    if digest(entry) != entry.hash:
        yield f"entry {entry.number} was changed after it was written."
    elif anchors.get(entry.number, entry.hash) != entry.hash:
        yield f"entry {entry.number} is not the one that the security log names: the chain was made anew."


def anchors_in(lines: Iterable[bytes], service: str) -> Anchors:
    """Unit, number and hash of every entry that lines of the security log name. Other lines are passed over."""
    found: dict[str, dict[int, str]] = {}
    for line in lines:
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(told, dict) and told.get("service") == service and "hash" in told and "number" in told:
            found.setdefault(str(told["unit"]), {})[int(told["number"])] = str(told["hash"])
    return found


def lines_of(paths: Iterable[Path]) -> Iterator[bytes]:
    """The lines of files, and of the daily files in folders."""
    for path in paths:
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            with file.open("rb") as lines:
                yield from lines
