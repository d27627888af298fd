"""A mutant: the product with one guard taken out, and the tests that must notice it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """file: in the repository. old: stands there exactly once."""

    file: str
    old: str
    new: str

    def applied_to(self, text: str) -> str:
        found = text.count(self.old)
        if found != 1:
            raise OutdatedMutant(
                f"{self.file} no longer holds exactly once what this mutant takes out, "
                f"but {found} times: {self.old.strip()!r}. "
                "Write the mutant again for the present code."
            )
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Mutant:
    """what: the product without its guard, as a sentence. caught_by: ids of tests, every one of which fails then."""

    name: str
    what: str
    edits: tuple[Edit, ...]
    caught_by: tuple[str, ...]

    @property
    def tests(self) -> set[str]:
        """The names of the tests, without their files and parameters."""
        return {id.partition("::")[2].partition("[")[0] for id in self.caught_by}


class OutdatedMutant(AssertionError):
    """The code has changed and the mutant has not."""


@contextmanager
def taken_out(mutant: Mutant, tree: Path) -> Iterator[None]:
    """Apply the edits to a copy of the repository, and restore it afterwards."""
    original = {edit.file: (tree / edit.file).read_text() for edit in mutant.edits}
    texts = dict(original)
    for edit in mutant.edits:
        texts[edit.file] = edit.applied_to(texts[edit.file])
    try:
        for file, text in texts.items():
            (tree / file).write_text(text)
        yield
    finally:
        for file, text in original.items():
            (tree / file).write_text(text)
