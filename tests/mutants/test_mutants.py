"""Every guard of the product is missed as soon as it is taken out: by the tests that the guarantees rest on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.every import REPO, chosen
from tests.mutants.mutant import Edit, Mutant, Rotten, taken_out
from tests.mutants.trial import copy_of_the_repository, trial
from tests.support.servers import DocumentStore

CHOSEN = chosen()
QUICK = (
    "tests/unit/stats/test_publishers.py::"
    "test_a_day_is_final_when_it_is_closed_and_nothing_of_it_is_on_its_way[2026-11-05-1-False]"
)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_repository(tmp_path_factory.mktemp("mutants"))


@pytest.mark.mutant
@pytest.mark.parametrize("mutant", CHOSEN, ids=lambda mutant: mutant.name)
def test_a_guard_that_is_taken_out_of_the_product_is_missed(
    mutant: Mutant, tree: Path, document_store: DocumentStore
) -> None:
    if complaint := trial(mutant, tree, document_store).complaint(mutant):
        pytest.fail(complaint, pytrace=False)


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


@pytest.mark.mutant
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
