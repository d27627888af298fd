"""A steady rate of people's work: the drill's families, teachers and offices, each step at its time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from drill.clients import Problem
from drill.compare import Comparison
from drill.days import Days
from drill.family import Family
from drill.reporting import Reporting
from drill.steps import do
from drill.story import Story, settle_photo
from drill.world import Stuck, World, await_until

PEOPLE = 8  # at once
MOST_WAITING = 40  # steps that wait for a person; further ones are left out, and missing in the rate
MOST_PHOTOS = 25  # of one form; the product takes 30 within a day, of all senders
SIGN_IN_EACH, FIGURES_EACH, REPRINT_EACH, RETURN_EACH = 5, 3, 40, 6  # every so many steps


class TooLong(ValueError):
    """The roster has too few pupils for this duration and rate."""


@dataclass
class Work:
    """The people of one county whose campaign is open.

    done: steps so far.
    """

    story: Story
    done: int = 0
    world: World = field(init=False)
    comparison: Comparison = field(init=False)
    _families: list[Family] = field(default_factory=list)
    _waiting: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Import rosters, open the campaign, print, and close the first day, so that its control totals are audited."""
        self.world, self.comparison, reporting = self.story.prepared()
        self._families = [family for family in self.story.families if family.sheet]
        Random(self.world.seed).shuffle(self._families)
        self._close(self.world.days, reporting)

    def _close(self, days: Days, reporting: Reporting) -> None:
        reporting.settle()
        for day in days.passed[:-1]:
            await_until(partial(self._is_settled, day), f"The end of {day}", pause=0.5)

    def _is_settled(self, day: str) -> bool:
        return bool(self.world.ministry.post("stats", f"/v1/days/{day}/close")["settled"])

    def run(self, rate: float, seconds: float, stop: threading.Event) -> None:
        """Begin `rate` steps a second, for so many seconds. Raises TooLong before it begins."""
        if rate * seconds > MOST_PHOTOS * len(self._families):
            raise TooLong(
                f"{len(self._families)} forms take {MOST_PHOTOS} photos each; {rate:g} a second for {seconds:.0f} s "
                "are more. Choose a smaller RATE, fewer MINUTES or more PUPILS."
            )
        began = time.monotonic()
        with ThreadPoolExecutor(PEOPLE) as pool:
            for number in count():
                if stop.wait(max(0.0, began + number / rate - time.monotonic())):
                    break
                if number >= rate * seconds:
                    break
                if self._waiting < MOST_WAITING:
                    self._change(waiting=1)
                    pool.submit(self._step, number)

    def _change(self, *, waiting: int = 0, done: int = 0) -> None:
        with self._lock:
            self._waiting += waiting
            self.done += done

    def _step(self, number: int) -> None:
        """A person's visit. What goes wrong is a difference, and the work goes on."""
        family = self._families[number % len(self._families)]
        try:
            self._visit(family, number)
            self._change(done=1)
        except (Problem, Stuck, LookupError) as error:
            self.world.differs(f"step {number}: {error}")
        except Exception as error:  # a thread has nobody else to tell
            self.world.differs(f"step {number}: {type(error).__name__} {error}")
        finally:
            self._change(waiting=-1)

    def _visit(self, family: Family, number: int) -> None:
        if _last_of(SIGN_IN_EACH, number):
            family.teacher.sign_in()
        if _last_of(REPRINT_EACH, number):
            do(family, "reprint", self._families)
        do(family, "good code", self._families)
        settle_photo(self.world, self.world.take_pending(family.id))
        do(family, "return" if _last_of(RETURN_EACH, number) else "accept", self._families)
        if _last_of(FIGURES_EACH, number):
            self._look_at_figures(number)

    def _look_at_figures(self, number: int) -> None:
        chain = self.world.region.chain
        unit = (*chain, self.world.region.county)[number % (len(chain) + 1)]
        self.world.ministry.get("stats", "/v1/figures", params={"campaign": self.world.campaign, "unit": unit.code})

    def compare(self) -> None:
        """Wait until everything is counted, then compare every figure of today with the ledger."""
        today = self.world.days.today()
        self.world.ledger.end_day(today)
        await_until(lambda: self.comparison.looks_right(today), "Figures that equal the ledger", seconds=120, pause=0.5)
        self.comparison.day(today)

    @property
    def differences(self) -> list[str]:
        return self.story.differences


def _last_of(each: int, number: int) -> bool:
    return number % each == each - 1
