"""Every guard of the product is missed as soon as it is taken out: by the tests that the guarantees rest on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.model.mutants import MUTANTS as OF_THE_DESIGN
from tests.mutants import of_learning, of_opening, of_publishing, of_receiving, of_sending
from tests.mutants.mutant import Edit, Mutant, Rotten, taken_out
from tests.mutants.trial import REPO, copy_of_the_repository, trial

MUTANTS = [
    *of_sending.MUTANTS,
    *of_learning.MUTANTS,
    *of_publishing.MUTANTS,
    *of_opening.MUTANTS,
    *of_receiving.MUTANTS,
]
QUICK = "tests/unit/stats/test_publishers.py::test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-05-1-False]"
GUARANTEES = (REPO / "docs" / "guarantees.md").read_text()
ROWS = [line for line in GUARANTEES.splitlines() if "`test_" in line and line.startswith("|")]


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_repository(tmp_path_factory.mktemp("mutants"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_guard_that_is_taken_out_of_the_product_is_missed(mutant: Mutant, tree: Path) -> None:
    if complaint := trial(mutant, tree).complaint(mutant):
        pytest.fail(complaint, pytrace=False)


def test_every_mutant_of_the_design_is_one_of_the_product_too() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names))
    assert set(OF_THE_DESIGN) <= set(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_guarantee_names_a_test_that_misses_its_guard(row: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", row))
    if test_a_guard_that_is_taken_out_of_the_product_is_missed.__name__ in named:
        return  # the guarantee that this very file gives
    assert [mutant.name for mutant in MUTANTS if mutant.tests & named], (
        "no mutant takes out what this guarantee rests on: write one"
    )


def test_the_guarantees_list_every_mutant_once() -> None:
    listed = re.findall(r"`([\w-]+)`", GUARANTEES.partition("Taken out, one at a time:")[2])
    assert sorted(listed) == sorted(mutant.name for mutant in MUTANTS)


def test_a_mutant_that_no_longer_fits_the_code_says_so_and_leaves_it_whole(tree: Path) -> None:
    good, gone = (
        Edit("shared/messaging/relay.py", "log.exception(", "log.error("),
        Edit("shared/messaging/relay.py", "a line of long ago", ""),
    )
    rotten = Mutant("rotten", "a guard that was moved elsewhere", (good, gone), ())
    with (
        pytest.raises(Rotten, match=r"shared/messaging/relay\.py no longer holds .* but 0 times: 'a line of long ago'"),
        taken_out(rotten, tree),
    ):
        pytest.fail("it was applied")
    assert (tree / good.file).read_text() == (REPO / good.file).read_text()


def test_a_guard_that_nobody_misses_is_told_from_one_that_is_missed(tree: Path) -> None:
    harmless = Mutant(
        "harmless",
        "a comment",
        (Edit("services/stats/use_cases/reconciliation.py", "or a double", "or a triple"),),
        (QUICK,),
    )
    assert "still passes" in trial(harmless, tree).complaint(harmless)
    broken = replace(
        harmless,
        edits=(
            Edit(
                "services/stats/use_cases/reconciliation.py",
                "return self.closed_through >= day and",
                "return self.closed_once >= day and",
            ),
        ),
    )
    assert "does not run" in trial(broken, tree).complaint(broken)
    unreadable = replace(harmless, edits=(Edit("services/stats/use_cases/reconciliation.py", "or a double", '"""'),))
    assert "cannot be run" in trial(unreadable, tree).complaint(unreadable)
