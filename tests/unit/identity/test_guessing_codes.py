"""Guessing the birth date of a registration code: by arithmetic, by a simulated attack, and beside a whole school."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from services.identity.domain.validity import DAY_MS
from services.identity.repositories.protocol import PERMANENT_LOCK, TEMPORARY_LOCK
from services.identity.use_cases.guardians.guardian_registration import find_child, register
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from tests.unit.identity.world import BORN, CLASS, MUM, PUPIL, STEADY, code

SECURITY = Path(__file__).resolve().parents[3] / "docs" / "security.md"
PUPILS, BIRTH_DATES, YEAR_SECONDS = 189_000_000, 365, 365 * 86_400
FAMILIES = 180  # one a second, as when 1,800 register within half an hour
DATES = [(date(2016, 1, 1) + timedelta(days=day)).isoformat() for day in range(BIRTH_DATES)]


LOCK_SECONDS = TEMPORARY_LOCK.window_ms // 1000 + 1


def a_code(number: int) -> str:
    """One of as many different codes as there are numbers."""
    return codes.make(random.Random(number).randrange, kind=codes.REGISTRATION)


def guess(world, registration_code: str, born: str) -> str:
    """ "" for a right date, otherwise the code of the refusal."""
    try:
        find_child(world.deps, registration_code, born)
    except Refused as refused:
        return refused.code
    return ""


def test_the_chances_in_the_documentation_are_those_of_the_code():
    page = SECURITY.read_text().partition("## The chance of taking a child over")[2]
    told = [cell.strip() for cell in re.findall(r"^\| .+\| ([^|]+) \|$", page.partition("\n## ")[0], re.MULTILINE)]
    one = PUPILS / codes.BASE**codes.RANDOM  # the check characters are computed by the guesser
    assert told == [
        f"{one:.1e}",
        f"{one * 1_000 * YEAR_SECONDS:.2%}".replace("%", " %"),
        f"{PERMANENT_LOCK.most / BIRTH_DATES:.1%}".replace("%", " %"),
    ]


def test_a_simulated_attack_takes_no_more_children_than_the_arithmetic_says(world):
    """Guessing at each of 300 codes as fast as its locks allow, and again after a year."""
    chance, taken, asked = random.Random(17), 0, Counter[str]()
    for number in range(10, 310):
        world.roster.enrol(f"{PUPIL[:-4]}{number:04}", a_code(number), CLASS, chance.choice(DATES))
        tries = iter(chance.sample(DATES, BIRTH_DATES))
        found = False
        for pause in (0, LOCK_SECONDS, LOCK_SECONDS, YEAR_SECONDS):
            world.clock.advance(seconds=pause)
            outcomes = [guess(world, a_code(number), next(tries)) for _ in range(TEMPORARY_LOCK.most)]
            asked.update(outcomes)
            found = found or "" in outcomes
        assert found or set(outcomes) == {"code-spoiled"}
        taken += found
    expected = 300 * PERMANENT_LOCK.most / BIRTH_DATES
    assert abs(taken - expected) < 10, "three standard deviations"
    assert asked["code-or-birth-date-wrong"] <= 300 * PERMANENT_LOCK.most


def test_the_familys_own_success_gives_a_guesser_no_further_tries(world):
    wrong = iter(day for day in DATES if day != BORN)
    for _ in range(PERMANENT_LOCK.most - 1):
        assert guess(world, code(1), next(wrong)) == "code-or-birth-date-wrong"
        assert guess(world, code(1), BORN) == ""
    assert guess(world, code(1), next(wrong)) == "code-or-birth-date-wrong"
    world.clock.advance(seconds=DAY_MS // 1000)
    assert guess(world, code(1), next(wrong)) == guess(world, code(1), BORN) == "code-spoiled"


def test_families_behind_one_address_register_while_a_guesser_there_is_stopped(world):
    """One family a second; nothing that identity counts is about their address."""
    stopped, refused, guesses = Counter[str](), [], iter(day for day in DATES * 10 if day != BORN)
    for family in range(FAMILIES):
        world.clock.advance(seconds=1)
        pupil, own = f"{PUPIL[:-5]}{family + 20_000}", a_code(1_000 + family)
        world.roster.enrol(pupil, own, CLASS)
        try:
            state = register(
                world.deps, CommandContext(f"holder-{family}:key", f"holder-{family}", "x"), asked(family, own)
            )
        except Refused as one:
            refused.append(one.code)
        else:
            assert state.state == "bound"
        stopped[guess(world, code(1), next(guesses))] += 1
    assert refused == []
    assert stopped["code-or-birth-date-wrong"] <= PERMANENT_LOCK.most and stopped[""] == 0
    assert stopped.total() == FAMILIES


def asked(family: int, registration_code: str) -> dict[str, str]:
    return {
        "registration_code": registration_code,
        "birth_date": BORN,
        "login": f"family-{family}",
        "password": STEADY,
        "display_name": MUM,
        "relation": "mother",
        "consent": CONSENT_VERSION,
    }
