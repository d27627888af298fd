"""Plans of harm: kind, time and targets follow from a seed alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

KILL, STOP, CUT = "kill", "stop", "cut"


@dataclass(frozen=True, slots=True)
class Harm:
    """after: seconds since the previous harm. lasts: seconds until the process runs again or the line is restored."""

    after: float
    kind: str
    targets: tuple[str, ...]
    lasts: float


def plan(seed: int, processes: Sequence[str], engines: Sequence[str], lines: Sequence[str]) -> Iterator[Harm]:
    """Endless plan. Services are harmed more often than engines, sometimes several at once.

    A stop may outlast a consumer's session at the bus, and a midnight.
    """
    random = Random(f"harm {seed}")
    while True:
        kind = random.choices((KILL, STOP, CUT), (6, 3, 2))[0]
        if kind == CUT:
            targets = (random.choice(lines),)
        elif random.random() < 0.2:
            targets = (random.choice(engines),)
        else:
            targets = tuple(random.sample(processes, random.choices((1, 2, 4), (6, 3, 1))[0]))
        lasts = (
            random.uniform(0.2, 3) if kind != STOP else random.choice((random.uniform(0.5, 4), random.uniform(8, 15)))
        )
        yield Harm(random.uniform(1, 7), kind, targets, lasts)
