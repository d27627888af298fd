"""Coverage: the schools and pupils that a campaign with certain stages would have, as far as they were counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from services.roster.domain.enrolment import Enrolment
from services.roster.domain.entry import is_expected
from shared.language.class_names import STAGES, stage_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """counted_at: ms since 1970 at the end of the count, 0 before the first.

    schools  the stages in which a school has pupils, such as "pj" -> number of such schools
    pupils   stage -> expected pupils
    """

    counted_at: int = 0
    schools: Mapping[str, int] = field(default_factory=dict)
    pupils: Mapping[str, int] = field(default_factory=dict)

    def of(self, stages: Collection[str]) -> tuple[int, int]:
        """(schools, pupils) that a campaign for these stages has; a school of several stages is one school."""
        schools = sum(count for theirs, count in self.schools.items() if set(theirs) & set(stages))
        return schools, sum(self.pupils.get(stage, 0) for stage in stages)


class Count:
    """A count in progress, school by school."""

    def __init__(self) -> None:
        self._schools: Counter[str] = Counter()
        self._pupils: Counter[str] = Counter()

    def add(self, enrolments: Iterable[Enrolment]) -> None:
        """The pupils of one school, by the population rule of every campaign."""
        expected = Counter(stage_of(each.class_) for each in enrolments if is_expected(each, STAGES))
        self._pupils.update(expected)
        if expected:
            self._schools["".join(stage for stage in STAGES if stage in expected)] += 1

    def finished(self, at: int) -> Coverage:
        return Coverage(at, dict(self._schools), dict(self._pupils))
