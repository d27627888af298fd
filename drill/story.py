"""The story of a drill, day by day: from an empty county to published reports."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from drill import applying, arriving, auditing, campaign, issuing, offices, units
from drill.clients import Json, Line, Person, Problem
from drill.compare import Comparison
from drill.county import School, build
from drill.days import Days
from drill.family import Family
from drill.importing import import_with_mistakes
from drill.ledger import Ledger, stage_of
from drill.reporting import Reporting
from drill.schooling import class_forms, print_classes, refuse_prints, suspend
from drill.scripts import NOTHING, OPEN_DAYS, ROUNDS, assign, rounds_of
from drill.second_factor import Careful, open_auditor
from drill.sending import send
from drill.show import Show
from drill.standing_in import Absence
from drill.steps import do
from drill.world import Pending, World, await_until

THREADS = 6
LOST = 0.04  # share of commands whose response gets lost
# Days of the campaign after the first morning; on the planned last one it is extended, on the last one closed early.
CUTOFF, PLANNED, LAST = 3, 4, 5
SUBSTITUTE = 2  # day of families on which a colleague stands in for a class teacher


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of a drill. account: login and password of the ministry. out: folder for reports."""

    seed: int
    pupils: int
    addresses: dict[str, str]
    clock_file: Path
    account: tuple[str, str]
    out: Path


