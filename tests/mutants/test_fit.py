"""Every mutant fits the code, and the guarantees and the mutants name each other: seen in a second, without a trial."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.model.mutants import MUTANTS as OF_THE_DESIGN
from tests.mutants import every, of_harmless
from tests.mutants.every import MUTANTS, REPO, changed_since, touched_by
from tests.mutants.mutant import Mutant

GUARANTEES = (REPO / "docs" / "guarantees.md").read_text()
ROWS = [line for line in GUARANTEES.splitlines() if "`test_" in line and line.startswith("|")]
THE_MUTANTS_THEMSELVES = "test_a_guard_that_is_taken_out_of_the_product_is_missed"


@pytest.mark.parametrize("mutant", (*MUTANTS, *of_harmless.MUTANTS), ids=lambda mutant: mutant.name)
def test_a_mutant_finds_the_guard_that_it_takes_out_and_the_tests_that_catch_it(mutant: Mutant) -> None:
    texts = {edit.file: (REPO / edit.file).read_text() for edit in mutant.edits}
    for edit in mutant.edits:
        texts[edit.file] = edit.applied_to(texts[edit.file])
    for id in mutant.caught_by:
        file, _, name = id.partition("::")
        assert f"def {name.partition('[')[0]}(" in (REPO / file).read_text(), f"{file} has no such test: {id}"


def test_no_mutant_uses_a_name_that_its_file_does_not_have(tmp_path: Path) -> None:
    """A NameError fails every test, and would prove nothing of the guard."""
    for mutant in MUTANTS:
        texts = {edit.file: (REPO / edit.file).read_text() for edit in mutant.edits}
        for edit in mutant.edits:
            texts[edit.file] = edit.applied_to(texts[edit.file])
        for file, text in texts.items():
            (tmp_path / f"{mutant.name}--{file.replace('/', '-')}").write_text(text)
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821", str(tmp_path)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_mutant_of_the_design_is_one_of_the_product_too() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names))
    assert set(OF_THE_DESIGN) <= set(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_guarantee_names_a_test_that_misses_its_guard(row: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", row))
    if THE_MUTANTS_THEMSELVES in named:
        return  # the guarantee that tests/mutants/test_mutants.py gives
    assert [mutant.name for mutant in MUTANTS if mutant.tests & named], (
        "no mutant takes out what this guarantee rests on: write one"
    )


def test_the_guarantees_list_every_mutant_once() -> None:
    listed = re.findall(r"`([\w-]+)`", GUARANTEES.partition("Taken out, one at a time:")[2])
    assert sorted(listed) == sorted(mutant.name for mutant in MUTANTS)


# ---- the mutants of a change
def test_a_change_asks_for_the_mutants_whose_guard_test_or_definition_it_touches() -> None:
    mutant = MUTANTS[0]
    test = mutant.caught_by[0].partition("::")[0]
    for file in (mutant.edits[0].file, test):
        assert mutant in touched_by({file})
        assert len(touched_by({file})) < len(MUTANTS)
    for name, mutants in every.LISTS.items():
        assert set(mutants) <= set(touched_by({name}))
    assert touched_by({"README.md"}) == ()


def test_a_change_to_the_trial_itself_asks_for_all_of_them() -> None:
    assert touched_by({"tests/mutants/trial.py"}) == MUTANTS


def test_where_git_cannot_tell_what_has_changed_all_are_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert changed_since("a-branch-that-was-never-made") is None
    monkeypatch.setattr(every, "REPO", tmp_path)
    assert changed_since("HEAD") is None
    monkeypatch.setenv(every.SINCE, "HEAD")
    assert every.chosen() == MUTANTS
    monkeypatch.delenv(every.SINCE)
    monkeypatch.setenv(every.LEFT, "HEAD")
    assert every.chosen() == ()


def test_a_run_with_all_mutants_but_those_of_the_change_has_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every, "changed_since", lambda branch: {MUTANTS[0].edits[0].file})
    monkeypatch.setenv(every.SINCE, "origin/main")
    first = every.chosen()
    monkeypatch.delenv(every.SINCE)
    monkeypatch.setenv(every.LEFT, "origin/main")
    rest = every.chosen()
    assert first and rest and not set(first) & set(rest)
    assert set(first) | set(rest) == set(MUTANTS)
