"""The story of each pupil's form as a short script: one step per round, several rounds per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

OPEN_DAYS, ROUNDS = 5, 3  # days on which families act, and rounds in each
STARTS = (0.34, 0.24, 0.20, 0.12, 0.10)  # on which day a script begins
NEXT_DAY = "next-day"  # the next step happens on another day


@dataclass(frozen=True, slots=True)
class Script:
    """share: of pupils with printed forms, at least one. stage: "p" where the pupil must be in primary school."""

    name: str
    share: float
    steps: Sequence[str]
    stage: str = ""


def _script(name: str, share: float, steps: str, stage: str = "") -> Script:
    return Script(name, share, tuple(step.strip() for step in steps.split(",")) if steps else (), stage)


NOTHING = Script("nothing", 0, ())
COMMON = (
    _script("guardian", 0.36, "register, good guardian"),
    _script("upload code alone", 0.20, "good code"),
    _script("class teacher", 0.08, "good teacher"),
    _script("school", 0.03, "good school"),
    _script("registered only", 0.05, "register"),
    _script("nothing", 0.11, ""),
    _script("reviewed", 0.05, "register, good guardian, accept"),
)
RARE = 0.008
SPECIAL = tuple(
    _script(name, share, steps, stage[0] if stage else "")
    for name, share, steps, *stage in (
        ("blurred, then readable", 0.02, "register, blurred guardian, good guardian"),
        ("blurred by code, archived by the teacher", 0.015, "blurred code, archive-waiting"),
        ("blurred by the teacher, archived by the teacher", RARE, "blurred teacher, archive-waiting"),
        ("blurred and waiting", 0.015, "blurred code"),
        ("a cat", RARE, "cat code"),
        ("a cat, then the form", RARE, "register, cat guardian, good guardian"),
        ("blurred, returned", RARE, "blurred code, return-waiting"),
        ("blurred, returned, then readable", RARE, "register, blurred guardian, return-waiting, good guardian"),
        ("another child's form", RARE, "register, other guardian"),
        ("another child's form, then the right one", RARE, "other code, good code"),
        ("the teacher mixes up two forms", RARE, "other teacher"),
        ("page 2, then page 1", RARE, "register, page-two guardian, good guardian"),
        ("page 2 by code", RARE, "page-two code"),
        ("a broken connection", 0.015, "truncated code, good code"),
        ("the same photo twice", RARE, "register, good guardian, same guardian"),
        ("the same photo by code", RARE, "register, good guardian, same code"),
        ("by code and reviewed", 0.015, "good code, accept"),
        ("returned", 0.012, "register, good guardian, return"),
        ("returned, sent again, accepted", 0.012, "good code, return, good code, accept"),
        ("the returned photo once more", RARE, "register, good guardian, return, same guardian"),
        ("a second photo that is wanted", RARE, "register, good guardian, good code, archive-waiting"),
        ("a second photo that is not wanted", RARE, "register, good guardian, good teacher, return-waiting"),
        ("code first, guardian later", RARE, "good code, next-day, register, good guardian"),
        ("twice by code", RARE, "good code, next-day, good code"),
        ("a void sheet, archived by the teacher", RARE, "reprint, next-day, void-sheet code, archive-waiting"),
        (
            "a void sheet, returned",
            RARE,
            "reprint, next-day, register, void-sheet guardian, return-waiting, good guardian",
        ),
        ("reprinted afterwards", RARE, "good code, reprint"),
        ("an address corrected", RARE, "register, correct, reprint-corrected, next-day, good guardian"),
        (
            "a name corrected, and the void sheet sent",
            RARE,
            "correct-key-field, reprint-corrected, next-day, void-sheet code, return-waiting, good code",
        ),
        ("a correction refused", RARE, "refuse-correction, good code"),
        ("withdrawn by the guardian", RARE, "register, good guardian, withdraw guardian"),
        ("withdrawn by the teacher", RARE, "good code, withdraw teacher"),
        ("withdrawn and sent after all", RARE, "register, good guardian, withdraw guardian, next-day, same guardian"),
        ("refused on paper", 0.015, "paper"),
        ("paper first, photo later", RARE, "paper, next-day, good teacher"),
        ("two guardians, the teacher accepts", RARE, "register, second, approve teacher, good second"),
        ("two guardians, the first accepts", RARE, "register, second, approve guardian, good guardian"),
        ("two guardians, the teacher rejects", RARE, "register, second, reject teacher"),
        ("a name that the roster does not list", RARE, "ask, approve teacher, good second"),
        ("a name that the roster does not list, refused", RARE, "ask, reject teacher, good code"),
        ("a mistaken parent leaves", RARE, "register, leave"),
        (
            "a misused code",
            RARE,
            "register, good guardian, report-misuse, unbind, next-day, register, good guardian, close-case",
        ),
        ("a misused code, the photo was right", RARE, "register, good guardian, unbind, release-held, close-case"),
        ("a misused code, the photo is returned", RARE, "register, good guardian, accept, unbind, discard-held"),
        ("consent is withdrawn", RARE, "register, good guardian, withdraw-consent"),
        ("withdrawn without an account", RARE, "good code, withdraw-by-codes"),
        ("one account, two children", RARE, "register, good guardian, adopt, good sibling"),
        ("a new registration code", RARE, "reissue, register, good guardian"),
        ("changes class after the upload", RARE, "good code, next-day, move", "p"),
        ("changes class before the upload", RARE, "move, next-day, good teacher, accept", "p"),
        ("changes county after the upload", RARE, "register, good guardian, next-day, transfer, next-day, accept", "p"),
        ("changes county before the upload", RARE, "register, next-day, transfer, next-day, good guardian", "p"),
        ("suspended after the upload", RARE, "good code, next-day, suspend"),
        ("suspended and back", RARE, "good code, suspend, next-day, resume"),
        ("suspended before", RARE, "suspend"),
        ("leaves school", RARE, "register, leave-school"),
        ("a business opened and closed", RARE, "open-business, next-day, close-business, good code"),
        ("a business open at the end", RARE, "good code, next-day, open-business"),
    )
)


def rounds_of(script: Script, random: Random) -> dict[int, str]:
    """Round (0 .. OPEN_DAYS * ROUNDS - 1) -> step. It begins on a day drawn by STARTS, earlier if it is long."""
    day = random.choices(range(OPEN_DAYS), STARTS)[0]
    while True:
        placed, at = {}, day * ROUNDS
        free = ROUNDS - 1 if len(script.steps) == 1 else 0
        at += random.randint(0, free)
        for step in script.steps:
            if step == NEXT_DAY:
                at = (at // ROUNDS + 1) * ROUNDS if at % ROUNDS else at
                continue
            placed[at] = step
            at += 1
        if not placed or max(placed) < OPEN_DAYS * ROUNDS:
            return placed
        day -= 1


def assign(stages: Sequence[str], random: Random) -> list[Script]:
    """A script for each pupil, by stage. Special ones come first, so that each happens; few pupils get half of them."""
    unassigned = list(range(len(stages)))
    random.shuffle(unassigned)
    scripts: dict[int, Script] = {}
    for script in SPECIAL if len(stages) > len(SPECIAL) * 3 // 2 else random.sample(SPECIAL, len(stages) // 2):
        for _ in range(max(1, round(script.share * len(stages)))):
            at = next((i for i in unassigned if not script.stage or stages[i] == script.stage), None)
            if at is None:
                break
            unassigned.remove(at)
            scripts[at] = script
    for at in unassigned:
        scripts[at] = random.choices(COMMON, [script.share for script in COMMON])[0]
    return [scripts[at] for at in range(len(stages))]