@dataclass
class Story:
    given: Given
    show: Show
    families: list[Family] = field(default_factory=list)
    _differences: list[list[str]] = field(default_factory=list)  # the lists that collect them
    _auditor: Careful = field(init=False)
    _absence: Absence = field(init=False)
    _unanswered: str = ""  # answer code of an application

    @property
    def differences(self) -> list[str]:
        """All differences found so far."""
        return [sentence for found in self._differences for sentence in found]

    def run(self) -> tuple[World, Comparison]:
        """Run the whole drill and collect differences. Raises Problem, Stuck or Misprint where it cannot continue."""
        world, comparison, reporting = self.prepared()
        schedule = self._schedule(world)
        self._absence = Absence(world, self.families)
        self._absence.grant()
        for number in range(OPEN_DAYS):
            if number:
                world.ledger.end_day(world.days.passed[-1])
                world.days.next_morning()
                self._morning(world, reporting, number + 1)
            for round_ in range(ROUNDS):
                title = f"Day {number + 1} of {OPEN_DAYS}, round {round_ + 1} of {ROUNDS}"
                self._round(world, title, schedule[number * ROUNDS + round_])
        world.ledger.end_day(world.days.passed[-1])
        self._after_the_last_day(world)
        reporting.settle()
        reporting.publish(world.days.passed[LAST])
        reporting.compare()
        arriving.compare(world)
        self.show.say(f"{auditing.compare(world, self._auditor)} acts of staff read by the auditor of the province")
        self.show.say(auditing.verify(world))
        return world, comparison

    # ---- the first morning
    def prepared(self) -> tuple[World, Comparison, Reporting]:
        """Open the county and its campaign, and print everything: the second morning, before the first photo."""
        world = self._prepare()
        comparison = Comparison(
            world.ledger,
            lambda unit, day: world.ministry.get(
                "stats", "/v1/figures", params={"campaign": world.campaign, "unit": unit, "day": day}
            ),
        )
        self._differences.append(comparison.differences)
        reporting = Reporting(world, comparison, self.show, self.given.out)
        self._open_campaign(world, reporting)
        return world, comparison, reporting

    def _prepare(self) -> World:
        line, days = Line(self.given.addresses, lost=LOST), Days(self.given.clock_file)
        first = days.next_morning()
        run = _base36(int(time.time() * 10))[-6:]
        ministry = Person(line, f"{run}-ministry", Random(f"rollcall {self.given.seed} ministry"), *self.given.account)
        ministry.account = ministry.sign_in()["account"]["id"]
        region = build(offices.choose_region(ministry, self.given.seed), self.given.seed, self.given.pupils, first)
        self.show.say(
            f"Seed {self.given.seed}: {' '.join(u.name for u in region.chain[1:])} {region.county.name}, "
            f"{len(region.schools)} schools, {sum(len(s.pupils) for s in region.schools)} pupils, from {first}"
        )
        self.show.say(
            f"A morning to open the schools, {OPEN_DAYS} days on which families send their photos, then the report; "
            "the days with photos take longest."
        )
        at = [(date.fromisoformat(first) + timedelta(days=n)).isoformat() for n in range(LAST + 1)]
        stages = "pjsx" if self.given.seed % 2 == 0 else "pjs"  # odd seeds leave special schools out of the population
        world = World(
            self.given.seed, run, line, days, region, Ledger(stages, at[CUTOFF], at[PLANNED]), f"d{run}", ministry
        )
        self._differences += [world.differences, line.differences]
        issuing.open_bureaus(world)
        offices.take_code_alone(world)
        self._auditor = open_auditor(world)
        granted = applying.get_county_granted(world)
        self._unanswered = applying.apply_in_vain(world)
        self.show.say(f"{granted.name}, missing in the tree: applied for, passed on, granted; its admin has signed in")
        self._each("Schools, accounts, classes", region.schools, lambda school: offices.open_school(world, school))
        self._import(world, [school for school in region.schools if not school.is_late])
        campaign.plan(world, f"{first[:4]}年学籍核查（演练{run}）", at[1])
        world.keep_secret(ministry.password)
        world.ledger.end_day(first)
        return world

    def _import(self, world: World, schools: Sequence[School]) -> None:
        self._each("Rosters, with errors and corrected", schools, lambda school: import_with_mistakes(world, school))
        for school in schools:
            units.refuse_to_close(world, school)
            for id, (pupil, _) in sorted(
                offices.find_pupils(world, school).items(),
                key=lambda pair: (pair[1][1], pair[1][0].number, pair[1][0].name),
            ):
                self.families.append(
                    Family(
                        world,
                        pupil,
                        id,
                        NOTHING,
                        Random(f"rollcall {world.seed} {pupil.name} {pupil.born} {pupil.number}"),
                    )
                )

    def _open_campaign(self, world: World, reporting: Reporting) -> None:
        """Open the campaign for the imported pupils; a late school follows; then print everything."""
        world.days.next_morning()
        campaign.open_campaign(world)
        world.ledger.opened = True
        reporting.settle()
        reporting.comparison.remember_others(world.days.today())
        self._import(world, [school for school in world.region.schools if school.is_late])
        self._print(world)

    def _print(self, world: World) -> None:
        """Each school in one run, by its leader's download code; its sheets go to the families."""
        families = {family.id: family for family in self.families}
        classes = [klass for school in world.region.schools for klass in school.classes]

        def of_school(school: School) -> None:
            admin = world.schools[school.code]
            refuse_prints(world, school)
            for klass, found in print_classes(world, school):
                by_serial = {sheet.serial: sheet for sheet in found}
                listed = admin.get("roster", f"/v1/classes/{klass.id}/pupils", params={"campaign": world.campaign})
                for item in listed["items"]:
                    families[item["pupil"]].sheet = by_serial.get(item["serial"])
                    world.ledger.printed(item["pupil"])
                    world.expect(item["serial"] in by_serial, f"class {klass.id}: a pupil's sheet was not printed")

        self._each("Forms printed, school by school", world.region.schools, of_school)
        for klass in classes:  # upload reads the entries a moment later
            pupils = {id for id, pupil in world.ledger.pupils.items() if pupil.class_ == klass.id}
            await_until(partial(_has_forms, world, klass.id, pupils), f"The forms of {klass.id}")

    # ---- rounds
    def _schedule(self, world: World) -> dict[int, list[tuple[Family, str]]]:
        """Round -> its steps."""
        random = world.random("scripts")
        with_forms = [family for family in self.families if family.sheet]
        stages = [stage_of(world.ledger.pupils[family.id].class_) for family in with_forms]
        in_county = [
            world.region.school_of(world.ledger.pupils[f.id].class_).run_by == world.region.county for f in with_forms
        ]
        scripts = assign(
            ["-" if stage == "p" and not here else stage for stage, here in zip(stages, in_county, strict=True)], random
        )
        schedule: dict[int, list[tuple[Family, str]]] = defaultdict(list)
        quiet = [family for family, script in zip(with_forms, scripts, strict=True) if not script.steps]
        for family, script in zip(with_forms, scripts, strict=True):
            if "adopt" in script.steps:
                family.sibling = quiet.pop() if quiet else None
            family.script = script if "adopt" not in script.steps or family.sibling else NOTHING
            for at, step in rounds_of(family.script, family.random).items():
                schedule[at].append((family, step))
        return schedule

    def _round(self, world: World, title: str, steps: Sequence[tuple[Family, str]]) -> None:
        def step(job: tuple[Family, str]) -> None:
            family, what = job
            try:
                do(family, what, self.families)
            except Problem as problem:
                world.differs(f"{family.script.name}, step {what} of {family.id}: {problem}")

        self._each(title, steps, step)
        self._await_photos(world)

    def _await_photos(self, world: World) -> None:
        """Wait until every sent photo is decided, and compare with the expected outcome."""
        waiting, world.pending = world.pending, []
        for pending in waiting:
            settle_photo(world, pending)

    # ---- mornings
    def _morning(self, world: World, reporting: Reporting, number: int) -> None:
        """A substitute's day, and the one after; the last day moves twice; after the cut-off the first reports."""
        if number == SUBSTITUTE:
            self._absence.stand_in()
        if number == SUBSTITUTE + 1:
            self._absence.hand_over()
        if number == PLANNED:
            campaign.extend(world)
        if number == LAST:
            campaign.close_early(world)
        if number == CUTOFF + 1:
            reporting.settle()
            reporting.publish(world.days.passed[CUTOFF])
            today, county = world.days.today(), world.region.county.code
            asked = {"campaign": world.campaign, "unit": county, "day": today}
            world.must_refuse(
                "a report of a day that is not over",
                ("day-not-closed",),
                lambda: world.bureaus[county].post("stats", "/v1/reports", asked),
            )
            world.must_refuse(
                "closing a day that is not over",
                ("day-not-over",),
                lambda: world.ministry.post("stats", f"/v1/days/{today}/close"),
            )

    def _after_the_last_day(self, world: World) -> None:
        """After the last day no change affects the figures, and nobody can upload; a week after the first one."""
        world.days.next_morning(days=3)
        applying.refuse_what_has_climbed(world, self._unanswered)
        campaign.refuse_after_the_end(world)
        family = next(family for family in self.families if world.ledger.pupils[family.id].archive)
        suspend(family)
        await_until(lambda: _is_over(family), "The campaign's last day in the teacher's list")
        world.must_refuse("a photo after the last day", ("campaign-over",), lambda: send(family, "same", "code"))
        world.ledger.end_day(world.days.today())

    def _each(self, title: str, jobs: Sequence[Any], act: Callable[[Any], None]) -> None:
        """Run every job, THREADS at a time. The first exception ends the drill."""
        if not jobs:
            return
        with self.show.bar(title, len(jobs)) as step, ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(act, jobs):
                step()


