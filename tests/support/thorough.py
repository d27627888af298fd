"""How much a test does: what finds a mistake in a minute, and in `make prove` (THOROUGH=1) many times as much."""

from __future__ import annotations

import os

from hypothesis import settings

THOROUGH = bool(os.environ.get("THOROUGH"))
MANY = 10


def many(usual: int, thorough: int) -> int:
    """A number of examples, seeds or rounds."""
    return thorough if THOROUGH else usual


def examples(usual: int) -> settings:
    """Of a property, where the profile's number is not the right one."""
    return settings(max_examples=many(usual, usual * MANY))


def load_profile() -> None:
    """The same examples in every run, and in a thorough one those of `--hypothesis-seed`.

    No deadlines: a busy machine is no defect.
    """
    settings.register_profile("usual", deadline=None, derandomize=True, database=None)
    settings.register_profile("thorough", deadline=None, database=None, max_examples=1000, print_blob=True)
    settings.load_profile("thorough" if THOROUGH else "usual")
