"""`make model SEEDS=300`: 300 random runs of the design without a wrong figure, and every mutant caught.

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
        wrong = Counter(error for seed in seeds if (error := World(seed, mutant).run()))
        as_expected = bool(wrong) == bool(mutant)
        good = good and as_expected
        found = ", ".join(f"{n} runs with {what}" for what, n in wrong.items()) or "no wrong figure"
        sys.stdout.write(
            f"{'ok  ' if as_expected else 'FAIL'} {mutant or 'the design':18} {found} of {len(seeds)}. "
            f"{MUTANTS.get(mutant, '')}\n"
        )
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