def settle_photo(world: World, pending: Pending) -> None:
    """Wait until a photo is decided, and compare with the expected outcome. Raises Stuck."""
    responses: list[Json] = []
    await_until(partial(_decided, pending, responses), f"The check of a {pending.what}")
    state, reason = responses[-1]["state"], responses[-1]["reason"]
    world.expect(
        state == pending.wanted and (not pending.reasons or reason in pending.reasons),
        f"{pending.what}: {state} {reason} instead of {pending.wanted} {'/'.join(pending.reasons)}",
    )


def _has_forms(world: World, class_id: str, pupils: set[str]) -> bool:
    """True if upload lists the forms of all these pupils of a class; of an undone import it knows one more."""
    return pupils <= {form["pupil"] for form in class_forms(world, class_id)}


def _is_over(family: Family) -> bool:
    """True once upload has read that the campaign has ended; until then it takes photos, which no figure counts."""
    class_ = family.world.ledger.pupils[family.id].class_
    return any(form["over"] for form in class_forms(family.world, class_) if form["pupil"] == family.id)


def _decided(pending: Pending, responses: list[Json]) -> bool:
    headers = {"X-Ticket-Token": pending.token}
    responses.append(pending.holder.get("upload", f"/v1/photos/{pending.photo}", headers=headers))
    return bool(responses[-1]["state"] not in ("open", "checking"))


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return _base36(number // 36) + digits[number % 36] if number else ""
