"""Packs: the histories of some pupils as bytes; and rows: the versions that came after a pack was written. PURE.

A history is a set of versions that only grows: rows may be added twice, or to a pack that holds them already.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from services.stats.domain.fold import Changes, History, HistoryKey, RecordedState

MOST = 128  # histories in a pack: one that grows beyond it is split
Pack = dict[str, bytes]  # key -> history


class Row(NamedTuple):
    """A version of a stream in the history with this key."""

    key: str
    stream: str
    version: int
    recorded: RecordedState


encode = msgspec.msgpack.encode
decode_rows = msgspec.msgpack.Decoder(list[Row]).decode
decode_pack = msgspec.msgpack.Decoder(Pack).decode
decode_history = msgspec.msgpack.Decoder(dict[str, dict[int, RecordedState]]).decode


def rows_of(changes: Changes, history_key: HistoryKey) -> list[Row]:
    """The versions that a batch has added, or moved to a later day."""
    return [
        Row(key, event.stream, event.version, changes.histories[key][event.stream][event.version])
        for event in changes.applied
        for key in (history_key(event),)
    ]


def with_rows(history: History, rows: Iterable[Row]) -> History:
    """A history with these rows. Of two copies of a version the later day holds."""
    out = {stream: dict(versions) for stream, versions in history.items()}
    for _, stream, version, recorded in rows:
        versions = out.setdefault(stream, {})
        if version not in versions or versions[version].day < recorded.day:
            versions[version] = recorded
    return out


def pack_of(key: str, firsts: Sequence[str]) -> str:
    """The pack of a key, by its first key. firsts: of all packs, in order; "" is that of the first one."""
    return firsts[bisect_right(firsts, key) - 1]


def split(first: str, pack: Mapping[str, bytes]) -> dict[str, Pack]:
    """First key -> pack: this one, or those into which it is split."""
    keys, size = sorted(pack), MOST // 2 if len(pack) > MOST else MOST
    return {
        keys[at] if at else first: {key: pack[key] for key in keys[at : at + size]} for at in range(0, len(keys), size)
    }
