"""`make model SEEDS=300`: the design over so many random runs without a wrong figure, and every mutant caught.

A second argument is the first seed.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.model.mutants import DESIGN, MUTANTS
from tests.model.world import World


def main() -> int:
    count, first = (*map(int, sys.argv[1:]), *(300, 0)[len(sys.argv) - 1 :])
    seeds = range(first, first + count)
    good = True
    for mutant in (DESIGN, *MUTANTS):
        wrong = Counter(found for seed in seeds if (found := World(seed, mutant).run()))
        as_it_should = bool(wrong) == bool(mutant)
        good = good and as_it_should
        told = ", ".join(f"{n} runs with {what}" for what, n in wrong.items()) or "no wrong figure"
        sys.stdout.write(
            f"{'ok  ' if as_it_should else 'FAIL'} {mutant or 'the design':18} {told} of {len(seeds)}. {MUTANTS.get(mutant, '')}\n"
        )
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
