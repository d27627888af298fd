"""All mutants, and those that a change may affect."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from tests.mutants import (
    of_accounts,
    of_applications,
    of_arrivals,
    of_auditing,
    of_backups,
    of_cells,
    of_corrections,
    of_decoding,
    of_download_codes,
    of_entrance,
    of_folding,
    of_guardians,
    of_installing,
    of_keys,
    of_opening,
    of_operations,
    of_paper,
    of_parts,
    of_permissions,
    of_photographing,
    of_projecting,
    of_publishing,
    of_receiving,
    of_registry,
    of_roster_files,
    of_sending,
    of_sessions,
    of_stopping,
    of_undoing,
    of_units,
    of_upgrading,
    of_watching,
    of_web_forms,
)
from tests.mutants.mutant import Mutant

REPO = Path(__file__).resolve().parents[2]
LISTS: Mapping[str, tuple[Mutant, ...]] = {
    module.__name__.replace(".", "/") + ".py": module.MUTANTS
    for module in (
        of_accounts,
        of_applications,
        of_arrivals,
        of_corrections,
        of_download_codes,
        of_auditing,
        of_guardians,
        of_sending,
        of_folding,
        of_projecting,
        of_publishing,
        of_opening,
        of_operations,
        of_paper,
        of_parts,
        of_permissions,
        of_photographing,
        of_receiving,
        of_registry,
        of_roster_files,
        of_cells,
        of_sessions,
        of_stopping,
        of_undoing,
        of_units,
        of_upgrading,
        of_decoding,
        of_keys,
        of_backups,
        of_installing,
        of_watching,
        of_entrance,
        of_web_forms,
    )
}
MUTANTS = tuple(mutant for mutants in LISTS.values() for mutant in mutants)
OF_EVERY_TRIAL = {
    "tests/conftest.py",
    *(f"tests/mutants/{name}.py" for name in ("mutant", "fork_server", "trial", "every", "test_mutants")),
}
SINCE, LEFT = "MUTANTS_SINCE", "MUTANTS_NOT_SINCE"  # environment variables: a branch that Git knows


def chosen() -> tuple[Mutant, ...]:
    """Mutants selected by an environment variable: those of the changes since a branch, or all others.

    All when Git cannot tell what has changed.
    """
    if branch := os.environ.get(SINCE):
        changed = changed_since(branch)
        return MUTANTS if changed is None else touched_by(changed)
    if branch := os.environ.get(LEFT):
        changed = changed_since(branch)
        touched = MUTANTS if changed is None else touched_by(changed)
        return tuple(mutant for mutant in MUTANTS if mutant not in touched)
    return MUTANTS


def touched_by(files: Collection[str]) -> tuple[Mutant, ...]:
    """Mutants of which a guard, a test, a fixture of that test or the definition is in one of these files."""
    if OF_EVERY_TRIAL & set(files):
        return MUTANTS
    return tuple(
        mutant
        for name, mutants in LISTS.items()
        for mutant in mutants
        if name in files or any(_is_about(mutant, file) for file in files)
    )


def _is_about(mutant: Mutant, file: str) -> bool:
    tests = {id.partition("::")[0] for id in mutant.caught_by}
    if file in tests or any(file == edit.file for edit in mutant.edits):
        return True
    beside = {str(Path(test).parent) for test in tests}
    return str(Path(file).parent) in beside and not Path(file).name.startswith("test_")


def changed_since(branch: str) -> set[str] | None:
    """Files that differ from where this branch left the other one, committed or not; None when Git cannot tell."""
    found: set[str] = set()
    for command in (
        ("diff", "--name-only", f"{branch}...HEAD"),
        ("diff", "--name-only", "HEAD"),
        ("ls-files", "--others", "--exclude-standard"),
    ):
        try:
            done = subprocess.run(["git", *command], cwd=REPO, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return None
        if done.returncode:
            return None
        found |= set(done.stdout.split("\n")) - {""}
    return found
