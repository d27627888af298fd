"""Number of examples of a test: enough for a minute, or many times as many in `make prove` (THOROUGH=1)."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import Phase, settings

THOROUGH = bool(os.environ.get("THOROUGH"))
UNSHRUNK = "UNSHRUNK"  # environment variable: the first failing example will do, as in the trial of a mutant
MANY = 10
USUAL, OF_A_TRIAL = 40, 100  # examples of a property that says no other number


def many(usual: int, thorough: int) -> int:
    """A number of examples, seeds or rounds."""
    return thorough if THOROUGH else usual


def examples(usual: int, thorough: int = 0, trial: int = 0) -> settings:
    """Settings of a property whose number of examples differs from the profile's. thorough: 10 times as many.

    trial: as many in the trial of a mutant that the usual ones may miss
    """
    in_a_trial = trial if os.environ.get(UNSHRUNK) else 0
    return settings(max_examples=in_a_trial or many(usual, thorough or usual * MANY))


def load_profile() -> None:
    """Use the same examples in every run, and in a thorough run those of `--hypothesis-seed`.

    No deadlines: a busy machine is no defect.
    """
    # The first failure alone: several come as a group, in which the trial of a mutant sees no failed assertion.
    one: dict[str, Any] = {"deadline": None, "database": None, "report_multiple_bugs": False}
    trial = bool(os.environ.get(UNSHRUNK))
    if trial:
        one["phases"] = (Phase.explicit, Phase.generate)
    settings.register_profile("usual", max_examples=OF_A_TRIAL if trial else USUAL, derandomize=True, **one)
    settings.register_profile("thorough", max_examples=1000, print_blob=True, **one)
    settings.load_profile("thorough" if THOROUGH else "usual")
