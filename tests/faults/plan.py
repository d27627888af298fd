"""What harm is done, when and to whom: follows from a seed alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

KILL, STOP, CUT = "kill", "stop", "cut"


@dataclass(frozen=True, slots=True)
class Harm:
    """after: seconds since the harm before. lasts: seconds until the process is started or goes on, or the line is mended."""

    after: float
    what: str
    whom: tuple[str, ...]
    lasts: float


def plan(seed: int, processes: Sequence[str], engines: Sequence[str], lines: Sequence[str]) -> Iterator[Harm]:
    """Without end. Services are hurt more often than engines, sometimes several at once; a stop may outlast a session at the bus and a midnight."""
    random = Random(f"harm {seed}")
    while True:
        what = random.choices((KILL, STOP, CUT), (6, 3, 2))[0]
        if what == CUT:
            whom = (random.choice(lines),)
        elif random.random() < 0.2:
            whom = (random.choice(engines),)
        else:
            whom = tuple(random.sample(processes, random.choices((1, 2, 4), (6, 3, 1))[0]))
        lasts = (
            random.uniform(0.2, 3) if what != STOP else random.choice((random.uniform(0.5, 4), random.uniform(8, 15)))
        )
        yield Harm(random.uniform(1, 7), what, whom, lasts)
