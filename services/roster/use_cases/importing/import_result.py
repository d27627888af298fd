"""The result of an import: the outcomes of its rows, and what is told about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.roster.roster_file.pupil_line import Finding

# The outcomes of rows: each row has one of them, the first that fits whatever else changes. Who rejoins had left.
OUTCOMES = ("added", "rejoined", "moved", "changed", "unchanged", "waiting", "proposed", "asked", "refused")


@dataclass(frozen=True, slots=True)
class PupilChange:
    """A pupil of whom a row changes something. fields: name -> (before, after); the class by its id."""

    row: int
    pupil: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of one of its transactions. counts: of OUTCOMES. errors: of refused rows.

    changes: of a dry run. They are personal, so the remembered result of a transaction goes without them.
    """

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    changes: list[PupilChange] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ImportResult:
        errors, warnings = ([Finding(**finding) for finding in kept[name]] for name in ("errors", "warnings"))
        return cls(Counter(kept["counts"]), errors, warnings)

    def refuse(self, problem: Finding) -> str:
        self.errors.append(problem)
        return "refused"
