"""Processor time of what keeps a core busy in our own processes: it says the same on a busy machine.

Measured inside this process, so only our code and its libraries count, no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from time import process_time

from argon2 import PasswordHasher

from benchmarks.engines import Bench
from benchmarks.harness import Figure, Measurement
from benchmarks.pictures import pages, taken
from services.identity.credentials.passwords import Hasher
from services.upload.image.examine import examine

PHOTOS, PASSWORDS, PASSWORD = 6, 10, "seven apples fall"
PER_CORE = (Figure("per-core", "per second of processor time"),)


def measurements(bench: Bench) -> Iterator[Measurement]:
    paper = pages(bench.size(PHOTOS, 2))
    for difficulty in ("phone", "12-megapixels", "phone-heic", "hopeless"):
        yield alone(
            f"core-photo-{difficulty}", f"A core: {difficulty.replace('-', ' ')}", examine, taken(difficulty, paper)
        )
    hasher, bare = Hasher(), PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    kept, tries = hasher.hash(PASSWORD), [PASSWORD] * bench.size(PASSWORDS, 2)
    yield Measurement(
        "core-password",
        "A core: passwords",
        "Hasher.verify: one password of a sign-in",
        "argon2-cffi with the same parameters",
        PER_CORE,
        partial(spent, lambda each: hasher.verify(kept, each), tries),
        partial(spent, lambda each: bare.verify(kept, each), tries),
        budget=10,
    )


def alone(name: str, title: str, act: Callable[..., object], things: Sequence[object]) -> Measurement:
    """A measurement without a bound."""
    return Measurement(
        name,
        title,
        "the same function as in the table above, in processor time",
        "none",
        PER_CORE,
        partial(spent, act, things),
        lambda number: {},
        repetitions=3,
        budget=20,
    )


def spent(act: Callable[..., object], things: Sequence[object], number: int) -> Mapping[str, float]:
    began = process_time()
    for thing in things:
        act(thing)
    return {"per-core": len(things) / (process_time() - began)}
