"""Every kind of story happens in every drill, with its steps in sequence and days between its parts."""

from itertools import pairwise
from random import Random

import pytest

from drill.scripts import COMMON, NEXT_DAY, OPEN_DAYS, ROUNDS, SPECIAL, assign, rounds_of
from drill.sending import KINDS
from drill.steps import STEPS


@pytest.mark.parametrize("seed", range(5))
def test_every_special_story_happens_at_least_once_even_in_a_small_county(seed):
    scripts = assign(["p"] * 60 + ["j"] * 40, Random(seed))
    assert {script.name for script in SPECIAL} <= {script.name for script in scripts}
    assert len(scripts) == 100


def test_stories_of_primary_schools_happen_to_their_pupils_only():
    stages = ["p"] * 20 + ["j"] * 200
    for stage, script in zip(stages, assign(stages, Random(1)), strict=True):
        assert not script.stage or script.stage == stage


@pytest.mark.parametrize("script", [*SPECIAL, *COMMON], ids=lambda script: script.name)
def test_steps_keep_their_sequence_and_a_step_after_next_day_is_on_another_day(script):
    for seed in range(20):
        placed = rounds_of(script, Random(seed))
        assert [placed[at] for at in sorted(placed)] == [step for step in script.steps if step != NEXT_DAY]
        assert all(0 <= at < OPEN_DAYS * ROUNDS for at in placed)
        days, chapters = [at // ROUNDS for at in sorted(placed)], [[]]
        for step in script.steps:
            if step == NEXT_DAY:
                chapters.append([])
            else:
                chapters[-1].append(days.pop(0))
        for evening, morning in pairwise(chapters):
            assert not evening or evening[-1] < morning[0]


@pytest.mark.parametrize("script", [*SPECIAL, *COMMON], ids=lambda script: script.name)
def test_every_step_of_a_story_is_something_that_a_family_can_do(script):
    assert {step.split()[0] for step in script.steps} <= {NEXT_DAY, *STEPS, *KINDS}


def test_the_same_seed_gives_the_same_stories():
    assert assign(["p"] * 100, Random(4)) == assign(["p"] * 100, Random(4))
