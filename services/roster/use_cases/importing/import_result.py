"""The result of an import: the outcomes of its rows, and what is told about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.roster.domain.import_run import LEFT_OUT
from services.roster.domain.parts import KIND_OF, KINDS
from services.roster.roster_file.pupil_line import Finding


@dataclass(frozen=True, slots=True)
class PupilChange:
    """A pupil of whom a row changes something. fields: name -> (before, after); the class by its id."""

    row: int
    pupil: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of one of its transactions. counts: of OUTCOMES. errors: of refused rows.

    classes: (class in the file, kind of change or LEFT_OUT) -> rows.
    changes: of a dry run. They are personal, so the remembered result of a transaction goes without them.
    """

    counts: Counter[str] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    changes: list[PupilChange] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "classes": [[*key, rows] for key, rows in self.classes.items()],
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ImportResult:
        errors, warnings = ([Finding(**finding) for finding in kept[name]] for name in ("errors", "warnings"))
        classes = Counter({(class_, kind): rows for class_, kind, rows in kept.get("classes", ())})
        return cls(Counter(kept["counts"]), classes, errors, warnings)

    def count(self, class_: str, outcome: str) -> None:
        self.counts[outcome] += 1
        if (kind := KIND_OF.get(outcome, outcome)) in (*KINDS, LEFT_OUT):
            self.classes[class_, kind] += 1

    def add(self, other: ImportResult) -> None:
        """Add the result of a transaction."""
        self.counts.update(other.counts)
        self.classes.update(other.classes)
        self.errors.extend(other.errors)
        self.warnings.extend(other.warnings)
        self.changes.extend(other.changes)

    def refuse(self, problem: Finding) -> str:
        self.errors.append(problem)
        return "refused"
