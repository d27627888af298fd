"""The county of a drill: schools of different kinds, classes and pupils, made from a seed and a unit of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from drill.people import Pupil, Registry

# Pupils of a class that enters in September reach this age within the school year.
STAGE_AGE = {"p": 7, "j": 13, "s": 16, "x": 7}
GRADES = {"p": "一二三四五六", "x": "一二三四五六七八九", "j": "一二三四", "s": "一二三"}
SCHOOL_YEAR_BEGINS = "08-15"
PRIMARY_SCHOOL = "21"  # the kind in a school's code
FEWEST = 3  # pupils of a class
ZH, PINYIN, EN, CSV = "zh", "pinyin", "en", "csv"  # how a school writes its roster file


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the roster service shows it. path: "/000000/130000/130100/130102/"."""

    code: str
    name: str
    level: str
    path: str


@dataclass(frozen=True, slots=True)
class Klass:
    """A class. grade: 1 in the first school year."""

    id: str
    stage: str
    entry_year: int
    number: int
    grade: int
    pupils: tuple[Pupil, ...] = ()

    @property
    def grade_text(self) -> str:
        """The grade in everyday Chinese: "三年级", "初一", "高二"."""
        text = GRADES[self.stage][self.grade - 1]
        return {"j": f"初{text}", "s": f"高{text}"}.get(self.stage, f"{text}年级")


@dataclass(frozen=True, slots=True)
class School:
    """run_by: the unit directly above. style: of its roster file. is_late: imports its roster after the opening."""

    code: str
    name: str
    run_by: Unit
    style: str
    is_late: bool
    classes: tuple[Klass, ...]

    @property
    def path(self) -> str:
        return f"{self.run_by.path}{self.code}/"

    @property
    def pupils(self) -> list[Pupil]:
        return [pupil for klass in self.classes for pupil in klass.pupils]


@dataclass(frozen=True, slots=True)
class Plan:
    """A school without its county. classes: (stage, grade, number). weight: pupils of a class, relative to others."""

    kind: str
    name: str
    run_by: str  # "county", "above" or "other"
    style: str
    weight: float
    classes: Sequence[tuple[str, int, int]]
    is_late: bool = False


PLANS = (
    Plan(
        "21",
        "实验小学",
        "county",
        ZH,
        30,
        [("p", 1, 1), ("p", 1, 2), ("p", 2, 1), ("p", 3, 1), ("p", 4, 1), ("p", 5, 1)],
    ),
    Plan("21", "柳林屯小学", "county", CSV, 11, [("p", 2, 1), ("p", 4, 1)], is_late=True),
    Plan("31", "第一中学", "county", PINYIN, 34, [("j", 1, 1), ("j", 2, 1), ("j", 3, 1)]),
    Plan("34", "高级中学", "county", EN, 36, [("s", 1, 1), ("s", 2, 1)]),
    Plan("51", "特殊教育学校", "county", ZH, 7, [("x", 1, 1), ("x", 5, 1)]),
    Plan("31", "外国语学校（九年一贯制）", "above", PINYIN, 30, [("p", 3, 1), ("p", 6, 1), ("j", 2, 1)]),
    Plan("21", "中心小学", "other", ZH, 8, [("p", 1, 1)]),
)


@dataclass
class Region:
    """The units of a drill: its county, all units above it from the nation down, and another county to move to.

    other_above: all units above the other county; both are in one province.
    """

    county: Unit
    chain: tuple[Unit, ...]
    other: Unit
    other_above: tuple[Unit, ...]
    schools: list[School] = field(default_factory=list)

    @property
    def above(self) -> Unit:
        """The unit directly above the county: a city, or a province where there is none."""
        return self.chain[-1]

    @property
    def province(self) -> Unit:
        return self.chain[1]

    def school_of(self, class_: str) -> School:
        return next(school for school in self.schools if any(klass.id == class_ for klass in school.classes))


def build(region: Region, seed: int, pupils: int, day: str) -> Region:
    """Add the schools. pupils: about how many in all. day: today, which decides the school year."""
    random = Random(f"rollcall {seed} {region.county.code} people")
    registry = Registry(random, region.county.code, region.county.name)
    plans = _plans(pupils)
    sizes = iter(_sizes(plans, pupils))
    year = int(day[:4]) + (day[5:] >= SCHOOL_YEAR_BEGINS)
    for number, plan in enumerate(plans, 1):
        run_by = {"county": region.county, "above": region.above, "other": region.other}[plan.run_by]
        code = f"{plan.kind}{region.county.code[:2]}{region.county.code[2:]}{number:02d}"
        classes = []
        for stage, grade, number_of_class in plan.classes:
            entry_year, taken = year - grade, set[str]()
            made = tuple(
                _taken(registry.pupil(entry_year - STAGE_AGE[stage], taken), taken) for _ in range(next(sizes))
            )
            classes.append(
                Klass(
                    f"{code}{stage}{entry_year}{number_of_class:02d}", stage, entry_year, number_of_class, grade, made
                )
            )
        name = f"{run_by.name}{plan.name}"
        region.schools.append(School(code, name, run_by, plan.style, plan.is_late, tuple(classes)))
    return region


def _taken(pupil: Pupil, taken: set[str]) -> Pupil:
    taken.add(pupil.name)
    return pupil


def _plans(pupils: int) -> list[Plan]:
    """The schools. For few pupils primary schools have two classes, because pupils change class there; others one."""
    enough = pupils >= FEWEST * sum(len(plan.classes) for plan in PLANS)
    return [
        plan if enough else replace(plan, classes=plan.classes[: 2 if plan.kind == PRIMARY_SCHOOL else 1])
        for plan in PLANS
    ]


def _sizes(plans: Sequence[Plan], pupils: int) -> list[int]:
    """The size of every class: at least FEWEST, in all as many as asked for where possible."""
    weights = [plan.weight for plan in plans for _ in plan.classes]
    shares = [pupils * weight / sum(weights) for weight in weights]
    sizes = [max(FEWEST, int(share)) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda i: int(shares[i]) - shares[i])
    for i in by_rest[: max(0, pupils - sum(sizes))]:
        sizes[i] += 1
    return sizes
